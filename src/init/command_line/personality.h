/* Whose command line and habits we follow, by the name we were started under. */
#ifndef TSINIT_PERSONALITY_H
#define TSINIT_PERSONALITY_H

#include "command_line/args.h"

/* "tini", "docker-init", "dumb-init", "catatonit"; any other name is tsinit itself. `name` is the last part of argv[0]. */
enum personality personality_of(const char *name);

/* Fills in what holds before any option is read: the defaults of the personality and its environment variables. */
void personality_defaults(enum personality personality, char *const *envp, struct direct_options *options);

/* Fills in what follows from the options together. */
void personality_settle(struct direct_options *options);

/* What --version prints, with newline: engines parse the line that tini prints. */
const char *personality_version(enum personality personality);

/* Exit code of a wrong command line. */
int personality_usage_code(enum personality personality);

/* The value of a variable of `envp`, or NULL. */
const char *environment_value(char *const *envp, const char *name);

#endif
