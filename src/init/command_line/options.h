/* The table of options of the C roles, for all four personalities, and what help says about them. */
#ifndef TSINIT_OPTIONS_H
#define TSINIT_OPTIONS_H

#include "command_line/args.h"

enum action {
    SET_SUBREAPER, SET_PARENT_DEATH, SET_VERBOSE, SET_WARN, SET_GROUP, SET_AS_ZERO, SET_REWRITE, SET_SINGLE_CHILD,
    SET_STOP_TIMEOUT, SET_STOP_SIGNALS, SET_WAIT_ALL, SET_KEEP_DESCRIPTORS, SET_PAUSE, SHOW_LICENSE, SHOW_HELP, SHOW_VERSION,
    SUPERVISE, SUPERVISE_BY
};

struct option {
    char letter;               /* 0: none */
    unsigned char takes_value;
    unsigned char where;       /* personalities that know it */
    unsigned char action;
    const char *name;          /* long form without dashes, or NULL */
    const char *help;          /* NULL: the supervisor documents it */
};

/* NULL when `personality` has no such option. */
const struct option *option_by_letter(enum personality personality, char letter);
const struct option *option_by_name(enum personality personality, const char *name, unsigned length);

/* The long option that was probably meant, or NULL. */
const char *option_nearest(enum personality personality, const char *name, unsigned length);

/* The tool (check, ctl, ...) that `word` names; with `nearly`, the one that it was probably meant to name. */
const char *tool_named(const char *word, int nearly);

/* Everything that the personality offers, on descriptor 1. */
void options_help(enum personality personality, const char *called_as);

#endif
