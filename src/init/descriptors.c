/* By one system call; where the kernel has none (before 5.9 and 5.11), or a filter denies it, by the list in /proc, else by trying every number. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "descriptors.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MARK_CLOSE_ON_EXEC = 4 /* CLOSE_RANGE_CLOEXEC */, HIGHEST = 1048576 };

struct directory_entry { uint64_t inode; int64_t offset; unsigned short length; unsigned char type; char name[]; };

static void end(unsigned number, int flags) {
    if (flags == MARK_CLOSE_ON_EXEC) fcntl((int)number, F_SETFD, FD_CLOEXEC);
    else close((int)number);
}

static void try_each(unsigned first, unsigned last, int flags) {
    struct rlimit limit;
    unsigned limit_of_numbers = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < HIGHEST ? (unsigned)limit.rlim_cur : HIGHEST;
    for (unsigned number = first; number <= last && number < limit_of_numbers; number++) end(number, flags);
}

static void end_listed(unsigned first, unsigned last, int flags) {
    int listing = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char buffer[1024] __attribute__((aligned(8)));
    long got;
    if (listing < 0) {
        try_each(first, last, flags);
        return;
    }
    while ((got = syscall(SYS_getdents64, listing, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < got;) {
            const struct directory_entry *entry = (const void *)(buffer + at);
            unsigned number = 0;
            for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; digit++) number = number * 10 + (unsigned)(*digit - '0');
            if (entry->name[0] != '.' && number >= first && number <= last && number != (unsigned)listing) end(number, flags);
            at += entry->length;
        }
    }
    close(listing);
}

static void end_all(unsigned first, unsigned last, int flags) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, flags) == 0) return;
#endif
    end_listed(first, last, flags);
}

void descriptors_close(unsigned first, unsigned last) { end_all(first, last, 0); }

void descriptors_close_at_exec(unsigned first) { end_all(first, ~0U, MARK_CLOSE_ON_EXEC); }
