/* exec with the search of execvp, in the PATH that the program gets rather than ours. */
#ifndef TSINIT_EXEC_SEARCH_H
#define TSINIT_EXEC_SEARCH_H

#include "launch/launch.h"

/* Returns only when nothing could be executed; error, reason, path and detail of *failure then say why. For a name that no
 * directory of PATH holds, reason is REASON_NOT_FOUND and detail the PATH. */
void exec_search(const char *file, char *const *argv, char *const *envp, struct launch_failure *failure);

#endif
