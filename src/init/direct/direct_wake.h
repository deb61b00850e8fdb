/* The one wait of direct mode, and the reaping that it owes. */
#ifndef TSINIT_DIRECT_WAKE_H
#define TSINIT_DIRECT_WAKE_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* The debt of reaping.h is `owes_reaping`; only wake_settled() clears it. */
struct wake {
    int report;            /* descriptor that is waited for as well: the command is on its way to exec; -1: none */
    int signals;           /* a signal descriptor for that time; -1: none */
    int owes_reaping;
    uint64_t gather_until; /* the debt is due then (clock.h); 0: at once */
};

/* Init owes a reaping from the start: a child that it had before exec may have ended unnoticed. */
void wake_begin(struct wake *wake);

/* Waits for this descriptor, too, from now on; -1: for signals alone. */
void wake_watch(struct wake *wake, int report);

enum { WAKE_DEADLINE = 0, WAKE_REPORT = -1 };

/* Waits for the next event: a signal with *info filled in, SIGCHLD when it is time to reap, WAKE_REPORT when there is something to read, or
 * WAKE_DEADLINE when `deadline` (0: none) has passed. `child`: its end is reaped at once, that of an orphan within a millisecond. */
int wake_next(struct wake *wake, pid_t child, uint64_t deadline, siginfo_t *info);

/* waitpid() has said that there is nothing more to reap now. */
void wake_settled(struct wake *wake);

#endif
