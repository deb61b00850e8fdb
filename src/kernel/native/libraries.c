/* The loader insists on opening libraries by name, so init copied them to files in memory named
 * "tsinit@<offset in our own file>:<name>" (src/init/node/payload.h). Here the copies are given back: the same bytes are mapped
 * from our own file instead, whose pages the kernel shares between containers and may drop. What was written to stays. */
#include "native.h"
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWN_FILE = 6, FIRST_COPY = 5, LAST_COPY = 15, MAPPINGS_LIMIT = 64, PAGE = 4096 };

struct copy_mapping {
    uintptr_t start, end;
    unsigned long in_copy, copy_in_file, inode;
    char permissions[5];
};

static int find_copies(struct copy_mapping *found)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    int count = 0;
    while (maps && count < MAPPINGS_LIMIT && fgets(line, sizeof line, maps)) {
        struct copy_mapping *next = &found[count];
        unsigned long start, end;
        if (sscanf(line, "%lx-%lx %4s %lx %*s %lu /memfd:tsinit@%lx:", &start, &end, next->permissions, &next->in_copy,
                &next->inode, &next->copy_in_file) != 6)
            continue;
        next->start = start;
        next->end = end;
        count++;
    }
    if (maps)
        fclose(maps);
    return count;
}

/* What is writable, or was until the loader had relocated it, holds what no file has. */
static int overlaps_written(struct dl_phdr_info *object, size_t size, void *mapping_pointer)
{
    const struct copy_mapping *mapping = mapping_pointer;
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(uintptr_t)(PAGE - 1);
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        int written = segment->p_type == PT_GNU_RELRO || (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) != 0);
        if (written && mapping->start < end && start < mapping->end)
            return 1;
    }
    return 0;
}

static void punch_copy(const struct copy_mapping *mapping)
{
    struct stat status;
    for (int fd = FIRST_COPY; fd <= LAST_COPY; fd++) {
        if (fstat(fd, &status) != 0 || status.st_ino != mapping->inode || fcntl(fd, F_GET_SEALS) < 0)
            continue;
        /* Its last page may be the first of the writable segment that follows. */
        off_t length = (off_t)(mapping->end - mapping->start) - PAGE;
        if (length > 0)
            fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)mapping->in_copy, length);
    }
}

/* Nothing below may be called while another thread loads a library: the supervisor loads none but this addon. */
void give_library_copies_back(void)
{
    static int done;
    struct copy_mapping found[MAPPINGS_LIMIT];
    int count = done ? 0 : find_copies(found);
    done = 1;
    for (int i = 0; i < count; i++) {
        const struct copy_mapping *mapping = &found[i];
        if (mapping->permissions[1] == 'w' || dl_iterate_phdr(overlaps_written, (void *)mapping))
            continue;
        int protection = PROT_READ | (mapping->permissions[2] == 'x' ? PROT_EXEC : 0);
        void *got = mmap((void *)mapping->start, mapping->end - mapping->start, protection, MAP_PRIVATE | MAP_FIXED, OWN_FILE,
            (off_t)(mapping->copy_in_file + mapping->in_copy));
        if (got != MAP_FAILED)
            punch_copy(mapping);
    }
}
