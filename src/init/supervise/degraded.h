/* Degraded mode: a stop was asked for and there is no supervisor to do it in order. */
#ifndef TSINIT_DEGRADED_H
#define TSINIT_DEGRADED_H

#include <stdnoreturn.h>
#include <sys/types.h>

/* Ends `supervisor` (0: there is none), stops every run as its STOP says, kills what is left, exits with 128 + signal. */
noreturn void degraded_stop(int signal, pid_t supervisor);

#endif
