/* The table of runs: what init knows of every program that lives, or has ended and is not yet forgotten. What the
 * supervisor is still to be told stands here as flags, so that there is no queue which a slow supervisor could fill.
 * A pid is never a key towards the supervisor; here it is looked up only while its process is ours and unreaped. */
#ifndef TSINIT_RUNS_H
#define TSINIT_RUNS_H

#include "proc.h"

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { RUNS_LIMIT = 4096, RUN_PIPES = 4 /* standard input, output, error, and the one of readiness */, KILLED_NAMED = 4 };

#define FIRST_TASK_RUN 0x80000000u /* runs from that number on are hooks and health checks (src/world/task-runs.ts) */

enum { /* bits of run.tell */
    TELL_RUN = 1, TELL_SPAWNED = 2, TELL_FOLLOWED = 4, TELL_KILLED = 8, TELL_EXITED = 16, TELL_GROUP_ENDED = 32, TELL_TREE_ENDED = 64
};

/* Numbers of the protocol. The last three leave out what was asked before: the main process, or the whole process group. */
enum run_scope { SCOPE_PROCESS, SCOPE_GROUP, SCOPE_TREE, SCOPE_LAUNCH, SCOPE_GROUP_REST, SCOPE_TREE_REST, SCOPE_STRAYS };

/* Scope SCOPE_TREE_REST here: the main process first, the rest of the tree when it has ended or half of the time is over. */
struct run_stop { int signal; uint32_t wait_ms; enum run_scope scope; };

enum { SEEN_NOTHING, SEEN_INSIDE, SEEN_STRAY };

struct run {
    uint32_t number;
    pid_t pid;
    pid_t group;     /* number of its process group: the pid that it was started with, or that of the followed process */
    pid_t followed;  /* a pid file names it: gets the signals to the main process while that lives; 0: nothing does (follow.h) */
    pid_t follow_answer; /* what FOLLOWED says */
    unsigned tell;
    int is_running;  /* main process not yet reaped */
    int is_launching; /* and not yet executed (launching.h) */
    int has_group;   /* something of its process group may be left; once 0, that number is never signalled again */
    int has_strays;  /* main process was reaped; something that came from it lives outside of its process group */
    pid_t left;      /* one of those that live on, a stray if there is any; counts while there is something */
    int seen;        /* of tree_look_around() */
    int is_released;
    int is_forwarded_to; /* of forward.c */
    uint64_t sockets; /* listening sockets that it was given: bit n is place n of their table */
    int streams[RUN_PIPES]; /* our ends of its pipes, -1: none */
    int wait_status;
    uint64_t started_ns, exited_ns, user_us, system_us, max_rss_kib;
    struct run_stop stop;
    int was_group_asked; /* of degraded mode: the rest of its process group has had the stop signal */
    unsigned killed_count; /* beside the main process, by the first KILL of its group or tree */
    struct run_victim { pid_t pid; char name[PROCESS_NAME_BYTES]; } killed[KILLED_NAMED];
};

/* Pointers are valid until the next runs_forget_over(). */
int runs_count(void);
int runs_running(void);
struct run *run_at(int index);
struct run *run_find(uint32_t number);

/* Numbers that a supervisor has asked for, whatever became of them: the highest below FIRST_TASK_RUN, and (`of_tasks`) from there up. 0: none. */
void runs_note_number(uint32_t number);
uint32_t runs_highest_number(int of_tasks);

/* The caller has seen to it that there is room (runs_count). The new run is running, has a group, no streams, nothing to tell. */
struct run *run_add(uint32_t number, pid_t pid);

/* The main process has ended: `pid`, a child of ours, is the main process from now on. */
void run_move_to(struct run *run, pid_t pid);

/* Is it the main process of a run, and not reaped? */
int runs_await(pid_t pid);

/* Notes the exit of a reaped process when it is a run's main process; 0: it is nobody we know. */
int runs_note_exit(pid_t pid, int wait_status, const struct rusage *usage);

/* After everything was reaped: which process groups of ended main processes are empty now? Costs nothing without such. */
void runs_check_groups(void);

/* May anything have changed about what runs have left behind, since it was asked last? */
int runs_need_look(void);
/* What was found of a run whose main process has ended. */
void run_note_strays(struct run *run, int has_strays);

/* Sends a signal to the main process, or to the process group; what is gone already is no error. 0, or errno. The whole tree: tree.h. */
int run_signal(struct run *run, int signal, enum run_scope scope);

void run_release(struct run *run);
/* Forgets a run whose program could not be executed; its pid is then nobody's that has to be told of. */
void run_drop(struct run *run);
void run_set_tell(struct run *run, unsigned tell);
/* Of the runs whose SPAWNED is to be told, the one with the lowest number below `before`, or of a task; NULL: none. */
struct run *runs_next_spawned(uint32_t before);
/* Of the others with something to tell, one; NULL: none. Takes turns. */
struct run *runs_next_untold(void);
/* For a successor: every run is to be told anew. */
void runs_tell_all_again(void);
/* Drops the runs that are over, released and told. */
void runs_forget_over(void);

#endif
