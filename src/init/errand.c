/* The process is a clone without exit signal (clone(2)): neither SIGCHLD nor wait(2) for any child tells of it, so nothing else in init
 * meets it. What it did comes back in one message, with a descriptor if there is one. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "errand.h"
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORT_FD = 3, GIVEN_FD = 4, OUT_OF_THE_WAY = 16 };

union control { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; };

int errand_is_under_way(struct errand *errand) {
    if (errand->pid > 0 && waitpid(errand->pid, NULL, (int)__WCLONE | WNOHANG) == 0) return 1;
    errand->pid = 0;
    return 0;
}

/* A program's pipe must not stay open because a disk hangs. Standard descriptors are used where they are. */
static int keep_only(int fd, int report) {
    int high_report = fcntl(report, F_DUPFD, OUT_OF_THE_WAY), high_fd = fd > 2 ? fcntl(fd, F_DUPFD, OUT_OF_THE_WAY) : -1;
    dup2(high_report, REPORT_FD);
    if (fd > 2) dup2(high_fd, GIVEN_FD);
    descriptors_close(fd > 2 ? GIVEN_FD + 1 : GIVEN_FD, ~0U);
    return fd > 2 ? GIVEN_FD : fd;
}

/* Some file systems wait for their disk when a descriptor is closed. At our exit that would hold up who waits for it. */
static void close_all_but(int descriptor) {
    for (int fd = 0; fd <= GIVEN_FD; fd++) {
        if (fd != descriptor && fd != REPORT_FD) close(fd);
    }
}

/* init's own limit of file locks is a mark (runs/copied_marks.h), which would make this process one of a run's. */
static void carry_no_mark(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_LOCKS, &limit) != 0) return;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_LOCKS, &limit);
}

static noreturn void do_work(errand_work *work, int fd, const void *context, size_t size, int report) {
    unsigned char outcome[ERRAND_OUTCOME] = {0};
    union control control;
    carry_no_mark();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    int descriptor = work(keep_only(fd, report), context, outcome);
    struct iovec part = {outcome, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.space;
        *(&control.header) = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        control.header.cmsg_len = (__typeof__(control.header.cmsg_len))CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    }
    close_all_but(descriptor);
    sendmsg(REPORT_FD, &message, MSG_NOSIGNAL);
    for (;;) syscall(SYS_exit_group, 0);
}

static int receive(int report, void *outcome, size_t size, int *descriptor) {
    union control control;
    struct iovec part = {outcome, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    if (recvmsg(report, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != (ssize_t)size) return 0;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    return 1;
}

static enum errand_state outcome_of(struct errand *errand, int report, void *outcome, size_t size, int *descriptor, int patience_ms) {
    struct pollfd told = {report, POLLIN, 0};
    if (poll(&told, 1, patience_ms) != 1) return ERRAND_UNDER_WAY;
    int is_told = receive(report, outcome, size, descriptor);
    while (waitpid(errand->pid, NULL, (int)__WCLONE) < 0 && errno == EINTR) { } /* nothing is left to it but to end */
    errand->pid = 0;
    if (!is_told) errno = ECANCELED; /* it was killed */
    return is_told ? ERRAND_DONE : ERRAND_IMPOSSIBLE;
}

enum errand_state errand_run(struct errand *errand, errand_work *work, int fd, const void *context, void *outcome, size_t size, int *descriptor,
                             int patience_ms) {
    int report[2];
    *descriptor = -1;
    if (errand_is_under_way(errand)) return ERRAND_BUSY;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, report) != 0) return ERRAND_IMPOSSIBLE;
    errand->pid = (pid_t)syscall(SYS_clone, 0L, 0, 0, 0, 0);
    if (errand->pid == 0) do_work(work, fd, context, size, report[1]);
    int error = errno;
    enum errand_state state = ERRAND_IMPOSSIBLE;
    close(report[1]);
    if (errand->pid > 0) {
        state = outcome_of(errand, report[0], outcome, size, descriptor, patience_ms);
        error = errno;
    }
    close(report[0]);
    errno = error;
    return state;
}
