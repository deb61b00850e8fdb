/* The mark is a limit of file locks: inherited by every child, through exec, a change of user and a session of its own, kept
 * when the environment is not, readable from outside, and without any meaning to Linux since 2.4. Its upper half is a number
 * of ours by chance, so that an init within an init has marks of its own; its lower half is the run's number.
 *
 * A process without a mark (it has taken another limit, or marks are refused here) came from where its parent came from, and an
 * adopted one from the run whose process group or session it is in.
 *
 * What lives on when a main process has ended hangs on children of ours, for orphans are adopted by us: our own list of children
 * is all that has to be looked at to know whether something is left. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "runs/tree.h"
#include "clock.h"
#include "runs/copied_marks.h"
#include "proc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { DEEPEST = 4096, KILL_ROUNDS = 16 /* against a program that forks while it is killed; a later order goes on */, MARK_BITS = 30 };

static uint64_t mark; /* upper half, shifted; 0: no marks */
static rlim_t hard_limit;

/* By chance, never zero, and far below infinity. */
static uint64_t some_mark(void) {
    const void *random = (const void *)getauxval(AT_RANDOM);
    uint32_t value = (uint32_t)clock_kernel();
    if (random != NULL) memcpy(&value, random, sizeof value);
    return (uint64_t)((value & ((1U << MARK_BITS) - 1)) | 1U) << 32;
}

void tree_begin(void) {
    struct rlimit limit;
    uint64_t wanted = some_mark();
    if (getrlimit(RLIMIT_LOCKS, &limit) != 0 || limit.rlim_max < (wanted | UINT32_MAX)) return;
    struct rlimit ours = {wanted, limit.rlim_max};
    if (setrlimit(RLIMIT_LOCKS, &ours) != 0) return; /* our own carries number 0, which is nobody's */
    mark = wanted;
    hard_limit = limit.rlim_max;
    copied_marks_begin(mark, hard_limit);
}

void tree_mark(uint32_t run, struct launch *launch) {
    if (mark == 0 || launch->limit_count >= LAUNCH_LIMITS) return;
    for (int i = 0; i < launch->limit_count; i++) {
        if (launch->limits[i].resource == RLIMIT_LOCKS) return;
    }
    launch->limits[launch->limit_count++] = (struct launch_limit){RLIMIT_LOCKS, {mark | run, hard_limit}};
}

uint64_t tree_lock_limit(pid_t pid) {
    struct rlimit found;
    if (prlimit(pid, RLIMIT_LOCKS, NULL, &found) == 0) return found.rlim_cur;
    return errno == EPERM ? process_lock_limit(pid) : 0; /* of another user, and we lack the right to see it so */
}

/* 0: the process carries no mark of ours, or one that names no run. */
static uint32_t run_by_mark(pid_t pid) {
    if (mark == 0) return 0;
    uint64_t limit = tree_lock_limit(pid);
    return (limit & ~(uint64_t)UINT32_MAX) == mark ? (uint32_t)limit : copied_marks_run_of(limit);
}

/* Of an adopted process. */
static uint32_t run_of_group(const struct process *process) {
    for (int i = 0; i < runs_count(); i++) {
        const struct run *run = run_at(i);
        if ((run->is_running || run->has_group) && (run->group == process->group || run->group == process->session)) return run->number;
    }
    return 0;
}

uint32_t tree_run_of(pid_t pid) {
    struct process process;
    pid_t self = getpid();
    for (int depth = 0; depth < DEEPEST && pid > 0 && pid != self; depth++) {
        uint32_t run = run_by_mark(pid);
        if (run != 0) return run;
        if (!process_read(pid, &process)) return 0;
        if (process.parent == self) return run_of_group(&process);
        pid = process.parent;
    }
    return 0;
}

uint32_t tree_run_by_ancestors(pid_t pid) {
    struct process process;
    if (!process_read(pid, &process)) return 0;
    return process.parent == getpid() ? run_of_group(&process) : tree_run_of(process.parent);
}

/* ---- what is left ---- */

static void see_child(pid_t pid, void *context) {
    (void)context;
    if (runs_await(pid)) return;
    struct run *run = run_find(tree_run_of(pid));
    if (run == NULL || run->is_running) return;
    int is_inside = run->has_group && getpgid(pid) == run->group;
    if (run->seen == SEEN_NOTHING || !is_inside) run->left = pid;
    run->seen |= is_inside ? SEEN_INSIDE : SEEN_STRAY;
}

