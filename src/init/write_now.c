/* The way depends on what the descriptor is. O_NONBLOCK is never set on it: the flag belongs to the description, and its other
 * owners would find it there after our death (fcntl(2), F_SETFL).
 *
 * socket          send(2) with MSG_DONTWAIT
 * pipe, terminal  opened again by /proc/self/fd (proc_pid_fd(5)): a description of our own, with flags of its own
 * else            pwritev2(2) with RWF_NOWAIT, which few file systems know, and pipes since Linux 6.4
 * else            a process of ours writes: a disk that hangs, or a terminal that may not be opened again, then holds up nobody else.
 *                 It is no child that wait(2) or SIGCHLD tells of (clone(2): its exit signal is 0), so nothing else in init meets it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "write_now.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_WAIT = 8 /* RWF_NOWAIT */, PATIENCE_MS = 100, REPORT_FD = 3 };

struct outcome { ssize_t sent; int error; };

static pid_t writer; /* 0: there is none */

int write_is_under_way(void) {
    if (writer > 0 && waitpid(writer, NULL, (int)__WCLONE | WNOHANG) == 0) return 1;
    writer = 0;
    return 0;
}

/* Keeps nothing open but the standard descriptors and the report: a program's pipe must not stay open for want of a disk. */
static noreturn void writer_main(int fd, const void *bytes, size_t length, int report) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (report != REPORT_FD) dup2(report, REPORT_FD);
#ifdef SYS_close_range
    syscall(SYS_close_range, REPORT_FD + 1, ~0U, 0);
#endif
    struct outcome outcome = {.sent = write(fd, bytes, length)};
    outcome.error = errno;
    (void)!write(REPORT_FD, &outcome, sizeof outcome);
    for (;;) syscall(SYS_exit_group, 0);
}

/* A write of so few bytes to a pipe is whole or not at all. */
static ssize_t outcome_of(int report, size_t length) {
    struct outcome outcome = {-1, EIO}; /* it was killed */
    struct pollfd told = {report, POLLIN, 0};
    if (poll(&told, 1, PATIENCE_MS) != 1) return (ssize_t)length;
    (void)!read(report, &outcome, sizeof outcome);
    while (waitpid(writer, NULL, (int)__WCLONE) < 0 && errno == EINTR) { } /* nothing is left to it but to end */
    writer = 0;
    errno = outcome.error;
    return outcome.sent;
}

/* Where no process can be had: the message that says so is worth the risk that another writer fills the pipe in this moment. */
static ssize_t write_what_is_writable(int fd, const void *bytes, size_t length) {
    struct pollfd out = {fd, POLLOUT, 0};
    if (poll(&out, 1, 0) != 1) return errno = EAGAIN, -1;
    return write(fd, bytes, length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t write_by_process(int fd, const void *bytes, size_t length) {
    int report[2];
    if (write_is_under_way()) return errno = EAGAIN, -1;
    if (pipe2(report, O_CLOEXEC) != 0) return write_what_is_writable(fd, bytes, length);
    writer = (pid_t)syscall(SYS_clone, 0L, 0, 0, 0, 0);
    if (writer == 0) writer_main(fd, bytes, length, report[1]);
    close(report[1]);
    ssize_t sent = writer > 0 ? outcome_of(report[0], length) : write_what_is_writable(fd, bytes, length);
    int error = errno;
    close(report[0]);
    errno = error;
    return sent;
}

static int open_again(int fd) {
    char path[] = "/proc/self/fd/0";
    path[sizeof path - 2] = (char)('0' + fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static ssize_t write_again_opened(int own, const void *bytes, size_t length) {
    ssize_t sent = write(own, bytes, length);
    int error = errno;
    close(own);
    errno = error;
    return sent;
}

ssize_t write_now(int fd, const void *bytes, size_t length) {
    struct stat status;
    if (fstat(fd, &status) != 0) return -1;
    if (S_ISSOCK(status.st_mode)) return send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    /* Not a file: its offset belongs to the description, and the others count on it. */
    int own = S_ISFIFO(status.st_mode) || isatty(fd) ? open_again(fd) : -1;
    if (own >= 0) return write_again_opened(own, bytes, length);
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    ssize_t sent = (ssize_t)syscall(SYS_pwritev2, fd, &part, 1, -1L, -1L, NO_WAIT);
    if (sent >= 0 || (S_ISFIFO(status.st_mode) && (errno == EAGAIN || errno == EPIPE))) return sent;
    return write_by_process(fd, bytes, length);
}
