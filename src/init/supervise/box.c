/* The memory that every supervisor finds again: a file without a name, as big as the supervisor makes it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "supervise/box.h"
#include "node/memory_file.h"

#include <fcntl.h>

/* init maps a part of it: a supervisor that has become another user must not be able to take that away. */
int box_make(void) {
    int box = memory_file("tsinit-box", MEMORY_FOR_DATA);
    if (box >= 0) fcntl(box, F_ADD_SEALS, F_SEAL_SHRINK); /* refused for a file that is not the kernel's memory */
    return box;
}
