/* Entry of the kernel addon: registers the functions of all subjects, and lets the supervisor write to a terminal whose foreground is somebody else. */
#include "native.h"

#include <signal.h>

void arguments(napi_env env, napi_callback_info info, napi_value values[ARGUMENTS])
{
    size_t count = ARGUMENTS;
    napi_get_cb_info(env, info, &count, values, NULL, NULL);
}

int32_t as_int(napi_env env, napi_value value)
{
    int32_t result = 0;
    napi_get_value_int32(env, value, &result);
    return result;
}

int64_t as_long(napi_env env, napi_value value)
{
    int64_t result = 0;
    napi_get_value_int64(env, value, &result);
    return result;
}

napi_value number(napi_env env, int64_t value)
{
    napi_value result = NULL;
    napi_create_int64(env, value, &result);
    return result;
}

static void add(napi_env env, napi_value exports, const struct function *functions)
{
    for (; functions->name; functions++) {
        napi_value value;
        if (napi_create_function(env, functions->name, NAPI_AUTO_LENGTH, functions->body, NULL, &value) == napi_ok)
            napi_set_named_property(env, exports, functions->name, value);
    }
}

NAPI_MODULE_INIT()
{
    /* A program that has the terminal may stop who writes there from the background (stty tostop), and that is where we write from. */
    signal(SIGTTOU, SIG_IGN);
    add(env, exports, box_functions);
    add(env, exports, link_functions);
    add(env, exports, poll_functions);
    add(env, exports, descriptor_functions);
    add(env, exports, trim_functions);
    add(env, exports, datagram_functions);
    add(env, exports, peer_functions);
    add(env, exports, notice_functions);
    add(env, exports, place_functions);
    add(env, exports, socket_file_functions);
    return exports;
}
