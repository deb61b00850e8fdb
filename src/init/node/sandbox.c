/* The C library asks for threads by clone3() and takes only "there is no such system call" for an answer; sandboxes that refuse it say "not
 * permitted", and then no thread can be had at all. Where that is so, a filter of our own gives the answer that the library understands. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* As in the kernel's headers, which are not where a musl compiler looks. */
struct step { unsigned short code; unsigned char if_true, if_false; unsigned value; };
struct program { unsigned short length; const struct step *steps; };
enum { LOAD_WORD = 0x20, JUMP_IF_EQUAL = 0x15, RETURN = 0x06, ALLOW = 0x7fff0000, FAIL_WITH = 0x00050000, NUMBER_OFFSET = 0, FILTER_MODE = 2 };

void sandbox_allow_threads(void) {
    static const struct step steps[] = {
        {LOAD_WORD, 0, 0, NUMBER_OFFSET}, {JUMP_IF_EQUAL, 0, 1, SYS_clone3}, {RETURN, 0, 0, FAIL_WITH | ENOSYS}, {RETURN, 0, 0, ALLOW}};
    static const struct program filter = {sizeof steps / sizeof steps[0], steps};
    if (syscall(SYS_clone3, NULL, 0) >= 0 || errno != EPERM) return; /* a size of 0 is invalid: nothing is cloned */
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, FILTER_MODE, &filter);
}
