/* Ending what is left: the SWEEP of a supervisor, which goes on beside everything else, and init's own end. */
#ifndef TSINIT_ENDING_H
#define TSINIT_ENDING_H

#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* Collects every ended process. The wait status of `supervisor` (0: none) goes to *status; 1: it was among them. */
int reap_all(pid_t supervisor, int *status);

/* TERM to every descendant but `spare`, KILL after the grace; a second sweep replaces the first. */
void sweep_begin(uint32_t grace_ms, pid_t spare);
/* To be called after each reap and at the deadline. 1: nothing is left, so many had to be killed. */
int sweep_is_over(pid_t spare, unsigned *killed);
void sweep_abandon(void);
uint64_t sweep_deadline(void);

/* KILL to all that is left, reap it, exit. */
noreturn void end_with(int code);

#endif
