/* Hands the terminal to the child's process group and takes it back. All signals are blocked here (direct.c), TTOU among
 * them: that is what lets a process outside the foreground move the terminal without being stopped for it. */
#include "direct/terminal.h"
#include "signals.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { KERNEL_MASK_BYTES = 8, NO_GROUP = -1 };

/* The group in the foreground of fd when that is our controlling terminal, else NO_GROUP. Groups outside of our PID
 * namespace are 0, our own included: with `unshare --fork` we cannot tell them apart, nor name ours to give it back. */
static pid_t foreground(int fd) {
    pid_t group;
    return fd >= 0 && ioctl(fd, TIOCGPGRP, &group) == 0 ? group : NO_GROUP;
}

static void give(struct terminal *terminal, pid_t group) { ioctl(terminal->fd, TIOCSPGRP, &group); }

static int find(struct terminal *terminal) {
    for (int fd = 0; fd < 3 && terminal->fd < 0; fd++)
        if (foreground(fd) != NO_GROUP)
            terminal->fd = fd;
    if (terminal->fd < 0)
        terminal->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    terminal->ours = getpgrp();
    return terminal->fd >= 0;
}

int terminal_at_start(struct terminal *terminal) {
    terminal->fd = -1;
    terminal->was_given = 0;
    pid_t group = foreground(0);
    if (group == NO_GROUP)
        return -1;
    terminal->fd = 0;
    terminal->ours = getpgrp();
    if (group != terminal->ours || group == 0 || foreground(1) == NO_GROUP)
        return -1;
    terminal->was_given = 1;
    return 0;
}

int terminal_on_demand(struct terminal *terminal, pid_t group) {
    if (!find(terminal) || foreground(terminal->fd) != terminal->ours)
        return 0;
    give(terminal, group);
    terminal->was_given = 1;
    return 1;
}

static void forget(int signal) {
    unsigned long long set = 1ULL << (signal - 1);
    struct timespec now = {0, 0};
    syscall(SYS_rt_sigtimedwait, &set, NULL, &now, KERNEL_MASK_BYTES);
}

/* Takes the default action of `signal`, with everybody in our process group. The kernel does not stop a group that no
 * shell watches (an orphaned one); then this returns at once. */
static void stop_own_group(int signal) {
    unsigned long long set = 1ULL << (signal - 1);
    struct sigaction action, former;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, &former);
    forget(signal);
    kill(0, signal);
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, KERNEL_MASK_BYTES);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, KERNEL_MASK_BYTES);
    sigaction(signal, &former, NULL);
    forget(SIGCONT); /* the one that woke us; the child gets its own */
}

int terminal_stop_with(struct terminal *terminal, pid_t group, int signal) {
    if (!find(terminal))
        return 0;
    if (foreground(terminal->fd) == group && terminal->ours != 0)
        give(terminal, terminal->ours);
    stop_own_group(signal == SIGTTIN || signal == SIGTTOU ? signal : SIGTSTP);
    terminal_on_demand(terminal, group);
    return 1;
}

void terminal_take_back(struct terminal *terminal, pid_t group) {
    if (terminal->was_given && terminal->ours != 0 && foreground(terminal->fd) == group)
        give(terminal, terminal->ours);
}
