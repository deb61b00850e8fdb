/* The tools (check, ctl, ...): Node in place of this process, no fork, nothing supervised. The user's own environment is
 * not obeyed by Node; the tool reads it from /proc/self/environ. */
#include "tools/found.h"
#include "modes.h"
#include "node/payload.h"

#include <stddef.h>
#include <string.h>

enum { VARIABLES = 32 };

/* The doctor is told how we were started: Node itself starts from a clean state. */
static char *const *with(char *variable, char *const *environment) {
    static char *list[VARIABLES + 2];
    size_t count = 0;
    for (; environment[count] != NULL && count < VARIABLES; count++) list[count] = environment[count];
    list[count++] = variable;
    list[count] = NULL;
    return list;
}

noreturn void client_mode(const struct origin *origin) {
    int is_doctor = origin->argv[1] != NULL && strcmp(origin->argv[1], "doctor") == 0;
    char *found = is_doctor ? found_variable(origin) : NULL; /* before our own file is opened */
    char *const *environment = payload_environment("client", origin->envp);
    if (found != NULL) environment = with(found, environment);
    payload_run(origin->argv, environment, -1, -1);
}
