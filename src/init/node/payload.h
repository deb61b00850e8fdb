/* What the build appends to this executable: the Node program, its loader and libraries, the kernel addon.
 * They are found by the trailer at the end of our own file; layout in build/assemble.ts and payload.c.
 *
 * What Node finds: descriptor 3 the link, 4 the black box, 5 the addon, 6 our own file, 7 and up the libraries. Addon and
 * libraries are files in memory named "tsinit@<hexadecimal offset in our own file>:<name>", so that each line of
 * /proc/self/maps says which bytes of descriptor 6 are the same: whoever wants the memory back maps those instead.
 * The kernel sees no exec: /proc/self/cmdline and /proc/self/environ stay those that init was started with, so a client
 * reads the user's environment, byte for byte, from /proc/self/environ. */
#ifndef TSINIT_PAYLOAD_H
#define TSINIT_PAYLOAD_H

#include <stdnoreturn.h>

/* 1 when this file carries a supervisor; 0 for a bare init (then supervise mode and the tools are not there), and where
 * our own file cannot be opened. Opens it at the first call and keeps it (close-on-exec). */
int payload_present(void);

/* Replaces this process by the embedded Node, as exec would: resets dispositions and mask, maps Node from our own file, hands
 * over argv and envp. `link` and `box` become descriptors 3 and 4 (-1: not given); the addon is 5; libraries use 6 to 15 and
 * every other descriptor from 3 up is closed. envp is the scrubbed environment (payload_environment()).
 * Not after vfork. Does not return: on failure says one clear sentence and _exits with 125. */
noreturn void payload_run(char *const *argv, char *const *envp, int link, int box);

/* The environment Node gets instead of the user's: a fixed list of loader and malloc settings, plus TSINIT_ROLE=role and
 * what concerns the terminal and time zone copied from `original`. Static storage. */
char *const *payload_environment(const char *role, char *const *original);

#endif
