/* State of direct mode, shared by its files: direct.c (the loop), direct_wake.c (what it waits for), direct_stop.c (the stop).
 * Internal to them; modes.h has the entry. */
#ifndef TSINIT_DIRECT_H
#define TSINIT_DIRECT_H

#include "command_line/args.h"
#include "direct/direct_stop.h"
#include "direct/direct_wake.h"
#include "launch/launch.h"
#include "direct/terminal.h"

enum { STILL_RUNS = -1, NO_CHILD = 0 };

struct direct {
    const struct origin *origin;
    const struct direct_options *options;
    pid_t child;         /* the main process: the command, and the number of its process group */
    int status;          /* wait status of the main process, or STILL_RUNS */
    int is_stopped;      /* the main process was stopped by a signal and not continued by us since */
    int passed_stop;     /* the last terminal stop signal that we passed on ourselves */
    struct wake wake;
    struct stop stop;
    struct terminal terminal;
    struct launching launching; /* the command on its way to exec; report is -1 afterwards */
};

/* Says `what` and the name of `signal` (0: none) when the verbosity is `level` or higher. */
void direct_tell(const struct direct *direct, int level, const char *what, int signal);

/* A signal that is no stop: to the process group, or as far as the options reach. After the end of the main process: to the rest. */
void direct_send(const struct direct *direct, int signal);

/* Exits with the code of the main process, which has ended. */
noreturn void direct_finish(struct direct *direct);

#endif
