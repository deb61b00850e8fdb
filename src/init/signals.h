/* Signals by name and number, and what this process inherited of them.
 * PID 1 has no default actions: whatever is to be noticed must be blocked and fetched. */
#ifndef TSINIT_SIGNALS_H
#define TSINIT_SIGNALS_H

#include <signal.h>

enum { SIGNAL_LAST = 64 }; /* the kernel's _NSIG; the C library hides some below SIGRTMIN, the kernel does not */

/* What programs get back: the state in which the engine started us. */
struct inherited_signals {
    sigset_t mask; /* blocked at start */
};

/* Blocks everything that can be blocked (numbers the C library reserves included, by the raw system call) and
 * remembers the former mask. First thing that main() does. */
void signals_block(struct inherited_signals *inherited);

/* "TERM", "SIGTERM", "15", "RTMIN+3", "SIGRTMAX-1" (any case) -> number 1..64, or 0 when there is no such signal.
 * RTMIN is 34 as in glibc, which Docker and Podman use; numbers are taken unchanged. */
int signal_number(const char *text);

/* "SIGTERM", "SIGRTMIN+3"; NULL for a number out of range. */
const char *signal_name(int number);

/* May an init pass it on? Not KILL, STOP, CHLD, nor those the kernel raises for our own faults (SEGV, BUS, FPE, ILL,
 * TRAP, SYS, ABRT stays forwardable: `kill -ABRT` is how people ask for a dump). */
int signal_is_forwardable(int number);

#endif
