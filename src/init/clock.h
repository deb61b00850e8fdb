/* Time in nanoseconds, and deadlines: 0 means none. Deadlines stand on an active clock: the kernel's CLOCK_MONOTONIC less the time
 * in which init was frozen with its container (docker pause) or stopped. The kernel counts that time, and says nothing of it; init
 * sees it as a wait that has lasted longer than its timeout. */
#ifndef TSINIT_CLOCK_H
#define TSINIT_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/* For stamps that other processes read. */
static inline uint64_t clock_kernel(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The active clock, for deadlines. */
uint64_t clock_now(void);

static inline uint64_t deadline_earlier(uint64_t one, uint64_t other) {
    if (one == 0 || other == 0) return one + other;
    return one < other ? one : other;
}

static inline int deadline_reached(uint64_t deadline, uint64_t now) { return deadline != 0 && now >= deadline; }

/* What ppoll() is to wait for at most, to be called right before the wait; NULL: for ever. A long wait is cut into tenths, so that
 * a freeze within it is seen: every loop looks at its deadlines after a timeout, and waits again. */
const struct timespec *deadline_timeout(uint64_t deadline, struct timespec *storage);

#endif
