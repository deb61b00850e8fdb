/* The tools (check, ctl, ...): Node in place of this process, no fork, nothing supervised. The user's own environment is
 * not obeyed by Node; the tool reads it from /proc/self/environ. */
#include "modes.h"
#include "payload.h"

#include <stddef.h>

noreturn void client_mode(const struct origin *origin) {
    payload_run(origin->argv, payload_environment("client", origin->envp), -1, -1);
}
