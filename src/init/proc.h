/* What /proc says of processes, with a fixed amount of memory: one process by its number, all of them, our own children.
 * Knows nothing of runs. */
#ifndef TSINIT_PROC_H
#define TSINIT_PROC_H

#include <stdint.h>
#include <sys/types.h>

enum { PROCESS_NAME_BYTES = 16 /* as the kernel has it, with the NUL */ };

struct process {
    pid_t parent, group, session;
    char state;
};

/* 0 when the process is gone. */
int process_read(pid_t pid, struct process *process);
static inline int process_is_dead(const struct process *process) { return process->state == 'Z' || process->state == 'X'; }

/* Its name, empty when it is gone. */
void process_name(pid_t pid, char name[PROCESS_NAME_BYTES]);
/* Its soft limit of file locks, where the kernel does not let us ask by a call; 0: gone, or there is no such line. */
uint64_t process_lock_limit(pid_t pid);

/* Does its main thread have a handler for a signal (SigCgt of /proc/PID/status), or ignore it (SigIgn)? 0 when it is gone. */
int process_catches(pid_t pid, int signal);
int process_ignores(pid_t pid, int signal);
/* Catches it, has it blocked, or waits for it: it does not end of it. */
int process_expects(pid_t pid, int signal);

/* Calls `visit` for each process there is but ourselves. 0: there is no /proc of ours. */
typedef void process_visit(pid_t pid, void *context);
int processes_each(process_visit *visit, void *context);
/* The same for our own children, ended ones that are not reaped included. */
int children_each(process_visit *visit, void *context);

#endif
