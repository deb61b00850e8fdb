/* As PID 1 with nobody to spare the kernel ends all in one call that no fork can escape; elsewhere a process born during the
 * look around is found by the next one. */
#include "direct/descendants.h"
#include "proc.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { DEEPEST = 4096 };

struct order {
    int signal;
    pid_t spare, self;
    descendant_note *note;
    int count;
};

static int is_descendant(pid_t parent, pid_t self) {
    struct process process;
    for (int depth = 0; depth < DEEPEST && parent > 0; depth++) {
        if (parent == self)
            return 1;
        if (!process_read(parent, &process))
            return 0;
        parent = process.parent;
    }
    return 0;
}

int descendants_include(pid_t parent) {
    pid_t self = getpid();
    return self == 1 || is_descendant(parent, self);
}

/* Signals one process if it is a living descendant. */
static void signal_one(pid_t pid, void *context) {
    struct order *order = context;
    struct process process;
    if (pid == order->spare || !process_read(pid, &process) || process_is_dead(&process))
        return;
    if (order->self != 1 && !is_descendant(process.parent, order->self))
        return;
    if (order->note)
        order->note(pid);
    order->count += kill(pid, order->signal) == 0;
}

/* Signals every descendant that /proc shows; -1 when there is no /proc of ours. Signal 0 only counts. */
static int scan(struct order order) { return processes_each(signal_one, &order) ? order.count : -1; }

int descendants_signal_each(int signal, pid_t spare, descendant_note *note) {
    int count = scan((struct order){signal, spare, getpid(), note, 0});
    return count < 0 ? 0 : count;
}

int descendants_signal(int signal, pid_t spare) {
    pid_t self = getpid();
    if (self != 1 || spare != 0)
        return descendants_signal_each(signal, spare, NULL);
    int count = scan((struct order){0, 0, self, NULL, 0}), reached = kill(-1, signal) == 0;
    return count > 0 ? count : count < 0 && reached; /* without /proc: at least one, for kill(-1) counts zombies too */
}
