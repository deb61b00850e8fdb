/* The way depends on what the descriptor is. O_NONBLOCK is never set on it: the flag belongs to the description, and its other
 * owners would find it there after our death (fcntl(2), F_SETFL).
 *
 * socket          send(2) with MSG_DONTWAIT
 * pipe, terminal  opened again by /proc/self/fd (proc_pid_fd(5)): a description of our own, with flags of its own
 * else            pwritev2(2) with RWF_NOWAIT, which few file systems know, and pipes since Linux 6.4
 * else            a process of ours writes (errand.h): a disk that hangs, or a terminal that may not be opened again, holds up nobody else. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "write_now.h"
#include "errand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NO_WAIT = 8 /* RWF_NOWAIT */, PATIENCE_MS = 100 };

struct piece { const void *bytes; size_t length; };
struct written { ssize_t sent; int error; };
_Static_assert(sizeof(struct written) <= ERRAND_OUTCOME, "an errand tells no more");

static struct errand errand;

int write_is_under_way(void) { return errand_is_under_way(&errand); }

static int write_piece(int fd, const void *context, void *outcome) {
    const struct piece *piece = context;
    struct written written = {.sent = write(fd, piece->bytes, piece->length)};
    written.error = errno;
    memcpy(outcome, &written, sizeof written);
    return -1;
}

/* Where no process can be had: the message that says so is worth the risk that another writer fills the pipe in this moment. */
static ssize_t write_what_is_writable(int fd, const void *bytes, size_t length) {
    struct pollfd out = {fd, POLLOUT, 0};
    if (poll(&out, 1, 0) != 1) return errno = EAGAIN, -1;
    return write(fd, bytes, length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t write_by_process(int fd, const void *bytes, size_t length) {
    struct piece piece = {bytes, length};
    struct written written;
    int none;
    switch (errand_run(&errand, write_piece, fd, &piece, &written, sizeof written, &none, PATIENCE_MS)) {
        case ERRAND_BUSY: return errno = EAGAIN, -1;
        case ERRAND_UNDER_WAY: return (ssize_t)length;
        case ERRAND_IMPOSSIBLE: return write_what_is_writable(fd, bytes, length);
        case ERRAND_DONE: break;
    }
    errno = written.error;
    return written.sent;
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
