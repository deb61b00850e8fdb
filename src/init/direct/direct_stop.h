/* The stop in direct mode: who is asked to end, when, and what is KILLed. See docs/decisions/0014-stop-ladder.md. */
#ifndef TSINIT_DIRECT_STOP_H
#define TSINIT_DIRECT_STOP_H

#include "clock.h"

#include <stdint.h>
#include <sys/types.h>

struct direct;

enum { STOP_ASKED = 256 /* processes that are remembered as asked; more are asked in one round only */ };

/* Times are those of clock.h, 0: none. */
struct stop {
    int signal;            /* the stop signal that was sent; 0: no stop was asked for */
    uint64_t half;         /* the rest of the group is asked then, if the main process still runs */
    uint64_t end;          /* KILL then */
    uint64_t look;         /* looks then whether something of the rest still runs */
    int is_rest_asked;     /* the main process has ended, and the rest was asked */
    int has_killed;
    unsigned asked_count;
    pid_t asked[STOP_ASKED];
};

/* Is `signal` a stop? TERM and INT are; QUIT, PWR and RTMIN+3 where the command does not catch them; or those of --stop-signals. */
int stop_is_meant(const struct direct *direct, int signal);

/* A stop signal has arrived and is to be passed on as `signal`. */
void stop_request(struct direct *direct, int signal);

/* The main process has ended and nothing can be reaped now. Finishes when nothing has to be waited for; `is_alone`: init has no
 * children any more. */
void stop_follow(struct direct *direct, int is_alone);

/* The next time at which stop_on_time() has something to do. Here, for an idle init touches no page of direct_stop.c. */
static inline uint64_t stop_deadline(const struct stop *stop) {
    return deadline_earlier(deadline_earlier(stop->half, stop->end), stop->look);
}
void stop_on_time(struct direct *direct);

#endif
