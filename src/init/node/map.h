/* Maps an ELF file that lies inside another file, and starts it: exec in user space. x86-64 and arm64. */
#ifndef TSINIT_MAP_H
#define TSINIT_MAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct map_image {
    uintptr_t base;    /* what was added to its addresses: 0 for a fixed-address program */
    uintptr_t entry;
    uintptr_t headers; /* address of its program headers */
    size_t header_count, header_size;
};

/* Maps all segments of the ELF at `offset` of `file`. NULL when done, else what is wrong, for people. */
const char *map_elf(int file, uint64_t offset, struct map_image *image);

/* Builds a new start vector on this stack and jumps into `loader`, or into `program` when it has no loader. */
noreturn void map_start(const struct map_image *program, const struct map_image *loader, char *const *argv, char *const *envp);

#endif
