/* Who serves this command line, and with which options. Refuses what it does not understand: a mistyped option must not
 * become a different PID 1. The rules, first match wins:
 *
 *   started as supervisord / supervisorctl                 supervise / client, argv untouched
 *   started as tini, docker-init, dumb-init, catatonit     direct, with that program's options only
 *   first word is healthcheck                              answered by init itself, without Node
 *   first word is run or ci                                supervise, argv untouched; with --help behind it client
 *   first word is a tool (check, ctl, logs, ...)           client; `tsinit -- check` runs a program of that name
 *   no words at all                                        supervise (the supervisor looks for a configuration)
 *   -c FILE, -n, --supervisor CMD, any option that only supervisord has, before the command
 *                                                          supervise, argv untouched
 *   -s or -v alone, without a command                      supervise, argv untouched (supervisord knows both)
 *   [options] [--] command [arguments]                     direct; options end at `--` or at the first word
 *
 * Letters that mean different things: -c is the configuration for tsinit, single child for dumb-init; -s, -v, -e, -l, -h are
 * tini's. Values: `-p TERM`, `-pTERM`, `--stop-timeout 2.5`, `--stop-timeout=2.5`; flags may be joined: `-gwv`. */
#include "command_line/args.h"
#include "command_line/option_values.h"
#include "command_line/options.h"
#include "command_line/personality.h"
#include "say.h"

#include <string.h>
#include <unistd.h>

enum { BRAIN_WORDS = 32 };

/* Where reading has got to. `letters` is the rest of joined short options, NULL between words. */
struct cursor {
    char **next;
    const char *letters;
    enum personality personality;
};

enum found { FOUND_OPTION, FOUND_END, FOUND_UNKNOWN, FOUND_NO_VALUE, FOUND_NEEDLESS_VALUE };

static enum found take_value(struct cursor *at, const struct option *option, const char *attached, const char **value) {
    *value = attached;
    if (!option->takes_value)
        return FOUND_OPTION;
    if (!attached && !(*value = *at->next))
        return FOUND_NO_VALUE;
    if (!attached)
        at->next++;
    return FOUND_OPTION;
}

static enum found read_long(struct cursor *at, const struct option **option, const char **value) {
    const char *name = *at->next++ + 2, *equals = strchr(name, '=');
    *value = name;
    *option = option_by_name(at->personality, name, (unsigned)(equals ? (size_t)(equals - name) : strlen(name)));
    if (!*option)
        return FOUND_UNKNOWN;
    if (equals && !(*option)->takes_value)
        return FOUND_NEEDLESS_VALUE;
    return take_value(at, *option, equals ? equals + 1 : NULL, value);
}

static enum found read_letter(struct cursor *at, const struct option **option, const char **value) {
    *value = at->letters;
    *option = option_by_letter(at->personality, *at->letters);
    if (!*option)
        return FOUND_UNKNOWN;
    const char *rest = *++at->letters ? at->letters : NULL;
    if ((*option)->takes_value || !rest)
        at->letters = NULL;
    return take_value(at, *option, rest, value);
}

/* The next option before the command. Of an unknown one, *value is what follows its dashes. */
static enum found next_option(struct cursor *at, const struct option **option, const char **value) {
    if (at->letters)
        return read_letter(at, option, value);
    const char *word = *at->next;
    if (!word || word[0] != '-' || !word[1])
        return FOUND_END;
    if (word[1] == '-' && !word[2]) {
        at->next++;
        return FOUND_END;
    }
    if (word[1] == '-')
        return read_long(at, option, value);
    at->letters = word + 1;
    at->next++;
    return read_letter(at, option, value);
}

static noreturn void exit_misused(enum personality personality) { _exit(personality_usage_code(personality)); }

static noreturn void refuse_option(const struct cursor *at, enum found found, const struct option *option, const char *text) {
    const char *see = at->personality == AS_TSINIT ? "; see tsinit --help" : "; see -h";
    if (found != FOUND_UNKNOWN) {
        char letter[] = {'-', option->letter, 0};
        int is_short = option->letter && at->next[-1][1] != '-';
        say("option '", is_short ? letter : "--", is_short ? "" : option->name,
            found == FOUND_NO_VALUE ? "' needs a value" : "' takes no value", see, NULL);
    } else if (at->letters) {
        char unknown[2] = {*text, 0}, other[2] = {(char)(*text ^ 32), 0}; /* the other case */
        int is_near = option_by_letter(at->personality, *other) != NULL;
        say("unknown option '-", unknown, is_near ? "'; did you mean '-" : "'", is_near ? other : "", is_near ? "'?" : "", see, NULL);
    } else {
        const char *near = option_nearest(at->personality, text, (unsigned)strcspn(text, "="));
        say("unknown option '--", text, near ? "'; did you mean '--" : "'", near ? near : "", near ? "'?" : "", see, NULL);
    }
    exit_misused(at->personality);
}

static noreturn void show(const char *text) { _exit(write(1, text, strlen(text)) < 0); }

