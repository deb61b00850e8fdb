/* What is left of the programs' descendants, and ending it. As PID 1 that is every process of the namespace but the
 * caller and `spare`; as a subreaper it is what /proc shows below us. kill(-1) is used by PID 1 alone: elsewhere it would
 * reach other containers of the pod. */
#ifndef TSINIT_DESCENDANTS_H
#define TSINIT_DESCENDANTS_H

#include <sys/types.h>

/* Sends `signal` to every descendant except `spare` (0: none). Returns how many were signalled, 0 when none is left. */
int descendants_signal(int signal, pid_t spare);

/* The same, one by one; each is shown to `note` (unless NULL) before it is signalled. */
typedef void descendant_note(pid_t pid);
int descendants_signal_each(int signal, pid_t spare, descendant_note *note);

/* Is a process with this parent a descendant? To PID 1 all are. */
int descendants_include(pid_t parent);

#endif
