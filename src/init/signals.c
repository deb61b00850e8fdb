/* Signal names and numbers as people and engines write them, and the mask that makes init notice everything.
 * Uses the raw system call for the mask: C libraries keep a few real-time signals to themselves and hide them from the
 * portable functions, but a container engine may send any of the 64. */
#include "signals.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RTMIN = 34, KERNEL_MASK_BYTES = 8, LONGEST_NAME = 12 };

static const char names[RTMIN][LONGEST_NAME] = {
    [1] = "SIGHUP",   [2] = "SIGINT",   [3] = "SIGQUIT",  [4] = "SIGILL",     [5] = "SIGTRAP",  [6] = "SIGABRT",  [7] = "SIGBUS",
    [8] = "SIGFPE",   [9] = "SIGKILL",  [10] = "SIGUSR1", [11] = "SIGSEGV",   [12] = "SIGUSR2", [13] = "SIGPIPE", [14] = "SIGALRM",
    [15] = "SIGTERM", [16] = "SIGSTKFLT", [17] = "SIGCHLD", [18] = "SIGCONT", [19] = "SIGSTOP", [20] = "SIGTSTP", [21] = "SIGTTIN",
    [22] = "SIGTTOU", [23] = "SIGURG",  [24] = "SIGXCPU", [25] = "SIGXFSZ",   [26] = "SIGVTALRM", [27] = "SIGPROF",
    [28] = "SIGWINCH", [29] = "SIGIO",  [30] = "SIGPWR",  [31] = "SIGSYS",    [32] = "SIG32",   [33] = "SIG33",
};

void signals_block(struct inherited_signals *inherited) {
    unsigned long long everything = ~0ULL;
    memset(inherited, 0, sizeof *inherited);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &inherited->mask, KERNEL_MASK_BYTES);
}

static char upper(char letter) { return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter; }

/* The rest of `text` after `prefix`, compared without case; NULL when it does not start so. */
static const char *after(const char *text, const char *prefix) {
    for (; *prefix; text++, prefix++)
        if (upper(*text) != *prefix)
            return NULL;
    return text;
}

/* 0..99, or -1. Two digits are all a signal needs, and they cannot overflow. */
static int small_number(const char *text) {
    int number = 0, digits = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        if (++digits > 2)
            return -1;
        else
            number = number * 10 + (*text - '0');
    return digits && !*text ? number : -1;
}

static int real_time_number(const char *text) {
    const char *rest;
    int offset;
    if ((rest = after(text, "RTMIN")) && (!*rest || *rest == '+'))
        return (offset = *rest ? small_number(rest + 1) : 0) >= 0 && RTMIN + offset <= SIGNAL_LAST ? RTMIN + offset : 0;
    if ((rest = after(text, "RTMAX")) && (!*rest || *rest == '-'))
        return (offset = *rest ? small_number(rest + 1) : 0) >= 0 && SIGNAL_LAST - offset >= RTMIN ? SIGNAL_LAST - offset : 0;
    return 0;
}

int signal_number(const char *text) {
    int number = small_number(text);
    if (number >= 0)
        return number <= SIGNAL_LAST ? number : 0;
    const char *rest = after(text, "SIG");
    if (rest)
        text = rest;
    for (number = 1; number < 32; number++)
        if ((rest = after(text, names[number] + 3)) && !*rest)
            return number;
    if ((rest = after(text, "POLL")) && !*rest)
        return 29;
    if ((rest = after(text, "IOT")) && !*rest)
        return 6;
    if ((rest = after(text, "CLD")) && !*rest)
        return 17;
    return real_time_number(text);
}

const char *signal_name(int number) {
    static char real_time[] = "SIGRTMIN+00";
    if (number < 1 || number > SIGNAL_LAST)
        return NULL;
    if (number < RTMIN)
        return names[number];
    if (number == RTMIN)
        return "SIGRTMIN";
    int offset = number - RTMIN, digit = 9;
    if (offset > 9)
        real_time[digit++] = (char)('0' + offset / 10);
    real_time[digit++] = (char)('0' + offset % 10);
    real_time[digit] = 0;
    return real_time;
}

int signal_is_forwardable(int number) {
    switch (number) {
    case 4: case 5: case 7: case 8: case 11: case 31: /* ILL TRAP BUS FPE SEGV SYS: our own faults */
    case 9: case 17: case 19:                         /* KILL, CHLD, STOP */
        return 0;
    default:
        return number >= 1 && number <= SIGNAL_LAST;
    }
}
