/* Ending what is left: the SWEEP of a supervisor, which goes on beside everything else, and init's own end. */
#ifndef TSINIT_ENDING_H
#define TSINIT_ENDING_H

#include "proc.h"

#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* Collects every ended process. The wait status of `supervisor` (0: none) goes to *status; 1: it was among them. */
int reap_all(pid_t supervisor, int *status);

enum { LEFT_NAMED = 16 /* of those that a sweep finds; more are counted */ };

struct leftover { pid_t pid; uint32_t run; int was_killed; char name[PROCESS_NAME_BYTES]; };

/* What a sweep found when it began, and how many of that, or of what came later, had to be killed. */
struct sweep_result { unsigned killed, found, named; struct leftover left[LEFT_NAMED]; };

/* TERM to every descendant but `spare`, KILL after the grace; a second sweep replaces the first. */
void sweep_begin(uint32_t grace_ms, pid_t spare);
/* To be called after each reap and at the deadline. Not NULL: nothing is left. Valid until the next sweep. */
const struct sweep_result *sweep_is_over(pid_t spare);
void sweep_abandon(void);
uint64_t sweep_deadline(void);

/* KILL to all that is left, reap it, exit. */
noreturn void end_with(int code);

#endif
