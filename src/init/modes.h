/* The roles that C serves. main() reads the command line (args.c), picks one and never comes back. */
#ifndef TSINIT_MODES_H
#define TSINIT_MODES_H

#include "signals.h"
#include <stdnoreturn.h>
#include <sys/resource.h>

/* What the engine gave us, kept for the programs. Filled by main() before anything else. */
struct origin {
    char **argv, **envp;
    struct inherited_signals signals;
    struct rlimit nofile;  /* RLIMIT_NOFILE as found; programs get it back */
    int is_pid1;
    unsigned closed;       /* one bit for each of 0 to 2 that was not open */
    int is_child_ignored;  /* SIGCHLD was */
};

/* tini, dumb-init and catatonit in one; options parsed by args.c. */
struct direct_options;
noreturn void direct_mode(const struct origin *origin, const struct direct_options *options);

/* init + supervisor. argv is handed to the supervisor unchanged. `brain` (NULL: the embedded one) is the command line of
 * another program to be the supervisor (--supervisor CMD, NULL-terminated argv). */
noreturn void supervise_mode(const struct origin *origin, char *const *brain);

/* A tool (check, ctl, ...): Node in place of this process. */
noreturn void client_mode(const struct origin *origin);

/* `tsinit healthcheck [NAME...]`: how the programs of this container are, out of the black box. */
noreturn void healthcheck_mode(char *const *names);

#endif
