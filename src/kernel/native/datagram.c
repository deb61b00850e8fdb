/* A socket for datagrams to one address in the file system: Node has none. */
#include "native.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static napi_value connect_datagram(napi_env env, napi_callback_info info)
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
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return number(env, -errno);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return number(env, fd);
    int error = errno;
    close(fd);
    return number(env, -error);
}

const struct function datagram_functions[] = { { "connectDatagram", connect_datagram }, { NULL, NULL } };
