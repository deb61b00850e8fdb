/* Who is at the other end of a unix socket, as the kernel has noted it when the connection was made. */
#include "native.h"
#include <errno.h>
#include <sys/socket.h>

static napi_value peer_of(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    napi_typedarray_type type;
    uint32_t *into = NULL;
    size_t room = 0;
    if (napi_get_typedarray_info(env, values[1], &type, &room, (void **)&into, NULL, NULL) != napi_ok || type != napi_uint32_array || room < 3)
        return number(env, -EINVAL);
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(as_int(env, values[0]), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return number(env, -errno);
    into[0] = (uint32_t)peer.pid;
    into[1] = peer.uid;
    into[2] = peer.gid;
    return number(env, 0);
}

const struct function peer_functions[] = { { "peerOf", peer_of }, { NULL, NULL } };
