/* Signals that are no stop, passed on to those who catch them. Decides nothing about who is meant: FORWARD names the runs. */
#ifndef TSINIT_FORWARD_H
#define TSINIT_FORWARD_H

#include "conversation/frame.h"

/* To the processes in the process groups of the runs that FORWARD names. NULL, or why the frame is wrong. */
const char *forward_obey(const struct frame *frame);

#endif
