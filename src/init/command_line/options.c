/* The option table, look-ups in it, and the help text made from it. Sets nothing: args.c acts on what is found here. */
#include "command_line/options.h"

#include <string.h>
#include <unistd.h>

enum { ALL = AS_TSINIT | AS_TINI | AS_DUMB_INIT | AS_CATATONIT, LONGEST = 24, HELP_BYTES = 4096, HELP_COLUMN = 32, FAR = 99 };

static const struct option table[] = {
    {'g', 0, AS_TSINIT, SET_GROUP, "group", "a stop signal to the whole process group at once"},
    {'g', 0, AS_TINI | AS_CATATONIT, SET_GROUP, "group", "signal the whole process group"},
    {'c', 0, AS_DUMB_INIT, SET_SINGLE_CHILD, "single-child", "signal the child alone, not its process group"},
    {0, 0, AS_TSINIT, SET_SINGLE_CHILD, "single-child", "signal the child alone, not its process group"},
    {'r', 1, AS_TSINIT | AS_DUMB_INIT, SET_REWRITE, "rewrite", "S:R sends R for S; 0 drops it; numbers or names"},
    {0, 1, AS_TSINIT, SET_STOP_TIMEOUT, "stop-timeout", "KILL so long after a stop signal: 10, 0.5, 500ms, 5m"},
    {0, 1, AS_TSINIT, SET_STOP_SIGNALS, "stop-signals", "signals that are a stop: TERM,INT,QUIT"},
    {0, 0, AS_TSINIT, SET_WAIT_ALL, "wait-all", "end all descendants before exiting (TERM, 10 s, KILL)"},
    {'e', 1, AS_TSINIT | AS_TINI, SET_AS_ZERO, "expect", "exit with 0 when the child exits with this code"},
    {'p', 1, AS_TSINIT | AS_TINI, SET_PARENT_DEATH, "parent-death", "get this signal when our parent ends"},
    {'s', 0, AS_TSINIT | AS_TINI, SET_SUBREAPER, "subreaper", "adopt orphans (always done when not PID 1)"},
    {'w', 0, AS_TSINIT | AS_TINI, SET_WARN, "warn-on-reap", "say a line for every orphan reaped"},
    {'v', 0, AS_TSINIT | AS_TINI | AS_DUMB_INIT, SET_VERBOSE, "verbose", "say what is done; twice: every signal too"},
    {0, 0, AS_TSINIT, SET_KEEP_DESCRIPTORS, "keep-descriptors", "leave descriptors from 3 up open for the child"},
    {'P', 0, AS_CATATONIT, SET_PAUSE, "pause", "run nothing: reap until INT or TERM"},
    {0, 0, AS_TSINIT, SET_PAUSE, "pause", "run nothing: reap until INT or TERM"},
    {'c', 1, AS_TSINIT, SUPERVISE, "configuration", "FILE: supervise the programs of this configuration"},
    {0, 1, AS_TSINIT, SUPERVISE, "compat", "supervisord: read and behave exactly as supervisord"},
    {0, 1, AS_TSINIT, SUPERVISE_BY, "supervisor", "CMD: another program as supervisor, words split at blanks"},
    {'l', 0, AS_TSINIT | AS_TINI, SHOW_LICENSE, "license", "show the license"},
    {'L', 0, AS_CATATONIT, SHOW_LICENSE, "license", "show the license"},
    {'h', 0, ALL, SHOW_HELP, "help", "show this"},
    {'V', 0, AS_TSINIT | AS_DUMB_INIT | AS_CATATONIT, SHOW_VERSION, "version", "show the version"},
    {0, 0, AS_TINI, SHOW_VERSION, "version", "show the version"},
    /* supervisord's: they choose the role; the supervisor reads them */
    {'n', 0, AS_TSINIT, SUPERVISE, "nodaemon", NULL},
    {'u', 1, AS_TSINIT, SUPERVISE, "user", NULL},
    {'m', 1, AS_TSINIT, SUPERVISE, "umask", NULL},
    {'d', 1, AS_TSINIT, SUPERVISE, "directory", NULL},
    {'y', 1, AS_TSINIT, SUPERVISE, "logfile_maxbytes", NULL},
    {'z', 1, AS_TSINIT, SUPERVISE, "logfile_backups", NULL},
    {'j', 1, AS_TSINIT, SUPERVISE, "pidfile", NULL},
    {'i', 1, AS_TSINIT, SUPERVISE, "identifier", NULL},
    {'q', 1, AS_TSINIT, SUPERVISE, "childlogdir", NULL},
    {'k', 0, AS_TSINIT, SUPERVISE, "nocleanup", NULL},
    {'a', 1, AS_TSINIT, SUPERVISE, "minfds", NULL},
    {'t', 0, AS_TSINIT, SUPERVISE, "strip_ansi", NULL},
    {0, 1, AS_TSINIT, SUPERVISE, "minprocs", NULL},
    {0, 1, AS_TSINIT, SUPERVISE, "logfile", NULL},
    {0, 1, AS_TSINIT, SUPERVISE, "loglevel", NULL},
    {0, 0, AS_TSINIT, SUPERVISE, "silent", NULL},
    {0, 1, AS_TSINIT, SUPERVISE, "profile_options", NULL},
};

