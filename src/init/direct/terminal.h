/* The terminal in direct mode: who is in its foreground, and how a stop (Ctrl-Z) travels to the shell outside and back.
 * A terminal that is not ours to give is never touched. */
#ifndef TSINIT_TERMINAL_H
#define TSINIT_TERMINAL_H

#include <sys/types.h>

struct terminal {
    int fd;         /* our controlling terminal; -1: none, or not looked for yet */
    pid_t ours;     /* process group that gets it back */
    int was_given;  /* the child's group has, or had, the foreground */
};

/* For the launch: the terminal to hand to the child at once, or -1. It is handed over when standard input and output are
 * it and our process group is in its foreground. With only one of them (a pipeline) the child gets it when it asks. */
int terminal_at_start(struct terminal *terminal);

/* The child's process group was stopped for wanting the terminal (TTIN, TTOU). 1: it has it now and is to be continued. */
int terminal_on_demand(struct terminal *terminal, pid_t group);

/* The child's group was stopped by `signal`: stops our own process group likewise, so that the shell outside notices, and
 * comes back when it was continued; then hands the terminal over again if the shell gave it to us (fg, not bg).
 * 0 when we have no terminal and so no shell: nothing was done. */
int terminal_stop_with(struct terminal *terminal, pid_t group, int signal);

/* The child has ended: whoever shares our process group may use the terminal again. */
void terminal_take_back(struct terminal *terminal, pid_t group);

#endif
