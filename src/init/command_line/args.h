/* The command line, read for the role that serves it. The rules are the table in args.c. */
#ifndef TSINIT_ARGS_H
#define TSINIT_ARGS_H

#include "launch/launch.h"
#include "modes.h"

#include <stdint.h>

enum personality { AS_TSINIT = 1, AS_TINI = 2, AS_DUMB_INIT = 4, AS_CATATONIT = 8 };
enum role { ROLE_DIRECT, ROLE_SUPERVISE, ROLE_CLIENT, ROLE_HEALTHCHECK };

enum { REWRITE_NONE = 255, NO_TIMEOUT = -1, DEFAULT_WAIT_ALL_MS = 10000 };

struct direct_options {
    enum personality personality;
    char **command;            /* NULL-terminated, inside origin->argv; NULL in pause mode */
    enum launch_group group;
    int to_child_only;         /* signals go to the child, not to its process group */
    int has_ladder;            /* a stop signal goes to the main process first: docs/decisions/0014-stop-ladder.md */
    int waits_for_asked;       /* what a stop signal was sent to is waited for, not the child alone */
    uint64_t stop_signals;     /* one bit for each signal that is a stop, signal 1 lowest; 0: the usual ones */
    int verbosity;             /* 0 errors, 1 what happens, 2 every signal */
    int warns_on_reap, keeps_descriptors, waits_for_all, pauses;
    int suspends_itself;       /* dumb-init: stop ourselves after a terminal stop signal was forwarded */
    int ends_group;            /* dumb-init: TERM to the process group once the child has ended */
    int parent_death_signal;   /* 0: none */
    int exec_failure_code;     /* 0: 127 or 126, as a shell */
    long stop_timeout_ms;      /* NO_TIMEOUT: wait for ever */
    unsigned char rewrite[SIGNAL_LAST + 1]; /* REWRITE_NONE: unchanged; 0: dropped */
    unsigned char as_zero[32];              /* one bit for every exit code that becomes 0 */
};

/* Decides who serves this command line. For ROLE_DIRECT `options` is filled in; for ROLE_SUPERVISE `brain` is the argv of
 * another supervisor or NULL. Prints help or a mistake and exits itself. */
enum role args_read(const struct origin *origin, struct direct_options *options, char ***brain);

#endif
