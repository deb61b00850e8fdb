/* Sockets with a file, which has its owner and mode before anybody can reach it, whoever its folder belongs to (init's socket_place.h). */
#include "native.h"
#include "../../init/sockets/socket_place.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As supervisord's. */
enum { BACKLOG = 1024 };

static int open_for(int is_datagram)
{
    int on = 1, fd = socket(AF_UNIX, (is_datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && is_datagram)
        setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    return fd < 0 ? -errno : fd;
}

/* openSocketFile(path, isDatagram, mode, owner). `owner`: empty, or user and group, and room for a 1 when it is they that are refused. */
static napi_value open_socket_file(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    napi_typedarray_type types[2];
    size_t length = 0, words = 0;
    void *given = NULL;
    uint32_t *owner = NULL;
    char path[PATH_MAX];
    bool is_datagram = false;
    if (napi_get_typedarray_info(env, values[0], &types[0], &length, &given, NULL, NULL) != napi_ok || types[0] != napi_uint8_array)
        return number(env, -EINVAL);
    if (napi_get_typedarray_info(env, values[3], &types[1], &words, (void **)&owner, NULL, NULL) != napi_ok || types[1] != napi_uint32_array)
        return number(env, -EINVAL);
    napi_get_value_bool(env, values[1], &is_datagram);
    if (length >= sizeof path || memchr(given, 0, length))
        return number(env, length >= sizeof path ? -ENAMETOOLONG : -EINVAL);
    memcpy(path, given, length);
    path[length] = 0;
    struct socket_place place = { .rights = { .mode = (mode_t)as_int(env, values[2]) }, .backlog = is_datagram ? -1 : BACKLOG };
    if (words >= 3)
        place.rights = (struct socket_rights){ place.rights.mode, 1, owner[0], owner[1] };
    int fd = open_for(is_datagram), error = fd < 0 ? fd : socket_place(fd, path, &place);
    if (error == 0) {
        close(place.file);
        return number(env, fd);
    }
    if (fd >= 0)
        close(fd);
    if (words >= 3)
        owner[2] = (uint32_t)place.is_owner_refused;
    return number(env, error);
}

const struct function socket_file_functions[] = { { "openSocketFile", open_socket_file }, { NULL, NULL } };
