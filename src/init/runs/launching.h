/* Runs on their way to exec: init does not wait for them. A run stands in the table of runs from its fork on, so signals and
 * exits find it; the supervisor is told of it when it has been executed, or why it could not be. */
#ifndef TSINIT_LAUNCHING_H
#define TSINIT_LAUNCHING_H

#include "launch/launch.h"
#include "runs/runs.h"

#include <poll.h>

enum { LAUNCH_GIVEN = RUN_PIPES + 1 /* our copies of what the child is given: ends of pipes, a connection; -1: none */ };

/* Takes `launching` and `given` over. */
void launching_add(struct run *run, const struct launching *launching, const int given[LAUNCH_GIVEN]);

/* The lowest number of a run that those with higher numbers, tasks excepted, wait for to be told; UINT32_MAX: none. */
uint32_t launching_first(void);

/* When one of them stops keeping others back; 0: none does. */
uint64_t launching_deadline(void);

/* How many there are; as many entries are written to `watched`, which has room for RUNS_LIMIT. */
unsigned launching_watch(struct pollfd *watched);

/* After poll() of exactly these: settles those that have news. */
void launching_serve(const struct pollfd *watched, unsigned count);

/* Ends it unless it has been executed; its refusal (ECANCELED) is told once it has been reaped. */
void launching_cancel(const struct run *run);

/* Its process was reaped. 1: it was refused, and its run is gone; otherwise the run's end is still to be noted. */
int launching_ended(pid_t pid);

#endif
