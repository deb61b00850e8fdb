/* A process without a mark that can be read is judged as tree.c judges it. The mark is checked again before each signal, since a number may
 * come to be another process's. */
#include "runs/follow.h"
#include "proc.h"
#include "runs/tree.h"

#include <unistd.h>

static int may_follow(const struct run *run, pid_t pid) {
    struct process process;
    if (run->is_launching || run->is_released || pid == run->pid || runs_await(pid)) return 0;
    if (!process_read(pid, &process) || process_is_dead(&process)) return 0;
    /* Only a child of ours tells us its end. One that has not been adopted yet is adopted soon: the supervisor asks again. */
    if (!run->is_running && process.parent != getpid()) return 0;
    return tree_run_of(pid) == run->number;
}

void follow_obey(struct run *run, pid_t pid) {
    int may = may_follow(run, pid);
    run->follow_answer = may ? pid : 0;
    run_set_tell(run, run->tell | TELL_FOLLOWED);
    if (!may) return;
    if (run->is_running) run->followed = pid;
    else run_move_to(run, pid);
}
