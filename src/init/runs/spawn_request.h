/* The SPAWN frame as data. Decoding trusts nothing: every length, number and string is checked, every count bounded. */
#ifndef TSINIT_SPAWN_REQUEST_H
#define TSINIT_SPAWN_REQUEST_H

#include "conversation/frame.h"
#include "launch/launch.h"
#include "sockets/listen.h"
#include "runs/runs.h"

enum stream_kind { STREAM_NULL = 0, STREAM_PIPE = 1, STREAM_INHERIT = 2, STREAM_AS_STDOUT = 3 };
enum { REQUEST_STRINGS = 131072 /* ARGV and ENVP together */ };

struct spawn_request {
    uint32_t run;
    struct launch launch; /* points into the frame; streams are not filled in yet */
    enum stream_kind kinds[3];
    int has_terminal; /* one of its own takes the place of all three streams */
    struct listen_request listen; /* takes the place of standard input */
    struct listen_request accept; /* a connection to it takes the place of standard input and output */
    struct listen_request sockets[LAUNCH_SOCKETS]; /* from descriptor 3 up */
    int socket_count;
    struct run_stop stop;
};

/* NULL, or the sentence that says what is wrong with it (static). request->run is set in any case, 0 when even that is missing.
 * The request is valid as long as the frame's payload, and until the next call. */
const char *spawn_request_decode(const struct frame *frame, struct spawn_request *request);

/* What LISTEN and the attributes of that kind hold: a socket to listen on. NULL, or what is wrong with it. */
const char *listen_request_decode(const unsigned char *bytes, uint32_t length, struct listen_request *request);

#endif
