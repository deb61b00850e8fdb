/* Listening sockets that stay open whatever becomes of the programs that use them: those that the configuration names. The supervisor
 * gets a copy of each, to see connections come. */
#ifndef TSINIT_HOLD_H
#define TSINIT_HOLD_H

#include "conversation/frame.h"

/* Obeys LISTEN: what it lists is open from now on, what it does not list is let go. NULL, or what is wrong with it. */
const char *hold_obey(const struct frame *frame);

/* The next one that the supervisor is to be told of: its descriptor, -1 for one that could not be opened; the payload filled in.
 * Returns 0 when there is none. */
int hold_peek(struct frame_writer *payload, int *descriptor);

/* That one has been told. */
void hold_told(void);

/* A new supervisor: what was not told is not told; it will ask by itself. */
void hold_forget_untold(void);

#endif
