/* Which run a process came from, however far it went: each program is started with a mark that its descendants inherit,
 * in sessions of their own and adopted by us too. Decides nothing about them. See docs/decisions/0009-descendants.md. */
#ifndef TSINIT_TREE_H
#define TSINIT_TREE_H

#include "launch/launch.h"
#include "runs/runs.h"

/* Once, before the first program. Without it, or where the kernel refuses, there are no marks: then parents, process groups
 * and sessions are all there is to go by. */
void tree_begin(void);

/* Adds a run's mark to what its program is given, unless it is given a limit of file locks of its own. */
void tree_mark(uint32_t run, struct launch *launch);

/* Number of the run that a process came from, 0: none that we know. */
uint32_t tree_run_of(pid_t pid);
/* The same without regard to its own mark. */
uint32_t tree_run_by_ancestors(pid_t pid);
/* What marks are made of: its soft limit of file locks. 0: it is gone. */
uint64_t tree_lock_limit(pid_t pid);

/* After everything was reaped: what is left of runs whose main process has ended? Costs nothing without such. */
void tree_look_around(void);

/* Signals what the scope names of a run and lives. KILL of the tree comes in rounds, since what is being killed may fork, and is noted by name.
 * `wakes`: CONT behind it, for a stopped process hears nothing else. */
void tree_signal(struct run *run, int signal, enum run_scope scope, int wakes);

#endif
