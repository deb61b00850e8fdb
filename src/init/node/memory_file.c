/* Old kernels and strict seccomp profiles have no memfd, engines mount /dev/shm noexec, and the layered file systems of old kernels make no file
 * without a name: each has its way round, tried in this order. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CLOSE_ON_EXEC = 1, ALLOW_SEALING = 2, NO_EXEC_SEAL = 8, ATTEMPTS = 100, PATH_BYTES = 32, FIRST_PAGE = 4096 };

static int met_noexec;

int memory_file_met_noexec(void) { return met_noexec; }

/* Taken by name and unlinked at once; the name is only in the way of whoever has the same number at the same moment. */
static int unlinked(const char *place) {
    char path[PATH_BYTES], *digits = stpcpy(stpcpy(path, place), "/.tsinit-");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        unsigned long long number = (unsigned long long)getpid() * ATTEMPTS + (unsigned)attempt;
        char *at = digits;
        for (; number > 0; number /= 10) *at++ = (char)('0' + number % 10);
        *at = '\0';
        int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file >= 0) unlink(path);
        if (file >= 0 || errno != EEXIST) return file;
    }
    return -1;
}

static int is_executable(int file) {
    void *page = mmap(NULL, FIRST_PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
    if (page == MAP_FAILED) return 0;
    munmap(page, FIRST_PAGE);
    return 1;
}

static int file_in(const char *place, enum memory_use use) {
    int file = open(place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) file = unlinked(place);
    if (file < 0 || use == MEMORY_FOR_DATA || is_executable(file)) return file;
    met_noexec = 1;
    close(file);
    errno = EACCES;
    return -1;
}

int memory_file(const char *name, enum memory_use use) {
    static const char *const places[] = {"/dev/shm", "/run", "/tmp"};
    int file = (int)syscall(SYS_memfd_create, name, CLOSE_ON_EXEC | (use == MEMORY_FOR_CODE ? NO_EXEC_SEAL : ALLOW_SEALING));
    if (file < 0 && errno == EINVAL) file = (int)syscall(SYS_memfd_create, name, CLOSE_ON_EXEC);
    for (unsigned i = 0; file < 0 && i < sizeof places / sizeof places[0]; i++) file = file_in(places[i], use);
    return file;
}
