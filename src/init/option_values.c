/* Turns the text of an option into a number within its bounds, or says what would have been right. */
#include "option_values.h"
#include "say.h"
#include "signals.h"

#include <string.h>

enum { LONGEST_SIGNAL = 16, MOST_SECONDS = 1000000 };

static int refuse(const char *option, const char *text, const char *right) {
    say("option '--", option, "' expects ", right, ", got '", text, "'", NULL);
    return 0;
}

int value_signal(const char *option, const char *text, int *signal) {
    *signal = signal_number(text);
    return *signal || refuse(option, text, "a signal such as TERM, SIGTERM or 15");
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

int value_seconds(const char *option, const char *text, long *milliseconds) {
    const char *at = text;
    long whole = 0, fraction = 0, unit = 100;
    for (; *at >= '0' && *at <= '9' && whole <= MOST_SECONDS; at++)
        whole = whole * 10 + (*at - '0');
    int digits = at > text;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10, digits = 1)
            fraction += unit * (*at - '0');
    if (!digits || *at || whole > MOST_SECONDS)
        return refuse(option, text, "seconds such as 10 or 2.5");
    *milliseconds = whole * 1000 + fraction;
    return 1;
}
