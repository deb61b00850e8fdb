/* One-shot readiness. The descriptors stand in an epoll set of our own, and that set in Node's event loop: waiting for a
 * pipe once more is one system call, and a thousand programs are no thousand handles of the loop. One callback serves all,
 * told apart by tokens. */
#include "native.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

enum { READY_AT_ONCE = 64 /* told in one go, before the loop looks at other things */, WRITABLE = 2 };

struct watch {
    int32_t token;
    uint32_t generation; /* what the set tells of an earlier one is stale */
    uint8_t is_known;    /* stands in the set */
    uint8_t is_armed;
};

static struct watch *watches; /* by descriptor */
static int room, set = -1, armed;
static uv_poll_t hub;
static napi_env owner;
static napi_ref listener;

/* The loop lives on only as long as something is waited for. */
static void count(struct watch *watch, uint8_t is_armed)
{
    int before = armed;
    armed += is_armed - watch->is_armed;
    watch->is_armed = is_armed;
    if (before == 0 && armed > 0)
        uv_ref((uv_handle_t *)&hub);
    else if (before > 0 && armed == 0)
        uv_unref((uv_handle_t *)&hub);
}

/* The descriptor leaves the set before it is closed: the description behind it may be open elsewhere, and would go on telling. */
void poll_forget(int fd)
{
    if (fd < 0 || fd >= room || !watches[fd].is_known)
        return;
    epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
    watches[fd].is_known = 0;
    watches[fd].generation++;
    count(&watches[fd], 0);
}

static void tell(int32_t ready_token)
{
    napi_handle_scope scope;
    napi_value callback, receiver, token, error;
    if (!listener || napi_open_handle_scope(owner, &scope) != napi_ok)
        return;
    token = number(owner, ready_token);
    if (napi_get_reference_value(owner, listener, &callback) == napi_ok && napi_get_global(owner, &receiver) == napi_ok
        && napi_make_callback(owner, NULL, receiver, callback, 1, &token, NULL) == napi_pending_exception
        && napi_get_and_clear_last_exception(owner, &error) == napi_ok)
        napi_fatal_exception(owner, error);
    napi_close_handle_scope(owner, scope);
}

static void ready(uv_poll_t *poll, int status, int happened)
{
    (void)poll, (void)status, (void)happened; /* an error shows at the read or write that follows */
    struct epoll_event events[READY_AT_ONCE];
    int found = epoll_wait(set, events, READY_AT_ONCE, 0);
    for (int index = 0; index < found; index++) {
        int fd = (int)(uint32_t)events[index].data.u64;
        struct watch *watch = &watches[fd];
        if (!watch->is_armed || watch->generation != (uint32_t)(events[index].data.u64 >> 32))
            continue; /* what was told before has closed it, or waits for it no more */
        count(watch, 0);
        tell(watch->token);
    }
}

static int make_set(napi_env env)
{
    uv_loop_t *loop;
    if (set >= 0)
        return 0;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok)
        return -EINVAL;
    set = epoll_create1(EPOLL_CLOEXEC);
    if (set < 0)
        return -errno;
    int error = uv_poll_init(loop, &hub, set);
    if (!error)
        error = uv_poll_start(&hub, UV_READABLE, ready);
    if (error) {
        close(set);
        set = -1;
        return error;
    }
    uv_unref((uv_handle_t *)&hub);
    return 0;
}

static int make_room(int fd)
{
    if (fd < room)
        return 0;
    int larger = room ? room : 64;
    while (larger <= fd)
        larger *= 2;
    struct watch *grown = realloc(watches, (size_t)larger * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (int index = room; index < larger; index++)
        grown[index] = (struct watch){ 0, 0, 0, 0 };
    watches = grown;
    room = larger;
    return 0;
}

static int wait_for(int fd, uint32_t events, int32_t token)
{
    struct watch *watch = &watches[fd];
    struct epoll_event event = { .events = events | EPOLLONESHOT, .data.u64 = (uint64_t)++watch->generation << 32 | (uint32_t)fd };
    int done = epoll_ctl(set, watch->is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
    if (done != 0 && (errno == ENOENT || errno == EEXIST)) /* closed behind our back, and its number given away again */
        done = epoll_ctl(set, watch->is_known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    if (done != 0) {
        int error = -errno;
        watch->is_known = 0;
        count(watch, 0);
        return error;
    }
    watch->is_known = 1;
    watch->token = token;
    count(watch, 1);
    return 0;
}

static napi_value arm(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int fd = as_int(env, values[0]), error = fd < 0 ? -EBADF : make_set(env);
    if (!error)
        error = make_room(fd);
    if (!error)
        error = wait_for(fd, as_int(env, values[1]) == WRITABLE ? EPOLLOUT : EPOLLIN, as_int(env, values[2]));
    return number(env, error);
}

static napi_value disarm(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    poll_forget(as_int(env, values[0]));
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
