/* launch_begin(): one program from fork to exec, without waiting for it. An executable or a directory may be on a file system
 * that does not answer: the child then hangs alone. The child is a copy of init's memory (a plain fork; init has little),
 * tells over a close-on-exec pipe what goes wrong, and nothing here decides what a program gets: the request says it.
 *
 * The table of descriptors is shared until the child's first step, which takes a copy of its low end alone: init holds the
 * pipes of all programs, and copying and closing thousands of them for each spawn would cost more than all else. Until the
 * child has said over the pipe that it has its copy, the descriptors that it is given must stay open here. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "launch/launch.h"
#include "launch/child_steps.h"
#include "launch/exec_search.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIN_FORK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_FORK 1
#endif
#endif

enum {
    COPY_BELOW = 2,     /* CLOSE_RANGE_UNSHARE, Linux 5.9 */
    HAS_OWN_TABLE = 'o' /* the child's first byte on the pipe, where the table was shared */
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

static int close_between(unsigned first, unsigned last, int flags) {
#ifdef SYS_close_range
    return (int)syscall(SYS_close_range, first, last, flags);
#else
    (void)first, (void)last, (void)flags;
    return errno = ENOSYS, -1;
#endif
}

static void insert(int *sorted, int *count, int descriptor) {
    int at = (*count)++;
    for (; at > 0 && sorted[at - 1] > descriptor; at--) sorted[at] = sorted[at - 1];
    sorted[at] = descriptor;
}

enum { NEEDED_MOST = LAUNCH_SOCKETS + 6 };

/* What the child works with, in order. */
static int needed_by_child(const struct child_order *order, int needed[NEEDED_MOST]) {
    const struct launch *request = order->request;
    int count = 0;
    insert(needed, &count, order->report);
    for (int i = 0; i < 3; i++) insert(needed, &count, request->streams[i]);
    for (int i = 0; i < request->socket_count; i++) insert(needed, &count, request->sockets[i]);
    insert(needed, &count, request->terminal);
    if (request->ready_descriptor > 0) insert(needed, &count, request->ready_source);
    return count;
}

/* A copy of the shared table's low end, and of that only what the child is given: one that hangs before its exec must hold no
 * pipe of another program. 0, or errno. */
static int take_own_table(const struct child_order *order) {
    int needed[NEEDED_MOST], count = needed_by_child(order, needed), from = 3;
    char told = HAS_OWN_TABLE;
    if (close_between(order->needless, ~0U, COPY_BELOW) != 0) return errno;
    for (int i = 0; i < count; i++) {
        if (needed[i] > from) close_between((unsigned)from, (unsigned)needed[i] - 1, 0);
        if (needed[i] >= from) from = needed[i] + 1;
    }
    return syscall(SYS_write, order->report, &told, sizeof told) < 0 ? errno : 0;
}

/* Files without a #! line are scripts to every shell and to execvp; images rely on it. The words are a copy of init's. */
static void exec_as_script(const struct launch *request, struct launch_failure *failure) {
    static char shell[] = "/bin/sh";
    if (request->script == NULL || failure->error != ENOEXEC || strncmp(failure->detail, "text", 4) != 0) return;
    request->script[-1] = shell;
    request->script[0] = failure->path;
    execve(shell, request->script - 1, request->envp);
}

static noreturn void child_main(struct child_order *order) {
    int error = order->needless > 0 ? take_own_table(order) : 0;
    if (error != 0) {
        *order->failure = (struct launch_failure){.stage = STAGE_STREAMS, .error = error};
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
        exec_as_script(order->request, order->failure);
    }
    give_up(order);
}

#ifdef PLAIN_FORK /* the sanitizers must see it */
static pid_t branch(struct child_order *order) {
    pid_t pid = fork();
    order->needless = 0;
    if (pid == 0) child_main(order);
    return pid;
}
#else
/* Asked of a number that is never open, the call does nothing but say whether the kernel (or a filter) lets us have it. */
static int can_share_descriptors(void) {
    static int answer; /* 1: yes, -1: no */
    if (answer == 0) answer = close_between(~0U, ~0U, COPY_BELOW) == 0 ? 1 : -1;
    return answer > 0;
}

/* By the raw call: a C library's fork() does more than init needs. */
static pid_t fork_with(struct child_order *order, unsigned long flags) {
    pid_t pid = (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) child_main(order);
    return pid;
}

static pid_t branch(struct child_order *order) {
    if (order->needless > 0 && can_share_descriptors()) {
        pid_t pid = fork_with(order, CLONE_FILES);
        if (pid >= 0 || errno != EINVAL) return pid; /* an emulator that makes a fork of it can share nothing */
    }
    order->needless = 0;
    return fork_with(order, 0);
}
#endif

static pid_t refuse(struct launch_failure *failure, enum launch_stage stage, int error) {
    failure->stage = stage;
    failure->error = error;
    return -1;
}

/* After the highest of what the child is given. */
static unsigned needless_from(const struct child_order *order) {
    int needed[NEEDED_MOST], count = needed_by_child(order, needed);
    return (unsigned)needed[count - 1] + 1;
}

pid_t launch_begin(const struct launch *request, int shares, struct launching *launching, struct launch_failure *failure) {
    memset(failure, 0, sizeof *failure);
    int report[2];
    if (pipe2(report, O_CLOEXEC | O_NONBLOCK) != 0) return refuse(failure, STAGE_PIPE, errno);
    struct launch_failure scratch = {0};
    struct child_order order = {request, &scratch, report[1], 0};
    if (shares && !request->keep_descriptors) order.needless = needless_from(&order);
    pid_t pid = branch(&order);
    int error = errno;
    *launching = (struct launching){report[0], report[1]};
    if (pid < 0) {
        launch_forget(launching);
        return refuse(failure, STAGE_FORK, error);
    }
    if (order.needless == 0) launch_own(launching);
    return pid;
}

void launch_own(struct launching *launching) {
    if (launching->report_end >= 0) close(launching->report_end);
    launching->report_end = -1;
}

void launch_forget(struct launching *launching) {
    launch_own(launching);
    if (launching->report >= 0) close(launching->report);
    launching->report = -1;
}

/* A write of so few bytes to a pipe is whole or not at all, so is what is read here. */
enum launch_news launch_look(struct launching *launching, struct launch_failure *failure) {
    struct { char own_table; char failure[sizeof(struct launch_failure)]; } told;
    for (;;) {
        ssize_t got = read(launching->report, &told, sizeof told);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return LAUNCH_UNDER_WAY;
        if (got == 0) return LAUNCH_DONE;
        const char *at = (const char *)&told;
        if (got % (ssize_t)sizeof *failure == 1 && *at == HAS_OWN_TABLE) {
            launch_own(launching);
            at++, got--;
        }
        if (got != sizeof *failure) continue;
        memcpy(failure, at, sizeof *failure);
        return LAUNCH_REFUSED;
    }
}
