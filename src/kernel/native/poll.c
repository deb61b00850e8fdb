/* One-shot readiness on Node's own event loop. A descriptor that is waited for costs one small record, kept for the next
 * wait; one callback serves all, told apart by tokens. */
#include "native.h"
#include <errno.h>
#include <stdlib.h>
#include <uv.h>

struct watch {
    uv_poll_t poll; /* first: handles come back as pointers to it */
    int32_t token;
};

static struct watch **watches; /* by descriptor */
static int room;
static napi_env owner;
static napi_ref listener;

static void released(uv_handle_t *handle)
{
    free(handle);
}

void poll_forget(int fd)
{
    if (fd < 0 || fd >= room || !watches[fd])
        return;
    uv_close((uv_handle_t *)&watches[fd]->poll, released);
    watches[fd] = NULL;
}

static void ready(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events; /* an error shows at the read or write that follows */
    struct watch *watch = (struct watch *)poll;
    uv_poll_stop(poll);
    napi_handle_scope scope;
    napi_value callback, receiver, token, error;
    if (!listener || napi_open_handle_scope(owner, &scope) != napi_ok)
        return;
    token = number(owner, watch->token);
    if (napi_get_reference_value(owner, listener, &callback) == napi_ok && napi_get_global(owner, &receiver) == napi_ok
        && napi_make_callback(owner, NULL, receiver, callback, 1, &token, NULL) == napi_pending_exception
        && napi_get_and_clear_last_exception(owner, &error) == napi_ok)
        napi_fatal_exception(owner, error);
    napi_close_handle_scope(owner, scope);
}

static int make_room(int fd)
{
    if (fd < room)
        return 0;
    int larger = room ? room : 64;
    while (larger <= fd)
        larger *= 2;
    struct watch **grown = realloc(watches, (size_t)larger * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (int index = room; index < larger; index++)
        grown[index] = NULL;
    watches = grown;
    room = larger;
    return 0;
}

/* The record of a descriptor, made at its first wait. */
static int watch_of(napi_env env, int fd, struct watch **result)
{
    uv_loop_t *loop;
    int error = fd < 0 ? -EBADF : make_room(fd);
    if (error)
        return error;
    if ((*result = watches[fd]))
        return 0;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok)
        return -EINVAL;
    if (!(*result = malloc(sizeof **result)))
        return -ENOMEM;
    error = uv_poll_init(loop, &(*result)->poll, fd);
    if (error)
        free(*result);
    else
        watches[fd] = *result;
    return error;
}

static napi_value arm(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    struct watch *watch;
    int error = watch_of(env, as_int(env, values[0]), &watch);
    if (!error) {
        watch->token = as_int(env, values[2]);
        error = uv_poll_start(&watch->poll, as_int(env, values[1]) == 2 ? UV_WRITABLE : UV_READABLE, ready);
    }
    return number(env, error);
}

static napi_value disarm(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int fd = as_int(env, values[0]);
    if (fd >= 0 && fd < room && watches[fd])
        uv_poll_stop(&watches[fd]->poll);
    return NULL;
}

static napi_value on_ready(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    if (listener)
        napi_delete_reference(env, listener);
    owner = env;
    if (napi_create_reference(env, values[0], 1, &listener) != napi_ok)
        listener = NULL;
    return NULL;
}

const struct function poll_functions[] = { { "arm", arm }, { "disarm", disarm }, { "onReady", on_ready }, { NULL, NULL } };
