/* What the files of the kernel addon share: the face is ../native.ts, one C file per subject. Every function takes and
 * gives numbers; a negative result is -errno. Arguments come from our own TypeScript, yet offsets into the box are
 * checked: a wrong one must become an error there, not a wild write here. */
#ifndef TSINIT_NATIVE_H
#define TSINIT_NATIVE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* this file comes first in all of them */
#endif
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { ARGUMENTS = 4 };

/* Fetches up to ARGUMENTS arguments; missing ones are undefined. */
void arguments(napi_env env, napi_callback_info info, napi_value values[ARGUMENTS]);
/* 0 when it is no number. */
int32_t as_int(napi_env env, napi_value value);
int64_t as_long(napi_env env, napi_value value);
napi_value number(napi_env env, int64_t value);

/* One function of the face: its name and body. */
struct function { const char *name; napi_callback body; };

/* Each subject's functions, ended by a NULL name. */
extern const struct function box_functions[], link_functions[], poll_functions[], descriptor_functions[], trim_functions[],
    datagram_functions[], peer_functions[], notice_functions[], place_functions[], socket_file_functions[];

/* write(2) to a description that others share, in descriptors.c: it must not be made non-blocking, and never makes us wait.
 * Bytes, or -1 with errno; EAGAIN when it takes nothing now. */
ssize_t write_now(int fd, const void *bytes, size_t length);

/* Forgets readiness of a descriptor that is about to be closed; in poll.c. */
void poll_forget(int fd);

/* Maps read-only library segments from our own file instead of the copies in memory; in libraries.c. */
void give_library_copies_back(void);

#endif
