/* Finds what the build appended to our own file and starts Node out of it. The parts stand in an index at the end:
 *
 *   init ELF | node | loader | libraries | addon (each on a 64 KiB boundary) | index entries | trailer
 *
 * Nothing is extracted to disk: Node and its loader are mapped where they lie; the libraries, which the loader insists on
 * opening by name, are copied to files in memory (5 MB, 2 ms) that the kernel addon gives back once they are loaded. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/payload.h"
#include "descriptors.h"
#include "tools/limits.h"
#include "node/map.h"
#include "node/memory_file.h"
#include "conversation/protocol.h"
#include "node/sandbox.h"
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENTRIES_LIMIT = 16, NAME_BYTES = 40, MAGIC_BYTES = 16, PAYLOAD_VERSION = 1, PAYLOAD_FAILED = 125 };
enum { OWN_FILE_FD = 6, LIBRARY_FD = 7, LIFTED_FD = 16 };
enum part_kind { PART_NODE = 1, PART_LOADER = 2, PART_LIBRARY = 3, PART_ADDON = 4 };

struct part { uint64_t offset, size; uint32_t kind, zero; char name[NAME_BYTES]; };
struct trailer { uint64_t index; uint32_t count, version; char magic[MAGIC_BYTES]; };

static const char magic[MAGIC_BYTES] = "tsinit payload\n";
static struct part parts[ENTRIES_LIMIT];
static unsigned part_count;
static int own_file = -1;

static int is_helper; /* its failure is tried again, and told then */

static noreturn void fail(const char *what, const char *why, const char *remedy) {
    if (!is_helper) say("cannot start the embedded Node: ", what, ": ", why, remedy, NULL);
    _exit(PAYLOAD_FAILED);
}

static int open_own_file(void) {
    const char *started_as = (const char *)getauxval(AT_EXECFN);
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file < 0 && started_as != NULL) file = open(started_as, O_RDONLY | O_CLOEXEC);
    return file;
}

int payload_present(void) {
    struct trailer trailer;
    struct stat status;
    if (part_count > 0) return 1;
    if (own_file < 0) own_file = open_own_file();
    if (own_file < 0 || fstat(own_file, &status) != 0 || status.st_size < (off_t)sizeof trailer) return 0;
    if (pread(own_file, &trailer, sizeof trailer, status.st_size - (off_t)sizeof trailer) != (ssize_t)sizeof trailer) return 0;
    if (memcmp(trailer.magic, magic, sizeof magic) != 0 || trailer.version != PAYLOAD_VERSION) return 0;
    if (trailer.count == 0 || trailer.count > ENTRIES_LIMIT) return 0;
    ssize_t size = (ssize_t)(trailer.count * sizeof parts[0]);
    if (pread(own_file, parts, (size_t)size, (off_t)trailer.index) != size) return 0;
    for (unsigned i = 0; i < trailer.count; i++) parts[i].name[NAME_BYTES - 1] = '\0';
    part_count = trailer.count;
    return 1;
}

static const struct part *find(enum part_kind kind, unsigned number) {
    for (unsigned i = 0; i < part_count; i++) {
        if (parts[i].kind == kind && number-- == 0) return &parts[i];
    }
    return NULL;
}

static void memory_name(char *name, const struct part *part) {
    char *at = stpcpy(name, "tsinit@");
    int shift = 60;
    while (shift > 0 && (part->offset >> shift & 15) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[part->offset >> shift & 15];
    *at++ = ':';
    strcpy(at, part->name);
}

/* Makes a file in memory for `part` and gives it descriptor `number`. */
static void materialize(const struct part *part, int number) {
    char name[NAME_BYTES + 32];
    memory_name(name, part);
    int file = memory_file(name, MEMORY_FOR_CODE);
    if (file < 0 && memory_file_met_noexec())
        fail("no place in memory for its libraries", "memfd_create is refused, and what can be written is mounted noexec",
             "; allow that system call, or mount a /dev/shm without noexec");
    if (file < 0) fail("no place in memory for its libraries", strerror(errno), "; allow the system call memfd_create, or mount a writable /dev/shm");
    if (file == number) {
        fcntl(file, F_SETFD, 0);
        return;
    }
    if (dup2(file, number) < 0) fail("no descriptors left", strerror(errno), "; raise the limit of open files");
    close(file);
}

static void fill(const struct part *part, int file) {
    off_t from = (off_t)part->offset;
    for (uint64_t left = part->size; left > 0;) {
        ssize_t sent = sendfile(file, OWN_FILE_FD, &from, left);
        if (sent <= 0) fail(part->name, sent < 0 ? strerror(errno) : "our own file is cut short", sent < 0 && errno == ENOSPC ? "; 6 MiB have to fit there" : "");
        left -= (uint64_t)sent;
    }
}

enum half { FIRST_HALF, SECOND_HALF };

static void fill_libraries(enum half half) {
    const struct part *part;
    uint64_t all = 0, before = 0;
    for (unsigned i = 0; (part = find(PART_LIBRARY, i)) != NULL; i++) all += part->size;
    for (unsigned i = 0; (part = find(PART_LIBRARY, i)) != NULL; before += part->size, i++) {
        if ((before + part->size / 2 > all / 2) != (half == SECOND_HALF)) continue;
        int file = LIBRARY_FD + (int)i;
        lseek(file, 0, SEEK_SET); /* a second try starts over */
        fill(part, file);
    }
}

/* 5 MB are copied before Node can start: a second process takes one half of them, which shortens the wait where there is a
 * second processor. Where it cannot be had or fails, this one copies that half too. */
static void fill_all(void) {
    const struct part *addon = find(PART_ADDON, 0);
    pid_t helper = fork();
    if (helper == 0) {
        is_helper = 1;
        fill_libraries(SECOND_HALF);
        _exit(0);
    }
    if (addon != NULL) fill(addon, ADDON_FD);
    fill_libraries(FIRST_HALF);
    int status = -1;
    if (helper < 0 || waitpid(helper, &status, 0) != helper || status != 0) fill_libraries(SECOND_HALF);
}

static int lift(int file) {
    if (file < 0) return -1;
    int lifted = fcntl(file, F_DUPFD_CLOEXEC, LIFTED_FD);
    if (lifted < 0) fail("no descriptors left", strerror(EMFILE), "; raise the limit of open files to 64 or more");
    return lifted;
}

static void arrange_descriptors(int link, int box) {
    int lifted[3] = {lift(link), lift(box), lift(own_file)};
    static const int places[3] = {LINK_FD, BOX_FD, OWN_FILE_FD};
    descriptors_close(3, LIFTED_FD - 1);
    for (int i = 0; i < 3; i++) {
        if (lifted[i] >= 0) dup2(lifted[i], places[i]);
    }
    const struct part *part = find(PART_ADDON, 0);
    if (part != NULL) materialize(part, ADDON_FD);
    unsigned number = 0;
    for (; (part = find(PART_LIBRARY, number)) != NULL; number++) materialize(part, LIBRARY_FD + (int)number);
    descriptors_close(LIBRARY_FD + number, ~0U);
    fill_all();
}

/* As exec does. By raw system calls: C libraries hide the signals that they keep for themselves. */
static void reset_signals(void) {
    static const unsigned char zero[64];
    for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, zero, NULL, 8);
    syscall(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, zero, NULL, 8);
}

