/* The active clock. Only a wait with a timeout can show a freeze, and only such a wait matters: where no deadline is pending, nothing is
 * lost by a freeze, and init is not woken for it. */
#include "clock.h"

enum {
    LOOKS = 10,           /* in a wait: at most a tenth of it passes unseen */
    SHORTEST_LOOK_MS = 250,
    LATE_MS = 500         /* a loaded machine wakes init late, too; so much is not taken for a freeze */
};

static uint64_t frozen, expected; /* kernel time by which the present wait should be over; 0: no wait, or it is over */

uint64_t clock_now(void) {
    uint64_t now = clock_kernel();
    if (expected != 0 && now > expected + (uint64_t)LATE_MS * NS_PER_MS) frozen += now - expected;
    expected = 0;
    return now - frozen;
}

const struct timespec *deadline_timeout(uint64_t deadline, struct timespec *storage) {
    uint64_t now = clock_now();
    if (deadline == 0) return NULL;
    uint64_t left = deadline > now ? deadline - now : 0, look = left / LOOKS, shortest = (uint64_t)SHORTEST_LOOK_MS * NS_PER_MS;
    if (look < shortest) look = shortest;
    if (look < left) left = look;
    expected = now + frozen + left;
    storage->tv_sec = (time_t)(left / NS_PER_S);
    storage->tv_nsec = (long)(left % NS_PER_S);
    return storage;
}
