/* A terminal for one program: a pseudo-terminal whose other end is read as its output and written as its input. */
#ifndef TSINIT_PTY_H
#define TSINIT_PTY_H

struct pty { int ours, theirs; };

/* Both ends close-on-exec, ours non-blocking; 80 by 24, lines end as they are written, input is not echoed. 0, or errno. */
int pty_open(struct pty *pty);

#endif
