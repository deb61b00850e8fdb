/* Following the process that a pid file names. The file is read by the supervisor; here is decided whether the process may be
 * followed: only one that came from the run, so that a file which a program writes directs no signal to another program's processes. */
#ifndef TSINIT_FOLLOW_H
#define TSINIT_FOLLOW_H

#include "runs/runs.h"

/* Follows a process and notes the answer (FOLLOWED). */
void follow_obey(struct run *run, pid_t pid);

#endif
