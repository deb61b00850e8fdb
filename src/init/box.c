/* The memory that every supervisor finds again: a file without a name, as big as the supervisor makes it. */
#include "box.h"
#include "memory_file.h"

int box_make(void) { return memory_file("tsinit-box", MEMORY_FOR_DATA); }
