/* Limits of the container's own control group, version 2 or 1, where an engine mounts it. Read for sentences and refusals only: a program's
 * limits are the kernel's affair. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tools/limits.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Node reserves 512 MiB for compiled code, in a way that counts as memory wherever reserved memory counts; 586 MiB were too few. */
enum { ADDRESSES_NEEDED_MIB = 1900, DATA_NEEDED_MIB = 640, MEBIBYTE = 1048576, NEVER_OVERCOMMIT = 2 };

/* Version 1 says "no limit" with a number near the largest. */
static const long long ENDLESS = 1LL << 60;

static long long number_in(const char *path) {
    char text[32];
    long long number = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, text, sizeof text) : 0;
    for (ssize_t i = 0; i < length && text[i] >= '0' && text[i] <= '9' && number < ENDLESS; i++) number = (number < 0 ? 0 : number * 10) + (text[i] - '0');
    if (file >= 0) close(file);
    return number < ENDLESS ? number : -1;
}

static long long first_of(const char *two, const char *one) {
    long long number = number_in(two);
    return number >= 0 ? number : number_in(one);
}

long long limit_of_processes(void) { return first_of("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"); }
long long limit_of_memory(void) { return first_of("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"); }

long long limit_of_addresses_raised(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur / MEBIBYTE >= ADDRESSES_NEEDED_MIB) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_AS, &limit);
    return limit.rlim_max / MEBIBYTE >= ADDRESSES_NEEDED_MIB ? 0 : (long long)(limit.rlim_max / MEBIBYTE);
}

const char *limit_of_data_raised(void) {
    struct rlimit limit;
    size_t size = (size_t)DATA_NEEDED_MIB * MEBIBYTE;
    if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur < size) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_DATA, &limit);
    }
    void *wanted = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (wanted != MAP_FAILED) {
        munmap(wanted, size);
        return NULL;
    }
    return number_in("/proc/sys/vm/overcommit_memory") == NEVER_OVERCOMMIT
               ? "vm.overcommit_memory is 2 and less can be promised; set it to 0, raise vm.overcommit_ratio"
               : "the limit of data is lower; raise it (ulimit -d)";
}