noreturn void payload_run(char *const *argv, char *const *envp, int link, int box) {
    struct map_image program, loader;
    if (!payload_present()) {
        if (own_file < 0) fail("our own file cannot be opened", strerror(errno), "; is /proc mounted?");
        fail("this file carries none", "it is a bare init", "; use the dist/tsinit that `npm run build` makes");
    }
    const struct part *node = find(PART_NODE, 0), *starter = find(PART_LOADER, 0);
    if (node == NULL || starter == NULL) fail("the file is incomplete", "no Node or no loader in it", "; build it again");
    if (access("/proc/self/fd", X_OK) != 0) fail("/proc is not mounted", "the loader finds libraries there", "; mount /proc, or use `tsinit -- COMMAND`, which needs nothing");
    long long addresses = limit_of_addresses_raised();
    if (addresses > 0) fail("the limit of address space is too low, in MiB", decimal(addresses), "; raise it to 2000 (ulimit -v), or use `tsinit -- COMMAND`, which needs nothing");
    const char *data = limit_of_data_raised();
    if (data != NULL) fail("it reserves 640 MiB", data, ", or use `tsinit -- COMMAND`, which needs nothing");
    arrange_descriptors(link, box);
    const char *problem = map_elf(OWN_FILE_FD, node->offset, &program);
    if (problem != NULL) fail(node->name, problem, "");
    problem = map_elf(OWN_FILE_FD, starter->offset, &loader);
    if (problem != NULL) fail(starter->name, problem, "");
    sandbox_allow_threads();
    reset_signals();
    map_start(&program, &loader, argv, envp);
}

static char *from_original(char *const *original, const char *name) {
    size_t length = strlen(name);
    for (; *original != NULL; original++) {
        if (strncmp(*original, name, length) == 0 && (*original)[length] == '=') return *original;
    }
    return NULL;
}

char *const *payload_environment(const char *role, char *const *original) {
    static const char *const copied[] = {"TZ", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"};
    static const char library[] = "/proc/self/fd/";
    static char role_text[32] = "TSINIT_ROLE=", preload[16 + ENTRIES_LIMIT * 18] = "LD_PRELOAD=";
    static char *list[6 + sizeof copied / sizeof copied[0]];
    unsigned count = 0;
    strncpy(role_text + 12, role, sizeof role_text - 13);
    list[count++] = role_text;
    /* One arena: the supervisor's threads hardly allocate, and each arena costs pages that are never given back. */
    list[count++] = (char *)"MALLOC_ARENA_MAX=1";
    list[count++] = (char *)"MALLOC_TRIM_THRESHOLD_=65536"; /* and large blocks go back at once: none of the self-tuning */
    list[count++] = (char *)"UV_USE_IO_URING=0";            /* two descriptors and a system call that many sandboxes deny */
    payload_present();
    char *at = preload + 11;
    for (unsigned i = 0; find(PART_LIBRARY, i) != NULL; i++) {
        unsigned number = LIBRARY_FD + i;
        if (i > 0) *at++ = ':';
        at = stpcpy(at, library);
        if (number >= 10) *at++ = (char)('0' + number / 10);
        *at++ = (char)('0' + number % 10);
        *at = '\0';
    }
    list[count++] = preload;
    for (unsigned i = 0; i < sizeof copied / sizeof copied[0]; i++) {
        char *entry = from_original(original, copied[i]);
        if (entry != NULL) list[count++] = entry;
    }
    list[count] = NULL;
    return list;
}
