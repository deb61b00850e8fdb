/* The values of options. Each returns 1, or says in one sentence what would be right and returns 0. */
#ifndef TSINIT_OPTION_VALUES_H
#define TSINIT_OPTION_VALUES_H

#include <stdint.h>

int value_signal(const char *option, const char *text, int *signal);

/* Names or numbers with commas between them, as a set: one bit for each, signal 1 lowest. */
int value_signals(const char *option, const char *text, uint64_t *set);

/* Adds an exit code, 0 to 255, to a set of 256 bits. */
int value_exit_code(const char *option, const char *text, unsigned char set[32]);

/* "S:R", by name or number; R may be 0. */
int value_rewrite(const char *option, const char *text, unsigned char *rewrite);

/* Seconds, or numbers with ms, s, m, h or d: 10, 2.5, 500ms, 1m30s; at most 1,000,000 seconds. */
int value_duration(const char *option, const char *text, long *milliseconds);

#endif
