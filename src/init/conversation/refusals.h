/* What the supervisor asked for and cannot have: failed spawns and frames that break the contract, kept until told.
 * They die with the supervisor they were meant for: a successor knows a failed run by its absence. */
#ifndef TSINIT_REFUSALS_H
#define TSINIT_REFUSALS_H

#include "conversation/frame.h"
#include "launch/launch.h"

void refusals_add_spawn(uint32_t run, const struct launch_failure *failure);
/* `sentence` must be static. */
void refusals_add_frame(uint16_t type, const char *sentence);
/* Room for one more? While there is none, nothing more is read from the supervisor. */
int refusals_have_room(void);
void refusals_clear(void);

/* Type of the frame that tells the oldest one, its payload filled in; 0: there is none. */
uint16_t refusals_peek(struct frame_writer *payload);
void refusals_drop(void);

#endif
