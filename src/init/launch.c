/* launch(): one program from fork to exec.
 *
 * The child shares our memory (CLONE_VM|CLONE_VFORK): a spawn copies no page tables. It therefore uses raw system calls
 * where a C library would touch its own state (set*id, setrlimit, sigaction), and a stack of its own. What goes wrong is
 * told over a close-on-exec pipe rather than in shared memory, so that the same code is right where the kernel (or an
 * emulator of user programs) makes a plain fork of it. Nothing here decides what a program gets: the request says it.
 *
 * The table of descriptors is shared too until the child's first step, which takes a copy of its low end alone: init holds
 * the pipes of all programs, and copying and closing thousands of them for each spawn would cost more than all else. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "launch.h"
#include "child_steps.h"
#include "exec_search.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIN_FORK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_FORK 1
#endif
#endif

enum {
    CHILD_STACK_BYTES = 49152, /* two path buffers and explain_exec(); untouched pages cost nothing */
    COPY_BELOW = 2             /* CLOSE_RANGE_UNSHARE, Linux 5.9 */
};

struct child_order {
    const struct launch *request;
    struct launch_failure *failure;
    int report;        /* write end of the pipe that tells a failure */
    unsigned needless; /* descriptors from here up are for nobody but init; 0: the table is the child's own */
};

static noreturn void give_up(const struct child_order *order) {
    ssize_t sent = syscall(SYS_write, order->report, order->failure, sizeof *order->failure);
    (void)sent; /* the parent then sees an end before anything was told, and a child that ended */
    for (;;) syscall(SYS_exit_group, 127);
}

static int copy_below(unsigned first) {
#ifdef SYS_close_range
    return (int)syscall(SYS_close_range, first, ~0U, COPY_BELOW);
#else
    (void)first;
    return errno = ENOSYS, -1;
#endif
}

static int child_main(void *argument) {
    struct child_order *order = argument;
    if (order->needless > 0 && copy_below(order->needless) != 0) {
        *order->failure = (struct launch_failure){.stage = STAGE_STREAMS, .error = errno};
        give_up(order);
    }
    const struct launch *request = order->request;
    int first_free = 3 + request->socket_count > request->ready_descriptor ? 3 + request->socket_count : request->ready_descriptor + 1;
    /* What the program is given must not overwrite it. */
    if (order->report < first_free) order->report = fcntl(order->report, F_DUPFD_CLOEXEC, first_free);
    order->failure->stage = child_prepare(order->request, &order->failure->error);
    if (order->failure->stage == STAGE_NONE) {
        order->failure->stage = STAGE_EXEC;
        exec_search(order->request->file, order->request->argv, order->request->envp, order->failure);
    }
    give_up(order);
}

#ifdef PLAIN_FORK /* the sanitizers know nothing of a second stack */
static pid_t branch(struct child_order *order) {
    pid_t pid = fork();
    order->needless = 0;
    if (pid == 0) child_main(order);
    return pid;
}
#else
static unsigned needless_from(const struct child_order *order) {
    int highest = order->report;
    for (int i = 0; i < 3; i++) {
        if (order->request->streams[i] > highest) highest = order->request->streams[i];
    }
    for (int i = 0; i < order->request->socket_count; i++) {
        if (order->request->sockets[i] > highest) highest = order->request->sockets[i];
    }
    if (order->request->terminal > highest) highest = order->request->terminal;
    if (order->request->ready_descriptor > 0 && order->request->ready_source > highest) highest = order->request->ready_source;
    return (unsigned)highest + 1;
}

/* Asked of a number that is never open, the call does nothing but say whether the kernel (or a filter) lets us have it. */
static int can_share_descriptors(void) {
    static int answer; /* 1: yes, -1: no */
    if (answer == 0) answer = copy_below(~0U) == 0 ? 1 : -1;
    return answer > 0;
}

static pid_t branch(struct child_order *order) {
    static char stack[CHILD_STACK_BYTES] __attribute__((aligned(64)));
    int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
    if (!order->request->keep_descriptors && can_share_descriptors()) {
        order->needless = needless_from(order);
        pid_t pid = clone(child_main, stack + sizeof stack, flags | CLONE_FILES, order);
        if (pid >= 0 || errno != EINVAL) return pid;
        order->needless = 0; /* an emulator that makes a fork of it cannot share one thing without the other */
    }
    return clone(child_main, stack + sizeof stack, flags, order);
}
#endif

static pid_t refuse(struct launch_failure *failure, enum launch_stage stage, int error) {
    failure->stage = stage;
    failure->error = error;
    return -1;
}

/* Waits until exec has closed the pipe. Returns 1 when a failure was read instead. */
static int read_report(int report, struct launch_failure *failure) {
    struct launch_failure told;
    size_t have = 0;
    while (have < sizeof told) {
        ssize_t got = read(report, (char *)&told + have, sizeof told - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        have += (size_t)got;
    }
    *failure = told;
    return 1;
}

pid_t launch(const struct launch *request, struct launch_failure *failure) {
    memset(failure, 0, sizeof *failure);
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return refuse(failure, STAGE_PIPE, errno);
    /* A change of uid in a child that shares our memory makes that memory "not dumpable", ours too. That protects the
     * child until exec (nobody of that uid can trace it); afterwards we want our former state back. */
    int dumpable = request->has_uid ? prctl(PR_GET_DUMPABLE) : 0;
    struct launch_failure scratch = {0};
    struct child_order order = {request, &scratch, report[1], 0};
    pid_t pid = branch(&order);
    int error = errno;
    close(report[1]);
    if (pid < 0) {
        close(report[0]);
        return refuse(failure, STAGE_FORK, error);
    }
    if (dumpable == 1) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    int failed = read_report(report[0], failure);
    close(report[0]);
    if (!failed) return pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) { }
    return -1;
}
