/* The check of the invariant, in debug builds alone. */
#include "reaping.h"

#ifdef TSINIT_CHECKS
#include "say.h"

#include <signal.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KERNEL_MASK_BYTES = 8 };

static noreturn void fail(const char *what, const char *who) {
    say("internal error: ", what, who, NULL);
    abort();
}

/* The kernel sends SIGCHLD before a zombie can be seen, so the order of the two questions leaves no gap. */
void reaping_check(int is_owed, int is_heard) {
    siginfo_t ended = {0};
    unsigned long long pending = 0;
    if (!is_owed && !is_heard) fail("no reaping is owed, and SIGCHLD is not heard", "");
    if (is_owed || waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    syscall(SYS_rt_sigpending, &pending, KERNEL_MASK_BYTES);
    if ((pending & 1ULL << (SIGCHLD - 1)) == 0) fail("nobody will reap ", decimal(ended.si_pid));
}
#else
typedef int nothing_to_check; /* a file without any declaration is no C */
#endif
