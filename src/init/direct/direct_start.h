/* Starts the one child of direct mode. */
#ifndef TSINIT_DIRECT_START_H
#define TSINIT_DIRECT_START_H

#include "command_line/args.h"
#include "launch/launch.h"
#include "direct/terminal.h"

/* The child's pid. It is on its way to exec, which may take for ever: nothing here waits for it. When there can be no child: says why in one
 * sentence and exits as a shell would. */
pid_t direct_start(const struct origin *origin, const struct direct_options *options, struct terminal *terminal, struct launching *launching);

/* When the report of `launching` can be read, or the child has ended: 1 when it has been executed, or will not be and has not said why; 0 when
 * it is still under way. When it cannot be executed: says why and exits. */
int direct_is_started(const struct direct_options *options, struct terminal *terminal, struct launching *launching);

#endif
