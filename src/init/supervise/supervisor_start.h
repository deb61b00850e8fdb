/* From init to a running supervisor: the embedded one, or another program that speaks the protocol. */
#ifndef TSINIT_SUPERVISOR_START_H
#define TSINIT_SUPERVISOR_START_H

#include "modes.h"
#include <sys/types.h>

/* `brain` NULL: the embedded one. `box` -1: none. Returns its pid and our end of the socket; -1 with errno. */
pid_t supervisor_start(const struct origin *origin, char *const *brain, int box, int *link);

#endif