void tree_look_around(void) {
    if (!runs_need_look()) return;
    for (int i = 0; i < runs_count(); i++) {
        run_at(i)->seen = SEEN_NOTHING;
        run_at(i)->left = 0;
    }
    children_each(see_child, NULL);
    for (int i = 0; i < runs_count(); i++) {
        if (!run_at(i)->is_running) run_note_strays(run_at(i), (run_at(i)->seen & SEEN_STRAY) != 0);
    }
}

/* ---- signals ---- */

struct order { struct run *run; int signal, wakes; enum run_scope scope; pid_t main; int count; };

static int is_meant(const struct order *order, pid_t pid) {
    const struct run *run = order->run;
    int is_inside = run->has_group && getpgid(pid) == run->group;
    switch (order->scope) {
        case SCOPE_GROUP: return is_inside;
        case SCOPE_GROUP_REST: return is_inside && pid != order->main;
        case SCOPE_TREE_REST: return pid != order->main && (is_inside || tree_run_of(pid) == run->number);
        case SCOPE_STRAYS: return !is_inside && tree_run_of(pid) == run->number;
        default: return is_inside || tree_run_of(pid) == run->number;
    }
}

static void signal_member(pid_t pid, void *context) {
    struct order *order = context;
    struct process process;
    if (!is_meant(order, pid)) return;
    if (order->signal == SIGKILL && (!process_read(pid, &process) || process_is_dead(&process))) return;
    order->count += kill(pid, order->signal) == 0;
    if (order->wakes) kill(pid, SIGCONT);
}

static void note_victim(pid_t pid, void *context) {
    struct order *order = context;
    struct run *run = order->run;
    struct process process;
    if (pid == run->pid || !is_meant(order, pid) || !process_read(pid, &process) || process_is_dead(&process)) return;
    if (run->killed_count++ >= KILLED_NAMED) return;
    struct run_victim *victim = &run->killed[run->killed_count - 1];
    victim->pid = pid;
    process_name(pid, victim->name);
}

/* A KILL that is sent again finds those that the first one could not end: they are named already. */
static void note_victims(struct run *run, enum run_scope scope) {
    struct order order = {.run = run, .scope = scope};
    if (run->killed_count > 0) return;
    processes_each(note_victim, &order);
    if (run->killed_count > 0) run_set_tell(run, run->tell | TELL_KILLED);
}

static void signal_whole(struct run *run, int signal, enum run_scope scope, int wakes) {
    run_signal(run, signal, scope);
    if (wakes) run_signal(run, SIGCONT, scope);
}

/* Gets the signals to the main process: that process, or the one that a pid file names instead of it, whose number may be another process's by now. */
static pid_t main_of(const struct run *run) {
    return run->followed != 0 && tree_run_of(run->followed) == run->number ? run->followed : run->pid;
}

void tree_signal(struct run *run, int signal, enum run_scope scope, int wakes) {
    int is_kill = signal == SIGKILL;
    pid_t main = main_of(run);
    int is_apart = main != run->pid && (scope == SCOPE_PROCESS || (scope == SCOPE_GROUP && getpgid(main) != run->group));
    if (is_apart) kill(main, signal);
    if (is_apart && wakes) kill(main, SIGCONT);
    if (is_apart && scope == SCOPE_PROCESS && !is_kill) return; /* KILL also ends what would start it again */
    if (is_kill && scope != SCOPE_PROCESS) note_victims(run, scope);
    if (scope <= SCOPE_TREE) signal_whole(run, signal, scope == SCOPE_PROCESS ? SCOPE_PROCESS : SCOPE_GROUP, wakes);
    if (scope <= SCOPE_GROUP) return;
    if (scope == SCOPE_TREE && !is_kill) scope = SCOPE_STRAYS; /* its group has heard it as a whole */
    for (int round = 0; round < (is_kill ? KILL_ROUNDS : 1); round++) {
        struct order order = {run, signal, wakes, scope, main, 0};
        processes_each(signal_member, &order);
        if (order.count == 0) return;
    }
}
