/* The run that has the container's terminal (stdin=inherit): its process group is the terminal's foreground, so that it may read, keys reach it
 * alone, and what it asks for unseen stays so. Afterwards the terminal is init's again, as it was. One run at a time; the configuration sees to it. */
#ifndef TSINIT_HOLDER_H
#define TSINIT_HOLDER_H

#include "runs/runs.h"

/* Before a launch that inherits our standard input. 1: that is a terminal that no other run has, and *terminal is it (or -1: it is not ours to give now). */
int holder_prepare(int *terminal);
/* It was launched. */
void holder_begin(const struct run *run, int terminal);

/* After anything happened to children: one that was stopped from the keyboard goes on, for there is no shell to go back to; of one that has ended
 * the terminal is taken back. Costs nothing without a holder. */
void holder_look(void);
/* Nobody has it any more. */
void holder_take_back(void);

#endif
