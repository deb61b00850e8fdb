/* The life of supervisors: the first, and whenever one is lost, the next. */
#ifndef TSINIT_SUCCESSOR_H
#define TSINIT_SUCCESSOR_H

#include "modes.h"
#include <stdint.h>

enum { EXIT_CANNOT_SUPERVISE = 125 }; /* tsinit cannot run here */

void successor_begin(const struct origin *origin, char *const *brain);

pid_t successor_pid(void); /* 0: there is none */

/* Reads and does what it asks for. 1: there may be more at once. Does not return after EXIT. */
int successor_serve(void);

/* It was reaped. */
void successor_ended(int wait_status);

/* Whatever is due: a start, degraded mode. */
void successor_turn(void);
/* After telling: ends one that has left something unanswered for too long. */
void successor_watch(void);
uint64_t successor_deadline(void);

#endif
