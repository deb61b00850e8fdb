/* The habits of tini, dumb-init and catatonit, as values of direct_options. What each of them does was learned by running it;
 * a link under its name behaves like it, tsinit's own name takes the best of the three.
 *
 *              process group   signals go to   descriptors   when the child ends          exec fails
 *   tsinit     own             group; a stop: the child first, see direct_stop.c
 *                                              closed        exits                        127, 126
 *   tini       own             child (-g group) kept         exits                        127, 126
 *   dumb-init  session (-c no) group (-c child) kept         TERM to the group, exits     2
 *   catatonit  ours            child (-g group) kept         exits                        1 */
#include "command_line/personality.h"

#include <string.h>

#ifndef TSINIT_VERSION
#define TSINIT_VERSION "0.1.0"
#endif

enum personality personality_of(const char *name) {
    if (strcmp(name, "tini") == 0 || strcmp(name, "tini-static") == 0 || strcmp(name, "docker-init") == 0)
        return AS_TINI;
    if (strcmp(name, "dumb-init") == 0)
        return AS_DUMB_INIT;
    return strcmp(name, "catatonit") == 0 ? AS_CATATONIT : AS_TSINIT;
}

const char *environment_value(char *const *envp, const char *name) {
    size_t length = strlen(name);
    for (; *envp; envp++)
        if (strncmp(*envp, name, length) == 0 && (*envp)[length] == '=')
            return *envp + length + 1;
    return NULL;
}

static void tini_environment(char *const *envp, struct direct_options *options) {
    const char *verbosity = environment_value(envp, "TINI_VERBOSITY");
    if (verbosity && *verbosity > '1' && *verbosity <= '9') /* tini's 1 is the default: warnings */
        options->verbosity = *verbosity - '1';
    if (environment_value(envp, "TINI_KILL_PROCESS_GROUP"))
        options->to_child_only = options->has_ladder = 0;
}

static void dumb_init_environment(char *const *envp, struct direct_options *options) {
    const char *debug = environment_value(envp, "DUMB_INIT_DEBUG"), *session = environment_value(envp, "DUMB_INIT_SETSID");
    if (debug && strcmp(debug, "1") == 0)
        options->verbosity = 2;
    if (session && strcmp(session, "0") == 0) {
        options->to_child_only = 1;
        options->has_ladder = 0;
    }
}

void personality_defaults(enum personality personality, char *const *envp, struct direct_options *options) {
    memset(options->rewrite, REWRITE_NONE, sizeof options->rewrite);
    options->personality = personality;
    options->stop_timeout_ms = NO_TIMEOUT;
    options->group = personality == AS_CATATONIT ? GROUP_KEEP : GROUP_OWN;
    options->to_child_only = personality == AS_TINI || personality == AS_CATATONIT;
    options->has_ladder = personality == AS_TSINIT;
    options->keeps_descriptors = personality != AS_TSINIT;
    if (personality == AS_DUMB_INIT)
        options->exec_failure_code = 2;
    if (personality == AS_CATATONIT)
        options->exec_failure_code = 1;
    if (personality & (AS_TSINIT | AS_TINI))
        tini_environment(envp, options);
    if (personality & (AS_TSINIT | AS_DUMB_INIT))
        dumb_init_environment(envp, options);
}

/* dumb-init without -c: a session, whose members a terminal's stop signals cannot stop, so STOP is sent in their place. */
void personality_settle(struct direct_options *options) {
    static const unsigned char stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
    options->waits_for_asked = options->personality == AS_TSINIT && !options->to_child_only;
    if (options->personality != AS_DUMB_INIT)
        return;
    options->suspends_itself = 1;
    if (options->to_child_only) {
        options->group = GROUP_KEEP;
        return;
    }
    options->group = GROUP_SESSION;
    options->ends_group = 1;
    for (unsigned i = 0; i < sizeof stops; i++)
        if (options->rewrite[stops[i]] == REWRITE_NONE)
            options->rewrite[stops[i]] = SIGSTOP;
}

const char *personality_version(enum personality personality) {
    return personality & (AS_TINI | AS_CATATONIT) ? "tini version 0.19.0 - tsinit." TSINIT_VERSION "\n"
           : personality == AS_DUMB_INIT          ? "dumb-init v1.2.5 (tsinit " TSINIT_VERSION ")\n"
                                                  : "tsinit version " TSINIT_VERSION "\n";
}

int personality_usage_code(enum personality personality) { return personality == AS_TSINIT ? 2 : 1; }
