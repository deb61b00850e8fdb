/* Descriptors: what they are, private open file descriptions, flags, sizes, closing. */
#include "native.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

static napi_value close_fd(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int fd = as_int(env, values[0]);
    poll_forget(fd);
    return number(env, close(fd) == 0 ? 0 : -errno);
}

/* O_NONBLOCK lives in the open file description, which others share with us: a description of our own leaves theirs alone. */
static napi_value reopen_fd(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int fd = as_int(env, values[0]), flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    char path[32];
    struct stat status;
    if (fstat(fd, &status) != 0)
        return number(env, -errno);
    if (S_ISREG(status.st_mode))
        flags |= O_APPEND;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int opened = open(path, flags);
    if (opened < 0 && errno == EACCES && tcgetsid(fd) >= 0) /* another user's, but it is our controlling terminal */
        opened = open("/dev/tty", flags);
    return number(env, opened >= 0 ? opened : -errno);
}

/* A terminal takes any number of bytes once it is writable, and waits for its reader in the middle of them. */
enum { TERMINAL_PIECE = 64 };

/* The kernel is asked not to wait for this call alone: by pwritev2(2), with pipes since Linux 6.4, or by send(2). Otherwise, what
 * poll(2) calls writable gets a small piece: a pipe takes PIPE_BUF bytes then (pipe(7)), unless another process fills it in the same
 * moment. */
ssize_t write_now(int fd, const void *bytes, size_t length)
{
    struct iovec part = { (void *)(uintptr_t)bytes, length };
    struct pollfd out = { fd, POLLOUT, 0 };
    ssize_t sent = pwritev2(fd, &part, 1, -1, RWF_NOWAIT);
    if (sent >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL))
        return sent;
    sent = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK)
        return sent;
    if (poll(&out, 1, 0) == 0)
        return errno = EAGAIN, -1;
    size_t most = isatty(fd) ? TERMINAL_PIECE : PIPE_BUF;
    return write(fd, bytes, length < most ? length : most);
}

static napi_value set_non_blocking(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    bool on = false;
    arguments(env, info, values);
    napi_get_value_bool(env, values[1], &on);
    int fd = as_int(env, values[0]), flags = fcntl(fd, F_GETFL);
    int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (flags < 0 || (wanted != flags && fcntl(fd, F_SETFL, wanted) != 0))
        return number(env, -errno);
    return number(env, (flags & O_NONBLOCK) != 0);
}

static const char *kind_of(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return "closed";
    if (S_ISFIFO(status.st_mode))
        return "pipe";
    if (S_ISSOCK(status.st_mode))
        return "socket";
    if (S_ISCHR(status.st_mode))
        return isatty(fd) ? "terminal" : "device";
    return S_ISREG(status.st_mode) ? "file" : "device";
}

static napi_value kind(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS], result = NULL;
    arguments(env, info, values);
    napi_create_string_utf8(env, kind_of(as_int(env, values[0])), NAPI_AUTO_LENGTH, &result);
    return result;
}

static napi_value set_pipe_bytes(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int bytes = fcntl(as_int(env, values[0]), F_SETPIPE_SZ, as_int(env, values[1]));
    return number(env, bytes >= 0 ? bytes : -errno);
}

const struct function descriptor_functions[] = {
    { "close", close_fd }, { "reopen", reopen_fd }, { "setNonBlocking", set_non_blocking }, { "kind", kind },
    { "setPipeBytes", set_pipe_bytes }, { NULL, NULL },
};
