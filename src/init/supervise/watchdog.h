/* Does the supervisor still handle what it is told? Silent while nothing is outstanding. */
#ifndef TSINIT_WATCHDOG_H
#define TSINIT_WATCHDOG_H

#include <stdint.h>

/* Reads TSINIT_WATCHDOG_SECONDS (1 to 3600, 0: never) from the environment; 10 otherwise. */
void watchdog_configure(char *const *environment);
unsigned watchdog_seconds(void);

/* A new supervisor. */
void watchdog_reset(void);
/* 1: so many frames were sent, no more than so many handled, and the time is over. Starting up it gets longer. */
int watchdog_bites(uint32_t sent, uint32_t handled, int is_ready);
uint64_t watchdog_deadline(void);

#endif