/* First those that this version has; the others are kept free for tools to come. */
static const char tools[][LONGEST] = {"check", "ctl",    "doctor", "healthcheck", "help", "version", "run", "ci", "simulate",
                                      "graph", "schema", "top",    "logs",        "events", "compile"};

enum { OPTIONS = sizeof table / sizeof table[0], TOOLS = sizeof tools / sizeof tools[0], TOOLS_SERVED = 9 };

const struct option *option_by_letter(enum personality personality, char letter) {
    for (unsigned i = 0; i < OPTIONS; i++)
        if (table[i].where & personality && table[i].letter == letter)
            return &table[i];
    return NULL;
}

/* tini and catatonit have short options only, but for --version. */
static int has_long_form(enum personality personality, const struct option *option) {
    return option->where & personality && (personality & (AS_TSINIT | AS_DUMB_INIT) || option->action == SHOW_VERSION);
}

const struct option *option_by_name(enum personality personality, const char *name, unsigned length) {
    for (unsigned i = 0; i < OPTIONS; i++)
        if (has_long_form(personality, &table[i]) && strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
            return &table[i];
    return NULL;
}

/* Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
static unsigned distance(const char *one, unsigned length, const char *other) {
    unsigned char rows[3][LONGEST + 1], *before = rows[0], *previous = rows[1], *current = rows[2], *spare;
    unsigned other_length = (unsigned)strlen(other);
    if (length >= LONGEST || other_length >= LONGEST)
        return FAR;
    for (unsigned j = 0; j <= other_length; j++)
        previous[j] = (unsigned char)j;
    for (unsigned i = 1; i <= length; i++) {
        current[0] = (unsigned char)i;
        for (unsigned j = 1; j <= other_length; j++) {
            unsigned best = previous[j - 1] + (one[i - 1] != other[j - 1]);
            if (best > previous[j] + 1U)
                best = previous[j] + 1U;
            if (best > current[j - 1] + 1U)
                best = current[j - 1] + 1U;
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] && best > before[j - 2] + 1U)
                best = before[j - 2] + 1U;
            current[j] = (unsigned char)best;
        }
        spare = before, before = previous, previous = current, current = spare;
    }
    return previous[other_length];
}

/* How far a slip of the pen goes: a third of the word. */
static unsigned tolerance(unsigned length) { return length < 3 ? 0 : length / 3; }

const char *option_nearest(enum personality personality, const char *name, unsigned length) {
    const char *nearest = NULL;
    unsigned least = tolerance(length) + 1, far;
    for (unsigned i = 0; i < OPTIONS; i++)
        if (has_long_form(personality, &table[i]) && (far = distance(name, length, table[i].name)) < least)
            least = far, nearest = table[i].name;
    return nearest;
}

const char *tool_named(const char *word, int nearly) {
    const char *nearest = NULL;
    unsigned length = (unsigned)strlen(word), least = tolerance(length) + 1, far;
    for (unsigned i = 0; i < TOOLS; i++)
        if (strcmp(word, tools[i]) == 0)
            return tools[i];
        else if (nearly && (far = distance(word, length, tools[i])) < least)
            least = far, nearest = tools[i];
    return nearest;
}

static unsigned put(char *text, unsigned used, const char *piece) {
    while (*piece && used < HELP_BYTES)
        text[used++] = *piece++;
    return used;
}

static unsigned put_option(char *text, unsigned used, enum personality personality, const struct option *option) {
    unsigned start = used;
    char letter[] = {' ', ' ', '-', option->letter, 0};
    used = put(text, used, option->letter ? letter : "    ");
    if (has_long_form(personality, option)) {
        used = put(text, used, option->letter ? ", --" : "  --");
        used = put(text, used, option->name);
    }
    used = put(text, used, option->takes_value ? " VALUE" : "");
    while (used < start + HELP_COLUMN)
        used = put(text, used, " ");
    used = put(text, used, option->help);
    return put(text, used, "\n");
}

void options_help(enum personality personality, const char *called_as) {
    char text[HELP_BYTES];
    unsigned used = put(text, 0, "usage: ");
    used = put(text, used, called_as);
    used = put(text, used, " [options] [--] command [arguments]   run it as PID 1 should\n");
    if (personality == AS_TSINIT) {
        used = put(text, used, "       tsinit [-c FILE] [options]              supervise the programs of a configuration\n");
        used = put(text, used, "       tsinit TOOL ...                         one of:");
        for (unsigned i = 0; i < TOOLS_SERVED; i++) {
            used = put(text, used, " ");
            used = put(text, used, tools[i]);
        }
        used = put(text, used, "\n");
    }
    used = put(text, used, "\noptions:\n");
    for (unsigned i = 0; i < OPTIONS; i++)
        if (table[i].where & personality && table[i].help)
            used = put_option(text, used, personality, &table[i]);
    used = put(text, used, "\nenvironment: TINI_SUBREAPER, TINI_VERBOSITY, TINI_KILL_PROCESS_GROUP, DUMB_INIT_DEBUG, DUMB_INIT_SETSID\n");
    if (write(1, text, used) < 0)
        _exit(1);
}
