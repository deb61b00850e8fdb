/* Turns the text of an option into a number within its bounds, or says what would have been right. */
#include "command_line/option_values.h"
#include "say.h"
#include "signals.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_SIGNAL = 16, MOST_MILLISECONDS = 1000000000 };

static int refuse(const char *option, const char *text, const char *right) {
    say("option '--", option, "' expects ", right, ", got '", text, "'", NULL);
    return 0;
}

int value_signal(const char *option, const char *text, int *signal) {
    *signal = signal_number(text);
    return *signal || refuse(option, text, "a signal such as TERM, SIGTERM or 15");
}

/* A list as stop_signals has it in a file: commas or blanks in between. */
int value_signals(const char *option, const char *text, uint64_t *set) {
    static const char between[] = ", \t\n";
    *set = 0;
    for (const char *at = text + strspn(text, between); *at; at += strspn(at, between)) {
        char name[LONGEST_SIGNAL] = "";
        size_t length = strcspn(at, between);
        if (length < LONGEST_SIGNAL)
            memcpy(name, at, length);
        int signal = signal_number(name);
        if (!signal || signal == SIGKILL || signal == SIGSTOP || signal == SIGCHLD)
            return refuse(option, text, "signals such as TERM,INT,QUIT");
        *set |= 1ULL << (signal - 1);
        at += length;
    }
    return *set || refuse(option, text, "signals such as TERM,INT,QUIT");
}

int value_exit_code(const char *option, const char *text, unsigned char set[32]) {
    unsigned code = 0, digits = 0;
    for (; text[digits] >= '0' && text[digits] <= '9' && code <= 255; digits++)
        code = code * 10 + (unsigned)(text[digits] - '0');
    if (!digits || text[digits] || code > 255)
        return refuse(option, text, "an exit code from 0 to 255");
    set[code / 8] |= (unsigned char)(1 << code % 8);
    return 1;
}

int value_rewrite(const char *option, const char *text, unsigned char *rewrite) {
    char from[LONGEST_SIGNAL];
    const char *colon = strchr(text, ':');
    int source = 0, target = 0;
    if (colon && colon - text < LONGEST_SIGNAL) {
        memcpy(from, text, (size_t)(colon - text));
        from[colon - text] = 0;
        source = signal_number(from);
        target = signal_number(colon + 1);
    }
    if (!source || (!target && strcmp(colon + 1, "0") != 0))
        return refuse(option, text, "SIGNAL:REPLACEMENT such as TERM:QUIT or 15:3, 0 to drop it");
    rewrite[source] = (unsigned char)target;
    return 1;
}

/* The unit behind a number, in microseconds; 0: there is no such unit. Without one: seconds. */
static long long unit_us(const char **at) {
    static const struct { const char *name; long long us; } units[] = {
        {"ms", 1000}, {"s", 1000000}, {"m", 60000000LL}, {"h", 3600000000LL}, {"d", 86400000000LL},
    };
    if (**at == 0) return 1000000;
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);
        if (strncasecmp(*at, units[i].name, length) != 0) continue;
        *at += length;
        return units[i].us;
    }
    return 0;
}

int value_duration(const char *option, const char *text, long *milliseconds) {
    const char *at = text;
    long long total_us = 0, last_unit_us = 0;
    int is_right = *at != 0;
    while (is_right && *at) {
        long long whole = 0, millionths = 0, place = 100000;
        const char *start = at;
        for (; *at >= '0' && *at <= '9' && whole <= MOST_MILLISECONDS; at++)
            whole = whole * 10 + (*at - '0');
        int digits = at > start;
        if (*at == '.')
            for (at++; *at >= '0' && *at <= '9'; at++, place /= 10, digits = 1)
                millionths += place * (*at - '0');
        int is_plain = *at == 0;
        long long us = unit_us(&at);
        /* Several numbers: each with a unit, the larger one first. */
        is_right = digits && us && whole <= MOST_MILLISECONDS && (start == text || (!is_plain && us < last_unit_us));
        if (is_right) total_us += whole * us + millionths * us / 1000000;
        last_unit_us = us;
        if (total_us > MOST_MILLISECONDS * 1000LL) is_right = 0;
    }
    if (!is_right || (total_us > 0 && total_us < 1000))
        return refuse(option, text, "a time of at most 1000000 seconds such as 10, 2.5, 500ms, 30s or 5m");
    *milliseconds = (long)((total_us + 500) / 1000);
    return 1;
}
