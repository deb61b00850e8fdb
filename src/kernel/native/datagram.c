/* Sockets to one address in the file system or the abstract name space (a leading zero byte): for datagrams, which Node does not
 * have, and for streams without the time that Node's take to be set up. */
#include "native.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stddef.h>

static napi_value connect_to(napi_env env, napi_callback_info info, int kind)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    napi_typedarray_type type;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = 0;
    void *path = NULL;
    if (napi_get_typedarray_info(env, values[0], &type, &length, &path, NULL, NULL) != napi_ok || length >= sizeof address.sun_path)
        return number(env, -EINVAL);
    memcpy(address.sun_path, path, length);
    int is_abstract = length > 0 && address.sun_path[0] == 0;
    socklen_t size = (socklen_t)(is_abstract ? offsetof(struct sockaddr_un, sun_path) + length : sizeof address);
    int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return number(env, -errno);
    if (connect(fd, (struct sockaddr *)&address, size) == 0)
        return number(env, fd);
    int error = errno;
    close(fd);
    return number(env, -error);
}

static napi_value connect_datagram(napi_env env, napi_callback_info info) { return connect_to(env, info, SOCK_DGRAM | SOCK_NONBLOCK); }

static napi_value connect_stream(napi_env env, napi_callback_info info) { return connect_to(env, info, SOCK_STREAM); }

/* Node's own way out takes its heap apart first. */
static napi_value end_now(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int32_t code = 0;
    napi_get_value_int32(env, values[0], &code);
    _exit(code);
}

const struct function datagram_functions[] = {
    { "connectDatagram", connect_datagram },
    { "connectStream", connect_stream },
    { "endNow", end_now },
    { NULL, NULL },
};
