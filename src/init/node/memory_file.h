/* Files without a name: in memory where the kernel gives them, else unlinked ones in the usual writable places. */
#ifndef TSINIT_MEMORY_FILE_H
#define TSINIT_MEMORY_FILE_H

enum memory_use { MEMORY_FOR_DATA, MEMORY_FOR_CODE };

/* A descriptor (close-on-exec), or -1 with errno. `name` is what /proc shows of one in memory. MEMORY_FOR_CODE: its pages can be executed,
 * which a place mounted noexec refuses. */
int memory_file(const char *name, enum memory_use use);

/* After -1: some place could have been written but for being mounted noexec. */
int memory_file_met_noexec(void);

#endif
