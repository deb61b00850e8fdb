/* What every mode promises about the children of init.
 *
 * Invariant: while init waits and owes no reaping, SIGCHLD ends the wait, and no child of init can be reaped unless it is pending. One SIGCHLD stands for any number
 * of ends, so one that was taken leaves a debt; only waitpid(), saying that there is nothing more to reap now, clears it. The debt survives
 * whatever else happens meanwhile: other signals, deadlines, the end of a supervisor. It exists from the start: a child that init had before its
 * own exec may have ended unnoticed. docs/decisions/0018-no-reaping-is-lost.md */
#ifndef TSINIT_REAPING_H
#define TSINIT_REAPING_H

#ifdef TSINIT_CHECKS /* set by the tests under sanitizers */
/* Called before each wait: aborts when the invariant does not hold. `is_heard`: SIGCHLD ends this wait. */
void reaping_check(int is_owed, int is_heard);
#else
static inline void reaping_check(int is_owed, int is_heard) { (void)is_owed, (void)is_heard; }
#endif

#endif
