/* Writes that never wait, to descriptors whose description other processes share. */
#ifndef TSINIT_WRITE_NOW_H
#define TSINIT_WRITE_NOW_H

#include <stddef.h>
#include <sys/types.h>

/* write(2) to descriptor 1 or 2. Returns -1 with EAGAIN when nothing is taken now. Never changes the flags of the description.
 * What a file system does not take within a tenth of a second counts as written: a process of ours goes on with it. */
ssize_t write_now(int fd, const void *bytes, size_t length);

/* Is such a process still at work? Reaps it otherwise. */
int write_is_under_way(void);

#endif
