/* init's socket: bytes and the descriptors that travel with them. */
#include "native.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 253 }; /* SCM_MAX_FD */

struct bytes { uint8_t *data; size_t length; };

static struct bytes bytes_of(napi_env env, napi_value value)
{
    struct bytes bytes = { NULL, 0 };
    napi_typedarray_type type;
    if (napi_get_typedarray_info(env, value, &type, &bytes.length, (void **)&bytes.data, NULL, NULL) != napi_ok)
        bytes.length = 0;
    return bytes;
}

/* Moves what came along into fds[1...]; one that finds no room there is closed. */
static void take_descriptors(struct msghdr *message, int32_t *fds, size_t room)
{
    fds[0] = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < count; index++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + index * sizeof fd, sizeof fd);
            if ((size_t)fds[0] + 1 < room)
                fds[++fds[0]] = fd;
            else
                close(fd);
        }
    }
}

static napi_value receive(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    struct bytes into = bytes_of(env, values[1]), fds = bytes_of(env, values[2]);
    if (into.length == 0 || fds.length == 0)
        return number(env, -EINVAL);
    union { struct cmsghdr align; char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))]; } control;
    struct iovec part = { into.data, into.length };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t count = recvmsg(as_int(env, values[0]), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0)
        return number(env, -errno);
    take_descriptors(&message, (int32_t *)(void *)fds.data, fds.length);
    return number(env, count);
}

static ssize_t send_now(int fd, const void *bytes, size_t length) { return send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL); }

static napi_value put_bytes(napi_env env, napi_callback_info info, ssize_t (*put)(int, const void *, size_t))
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    struct bytes from = bytes_of(env, values[1]);
    int64_t offset = as_long(env, values[2]), length = as_long(env, values[3]);
    if (offset < 0 || length < 0 || (uint64_t)offset > from.length || (uint64_t)length > from.length - (uint64_t)offset)
        return number(env, -EINVAL);
    ssize_t count = put(as_int(env, values[0]), from.data + offset, (size_t)length);
    return number(env, count >= 0 ? count : -errno);
}

static napi_value send_bytes(napi_env env, napi_callback_info info) { return put_bytes(env, info, send_now); }
static napi_value write_bytes_now(napi_env env, napi_callback_info info) { return put_bytes(env, info, write_now); }

const struct function link_functions[] = { { "receive", receive }, { "send", send_bytes }, { "writeNow", write_bytes_now }, { NULL, NULL } };
