/* Monotonic time in nanoseconds, and deadlines: 0 means none. */
#ifndef TSINIT_CLOCK_H
#define TSINIT_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static inline uint64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static inline uint64_t deadline_earlier(uint64_t one, uint64_t other) {
    if (one == 0 || other == 0) return one + other;
    return one < other ? one : other;
}

static inline int deadline_reached(uint64_t deadline, uint64_t now) { return deadline != 0 && now >= deadline; }

/* What ppoll() is to wait for at most; NULL: for ever. */
static inline const struct timespec *deadline_timeout(uint64_t deadline, struct timespec *storage) {
    if (deadline == 0) return NULL;
    uint64_t now = clock_now(), left = deadline > now ? deadline - now : 0;
    storage->tv_sec = (time_t)(left / NS_PER_S);
    storage->tv_nsec = (long)(left % NS_PER_S);
    return storage;
}

#endif
