/* Sockets on which programs tell what becomes of them: datagrams, each with the credentials of who sent it. Descriptors that come along
 * are not taken: there is no room for them in the control buffer, so the kernel closes them, which is the answer that senders wait for. */
#include "native.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static napi_value bind_datagram(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    napi_typedarray_type type;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = 0;
    void *path = NULL;
    if (napi_get_typedarray_info(env, values[0], &type, &length, &path, NULL, NULL) != napi_ok || length == 0 || length >= sizeof address.sun_path)
        return number(env, -EINVAL);
    memcpy(address.sun_path, path, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (address.sun_path[0] != 0));
    int on = 1, fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return number(env, -errno);
    if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 && bind(fd, (struct sockaddr *)&address, size) == 0)
        return number(env, fd);
    int error = errno;
    close(fd);
    return number(env, -error);
}

/* into[0] becomes the sender's process id, as we see it; 0 when it is none of ours. */
static napi_value receive_datagram(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    napi_typedarray_type type;
    struct iovec part = { NULL, 0 };
    uint32_t *into = NULL;
    size_t room = 0;
    if (napi_get_typedarray_info(env, values[1], &type, &part.iov_len, &part.iov_base, NULL, NULL) != napi_ok || type != napi_uint8_array)
        return number(env, -EINVAL);
    if (napi_get_typedarray_info(env, values[2], &type, &room, (void **)&into, NULL, NULL) != napi_ok || type != napi_uint32_array || room == 0)
        return number(env, -EINVAL);
    bool is_peek = false;
    napi_get_value_bool(env, values[3], &is_peek); /* undefined: false */
    union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(struct ucred))]; } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t count = recvmsg(as_int(env, values[0]), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC | (is_peek ? MSG_PEEK : 0));
    if (count < 0)
        return number(env, -errno);
    into[0] = 0;
    struct cmsghdr *credentials = CMSG_FIRSTHDR(&message);
    if (credentials && credentials->cmsg_level == SOL_SOCKET && credentials->cmsg_type == SCM_CREDENTIALS) {
        struct ucred sender;
        memcpy(&sender, CMSG_DATA(credentials), sizeof sender);
        into[0] = (uint32_t)sender.pid;
        if (room > 1)
            into[1] = sender.uid;
    }
    return number(env, count);
}

const struct function notice_functions[] = { { "bindDatagram", bind_datagram }, { "receiveDatagram", receive_datagram }, { NULL, NULL } };
