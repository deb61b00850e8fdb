/* One look at all processes for all runs: a thousand programs cost as much as one. A process that has the signal blocked or waits for it (signalfd,
 * sigwait) hears of it too; one without a handler would end of it and gets nothing. What is on its way to exec has blocked all. */
#include "runs/forward.h"
#include "proc.h"
#include "runs/runs.h"
#include "signals.h"

#include <signal.h>
#include <unistd.h>

static int is_meant_by_group(pid_t group) {
    for (int i = 0; i < runs_count(); i++) {
        const struct run *run = run_at(i);
        if (run->group == group) return run->is_forwarded_to && run->has_group && !run->is_launching;
    }
    return 0;
}

static void forward_to(pid_t pid, void *context) {
    const int *signal = context;
    pid_t group = getpgid(pid);
    if (group > 0 && is_meant_by_group(group) && process_expects(pid, *signal)) kill(pid, *signal);
}

const char *forward_obey(const struct frame *frame) {
    struct frame_reader in = frame_read(frame);
    int signal = (int)get_u32(&in), any = 0;
    if (in.is_short || in.left % 4 != 0) return "FORWARD has a wrong length";
    if (signal < 1 || signal > SIGNAL_LAST || signal == SIGKILL || signal == SIGSTOP) return "FORWARD names no signal that a program could catch";
    for (int i = 0; i < runs_count(); i++) run_at(i)->is_forwarded_to = 0;
    while (in.left > 0) {
        struct run *run = run_find(get_u32(&in)); /* it may just have ended, that is no mistake */
        if (run != NULL) run->is_forwarded_to = any = 1;
    }
    if (any) processes_each(forward_to, &signal);
    return NULL;
}
