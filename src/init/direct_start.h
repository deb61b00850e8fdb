/* Starts the one child of direct mode. */
#ifndef TSINIT_DIRECT_START_H
#define TSINIT_DIRECT_START_H

#include "args.h"
#include "terminal.h"

/* The child's pid. When it cannot be started: says why in one sentence and exits as a shell would. */
pid_t direct_start(const struct origin *origin, const struct direct_options *options, struct terminal *terminal);

#endif
