/* What the supervisor is told, and in which order: HELLO, the runs of its predecessor, SYNCED, then news. */
#ifndef TSINIT_TELLING_H
#define TSINIT_TELLING_H

#include "supervise/ending.h"
#include "modes.h"

/* A connection was opened: begin with HELLO. `starts`: supervisors before this one. */
void telling_begin(const struct origin *origin, unsigned starts);

/* Nothing is left of the descendants. */
void telling_add_swept(const struct sweep_result *found);
/* The supervisor that wanted a sweep is gone. */
void telling_forget_swept(void);

/* Sends whatever is to be told, until the socket is full or nothing is left. */
void telling_go_on(void);

#endif
