/* Looks, and changes nothing. Descriptors are tried one by one, so that it works without /proc, too. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tools/found.h"
#include "say.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TEXT_BYTES = 4096, TARGET_BYTES = 256, NUMBERS_TRIED = 1024, KERNEL_MASK_BYTES = 8 };

static char text[TEXT_BYTES] = "TSINIT_FOUND=";

static void add(const char *piece) {
    size_t used = strlen(text);
    for (; *piece != 0 && used + 1 < sizeof text; piece++) text[used++] = *piece == '\n' ? '?' : *piece;
    text[used] = 0;
}

static void add_line(const char *word, const char *value, const char *rest) {
    size_t used = strlen(text);
    if (used + TARGET_BYTES + 32 > sizeof text) return;
    add(word);
    add(value);
    add(rest);
    used = strlen(text);
    text[used] = '\n';
    text[used + 1] = 0;
}

static const char *hexadecimal(uint64_t bits) {
    static char digits[17];
    for (int i = 0; i < 16; i++) digits[i] = "0123456789abcdef"[bits >> (60 - 4 * i) & 15];
    return digits;
}

static uint64_t ignored_signals(const struct origin *origin) {
    uint64_t ignored = origin->is_child_ignored ? (uint64_t)1 << (SIGCHLD - 1) : 0;
    for (int number = 1; number <= SIGNAL_LAST; number++) {
        uintptr_t action[8] = {0}; /* the kernel's: the handler comes first */
        if (syscall(SYS_rt_sigaction, number, NULL, action, KERNEL_MASK_BYTES) == 0 && action[0] == (uintptr_t)SIG_IGN) ignored |= (uint64_t)1 << (number - 1);
    }
    return ignored;
}

static void add_descriptor(int number) {
    char path[40], target[TARGET_BYTES];
    strcpy(stpcpy(path, "/proc/self/fd/"), decimal(number));
    ssize_t length = readlink(path, target + 1, sizeof target - 2);
    target[0] = length > 0 ? ' ' : 0;
    target[length > 0 ? length + 1 : 0] = 0;
    add_line("left ", decimal(number), target);
}

char *found_variable(const struct origin *origin) {
    uint64_t mask = 0;
    memcpy(&mask, &origin->signals.mask, sizeof mask);
    add_line("blocked ", hexadecimal(mask), "");
    add_line("ignored ", hexadecimal(ignored_signals(origin)), "");
    for (int number = 0; number < 3; number++)
        if (origin->closed >> number & 1) add_line("closed ", decimal(number), "");
    for (int number = 3; number < NUMBERS_TRIED; number++)
        if (fcntl(number, F_GETFD) >= 0) add_descriptor(number);
    return text;
}