static void apply(const struct origin *origin, struct direct_options *options, const struct option *option, const char *value) {
    int valid = 1;
    switch ((enum action)option->action) {
    case SET_SUBREAPER: break; /* always done */
    case SET_VERBOSE: options->verbosity += options->personality == AS_DUMB_INIT ? 2 : 1; break;
    case SET_WARN: options->warns_on_reap = 1; break;
    case SET_GROUP: options->to_child_only = options->has_ladder = 0; break;
    case SET_SINGLE_CHILD: options->to_child_only = 1; options->has_ladder = 0; break;
    case SET_STOP_SIGNALS: valid = value_signals(option->name, value, &options->stop_signals); break;
    case SET_WAIT_ALL: options->waits_for_all = 1; break;
    case SET_KEEP_DESCRIPTORS: options->keeps_descriptors = 1; break;
    case SET_PAUSE: options->pauses = 1; break;
    case SET_PARENT_DEATH: valid = value_signal(option->name, value, &options->parent_death_signal); break;
    case SET_AS_ZERO: valid = value_exit_code(option->name, value, options->as_zero); break;
    case SET_REWRITE: valid = value_rewrite(option->name, value, options->rewrite); break;
    case SET_STOP_TIMEOUT: valid = value_duration(option->name, value, &options->stop_timeout_ms); break;
    case SHOW_HELP: options_help(options->personality, origin->argv[0]); _exit(0);
    case SHOW_VERSION: show(personality_version(options->personality));
    case SHOW_LICENSE: show("tsinit is free software under the MIT license\n");
    case SUPERVISE: case SUPERVISE_BY: break; /* is_supervised() has answered these */
    }
    if (!valid)
        exit_misused(options->personality);
}

/* Splits the value of --supervisor at blanks, in place. */
static char **split_words(char *text) {
    static char *words[BRAIN_WORDS + 1];
    unsigned count = 0;
    while (*(text += strspn(text, " \t")) && count < BRAIN_WORDS) {
        words[count++] = text;
        text += strcspn(text, " \t");
        if (*text)
            *text++ = 0;
    }
    return count ? words : NULL;
}

/* Looks ahead for options that only the supervisor has. Mistakes are left to whoever reads the line in earnest. */
static int is_supervised(char **words, char ***brain) {
    struct cursor at = {words, NULL, AS_TSINIT};
    const struct option *option;
    const char *value;
    int supervised = 0, only_shared = 1;
    enum found found;
    while ((found = next_option(&at, &option, &value)) == FOUND_OPTION) {
        supervised |= option->action == SUPERVISE || option->action == SUPERVISE_BY;
        only_shared &= option->action == SET_SUBREAPER || option->action == SET_VERBOSE;
        if (option->action == SUPERVISE_BY)
            *brain = split_words((char *)(size_t)value);
    }
    int has_dashes = at.next > words && strcmp(at.next[-1], "--") == 0;
    return supervised || (found == FOUND_END && only_shared && !*at.next && !has_dashes);
}

static int is_supervising_verb(char *const *words) {
    int is_verb = strcmp(words[0], "run") == 0 || strcmp(words[0], "ci") == 0;
    int asks_for_help = words[1] && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0);
    return is_verb && !asks_for_help;
}

static void read_direct(const struct origin *origin, struct direct_options *options) {
    struct cursor at = {origin->argv + 1, NULL, options->personality};
    const struct option *option = NULL;
    const char *value;
    enum found found;
    while ((found = next_option(&at, &option, &value)) == FOUND_OPTION)
        apply(origin, options, option, value);
    if (found != FOUND_END)
        refuse_option(&at, found, option, value);
    options->command = at.next;
    if (*at.next || options->pauses)
        return;
    say("no command given; usage: ", origin->argv[0], " [options] -- command [arguments]", NULL);
    exit_misused(options->personality);
}

enum role args_read(const struct origin *origin, struct direct_options *options, char ***brain) {
    const char *slash = strrchr(origin->argv[0], '/'), *name = slash ? slash + 1 : origin->argv[0];
    enum personality personality = personality_of(name);
    *brain = NULL;
    if (strcmp(name, "supervisord") == 0)
        return ROLE_SUPERVISE;
    if (strcmp(name, "supervisorctl") == 0)
        return ROLE_CLIENT;
    if (personality == AS_TSINIT && origin->argv[1] && strcmp(origin->argv[1], "healthcheck") == 0)
        return ROLE_HEALTHCHECK;
    if (personality == AS_TSINIT && origin->argv[1] && is_supervising_verb(origin->argv + 1))
        return ROLE_SUPERVISE;
    if (personality == AS_TSINIT && origin->argv[1] && tool_named(origin->argv[1], 0))
        return ROLE_CLIENT;
    if (personality == AS_TSINIT && is_supervised(origin->argv + 1, brain))
        return ROLE_SUPERVISE;
    personality_defaults(personality, origin->envp, options);
    read_direct(origin, options);
    personality_settle(options);
    return ROLE_DIRECT;
}
