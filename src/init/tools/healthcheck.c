/* `tsinit healthcheck [NAME...]`: are the programs of this container as they should be? Reads the black box of the container's
 * init through /proc, so that nobody has to listen, nobody is woken, and no Node is started. (A look at a list in init's folder of /proc would wake init, see
 * runs/copied_marks.h, so the likely descriptors are tried first.) A supervisor that is being
 * replaced does not make programs unhealthy, one that is missing for longer does. Layout of the box: src/kernel/box/box.ts; of its slots: src/process/memo.ts, src/world/memo.ts. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "supervise/absence.h"
#include "clock.h"
#include "modes.h"
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MEBIBYTE = 1048576, BOX_MAGIC = 0x78646274, BOX_VERSION = 2, FIRST_LIKELY = 3, LAST_LIKELY = 31, COPY_BYTES = 124, SLOT_BYTES = 256, NAMES_BYTES = 524288, SELF = -1 };
enum { STATE_STOPPED = 1, STATE_STARTING = 2, STATE_RUNNING = 3, STATE_BACKOFF = 4, STATE_EXITED = 6, STATE_FATAL = 7, STATES = 9 };
enum { RUN_AT = 4, READY_AT = 108, READY_BIT = 1 };
enum { PHASE_NONE = 0, PHASE_RUNNING = 1, PHASE_RELOADING = 6 };
/* A successor is in charge within a fraction of a second; on a busy machine it may take a few. */
enum { MOMENT_S = 5 };
/* 2 is reserved by Docker; Kubernetes takes any code but 0. */
enum { HEALTHY = 0, UNHEALTHY = 1 };

static struct absence absence;

static const char *const state_names[STATES] = {"in no state yet", "STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL", "UNKNOWN"};

struct directory_entry { uint64_t inode; int64_t offset; unsigned short length; unsigned char type; char name[]; };

static noreturn void unhealthy(const char *what, const char *name, const char *state) {
    say("unhealthy: ", what, name, state, NULL);
    _exit(UNHEALTHY);
}

static noreturn void healthy(const char *count, const char *text) {
    char line[80], *end = stpcpy(stpcpy(stpcpy(line, "healthy: "), count), text);
    *end++ = '\n';
    _exit(write(1, line, (size_t)(end - line)) < 0 ? HEALTHY : HEALTHY); /* who closed our output asked for the code alone */
}

/* "/proc/PID/REST"; SELF: of this process. */
static const char *path_of(int pid, const char *rest) {
    static char path[64];
    strcpy(stpcpy(stpcpy(path, "/proc/"), pid == SELF ? "self" : decimal(pid)), rest);
    return path;
}

/* The same file, or the same namespace, seen through two processes. */
static int is_same(int pid, const char *rest) {
    struct stat ours, theirs;
    return stat(path_of(SELF, rest), &ours) == 0 && stat(path_of(pid, rest), &theirs) == 0 && ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static int number_of(const char *name) {
    int number = 0;
    for (; *name >= '0' && *name <= '9' && number < 100000000; name++) number = number * 10 + (*name - '0');
    return *name == 0 ? number : -1;
}

/* Calls `look` with each number in a directory of /proc until it returns one that is not negative. */
static int each_number(const char *directory, int (*look)(int context, int number), int context) {
    char buffer[2048] __attribute__((aligned(8)));
    int listing = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = -1;
    long got;
    while (found < 0 && listing >= 0 && (got = syscall(SYS_getdents64, listing, buffer, sizeof buffer)) > 0) {
        for (long at = 0; found < 0 && at < got;) {
            const struct directory_entry *entry = (const void *)(buffer + at);
            int number = number_of(entry->name);
            if (number >= 0) found = look(context, number);
            at += entry->length;
        }
    }
    if (listing >= 0) close(listing);
    return found;
}

/* A file of no name (memory, or where there is none an unlinked file): is it a box? */
static int box_at(int pid, int number) {
    char rest[24], target[64];
    static const char gone[] = " (deleted)";
    uint32_t head[2];
    strcpy(stpcpy(rest, "/fd/"), decimal(number));
    ssize_t length = readlink(path_of(pid, rest), target, sizeof target);
    if (length < (ssize_t)sizeof gone || memcmp(target + length - (sizeof gone - 1), gone, sizeof gone - 1) != 0) return -1;
    int file = open(path_of(pid, rest), O_RDONLY | O_CLOEXEC);
    int is_named = strncmp(target, "/memfd:tsinit-box", 17) == 0;
    if (file >= 0 && (is_named || (pread(file, head, sizeof head, 0) == sizeof head && head[0] == BOX_MAGIC))) return file;
    if (file >= 0) close(file);
    return -1;
}

static int saw_ours; /* a process of our own file, in our container: direct mode, when none has a box */
static int box_of(int ignored, int pid) {
    (void)ignored;
    if (pid == getpid() || pid == 0 || !is_same(pid, "/exe")) return -1;
    if (pid != 1 && !is_same(pid, "/ns/mnt")) return -1; /* another container of the pod, which sees the same processes */
    saw_ours = 1;
    for (int number = FIRST_LIKELY; number <= LAST_LIKELY; number++) {
        int box = box_at(pid, number);
        if (box >= 0) return box;
    }
    return each_number(path_of(pid, "/fd"), box_at, pid);
}

/* Where init has become another user (user= of supervisord's personality), only that user may look into it, or who has the capability SYS_PTRACE, which
 * containers lack: root becomes that user first. 0: that changes nothing. */
static int become_owner_of(int pid) {
    struct stat owner;
    if (geteuid() != 0 || stat(path_of(pid, ""), &owner) != 0 || owner.st_uid == 0) return 0;
    return setresgid(owner.st_gid, owner.st_gid, owner.st_gid) == 0 && setresuid(owner.st_uid, owner.st_uid, owner.st_uid) == 0;
}

static int find_box(void) {
    int box = box_of(0, 1);
    return box >= 0 ? box : each_number("/proc", box_of, 0);
}

static uint32_t word_at(int box, off_t offset) {
    uint32_t word = 0;
    return pread(box, &word, sizeof word, offset) == sizeof word ? word : 0;
}

/* Part of what a slot holds: a little-endian number of up to four bytes. 0: nothing yet. */
static uint32_t number_in(int box, off_t bank, unsigned slot, off_t offset, size_t bytes) {
    uint32_t number = 0;
    off_t at = bank + (off_t)slot * SLOT_BYTES;
    uint32_t word = word_at(box, at);
    if (word == 0 || pread(box, &number, bytes, at + 4 + (off_t)((word >> 16) - 1) * COPY_BYTES + offset) != (ssize_t)bytes) return 0;
    return number;
}

/* A state's number, or of slot 0 that of the phase. */
static unsigned first_byte(int box, off_t bank, unsigned slot) { return number_in(box, bank, slot, 0, 1); }

/* Of a run: it counts as ready; of EXITED: it has done what it was there for. */
static int is_ready(int box, off_t bank, unsigned slot) { return (number_in(box, bank, slot, READY_AT, 1) & READY_BIT) != 0; }

/* While there is no supervisor init alone knows. */
static int has_ended(int box, off_t bank, unsigned slot, unsigned state) {
    if (absence.state == ABSENCE_NONE || (state != STATE_STARTING && state != STATE_RUNNING)) return 0;
    uint32_t run = number_in(box, bank, slot, RUN_AT, sizeof run);
    for (uint32_t i = 0; i < absence.ended_count && i < RUNS_LIMIT; i++) {
        if (absence.ended[i] == run) return 1;
    }
    return 0;
}

/* NAME is a process, a group (`name` or `name:*`), or a process of a group (`group:name`). */
static int is_meant(const char *wanted, const char *process) {
    size_t length = strlen(wanted);
    if (length > 2 && strcmp(wanted + length - 2, ":*") == 0) length -= 2;
    return strncmp(wanted, process, length) == 0 && (process[length] == ':' || (process[length] == 0 && wanted[length] == 0));
}

static unsigned check_named(int box, off_t bank, const char *names, const char *end, const char *wanted) {
    unsigned slot = 1, found = 0;
    for (const char *name = names; name < end; name += strlen(name) + 1, slot++) {
        if (!is_meant(wanted, name)) continue;
        unsigned state = first_byte(box, bank, slot);
        int ready = is_ready(box, bank, slot), is_done = state == STATE_EXITED && ready;
        if (has_ended(box, bank, slot, state)) unhealthy(name, " has ended, and there is no supervisor that would start it again", "");
        if (state != STATE_RUNNING && !is_done) unhealthy(name, " is ", state_names[state < STATES ? state : 0]);
        if (!ready) unhealthy(name, " is RUNNING, but not ready", "");
        found++;
    }
    if (found == 0) unhealthy("no program is called ", wanted, "");
    return found;
}

/* How many run. With `only_counts` nothing is unhealthy. */
static unsigned check_all(int box, off_t bank, const char *names, const char *end, int only_counts) {
    unsigned slot = 1, running = 0;
    for (const char *name = names; name < end; name += strlen(name) + 1, slot++) {
        unsigned state = first_byte(box, bank, slot);
        if (!only_counts && (state == STATE_BACKOFF || state == STATE_FATAL)) unhealthy(name, " is ", state_names[state]);
        running += state == STATE_RUNNING && !has_ended(box, bank, slot, state);
    }
    return running;
}

static unsigned count_names(const char *names, const char *end) {
    unsigned count = 0;
    for (const char *name = names; name < end; name += strlen(name) + 1) count++;
    return count;
}

static void refuse_long_absence(unsigned running, unsigned of) {
    if (absence.state != ABSENCE_LASTS) return;
    uint64_t seconds = (clock_kernel() - absence.since_ns) / NS_PER_S;
    if (seconds < MOMENT_S) return;
    absence.why[ABSENCE_WHY_BYTES - 1] = '\0';
    say("unhealthy: there has been no supervisor for ", decimal((long long)seconds), " s: ", absence.why, "; ", decimal(running), " of ", decimal(of),
        of == 1 ? " program runs" : " programs run", NULL);
    _exit(UNHEALTHY);
}

/* People copy the words of their tsinit's command line: what it reads or how is known to the one that runs. Other options are no names. */
static char *const *names_among(char *const *words) {
    static const char *const with_value[] = {"-c", "--configuration", "--compat"};
    while (*words != NULL && **words == '-') {
        unsigned i = 0;
        while (i < sizeof with_value / sizeof with_value[0] && strcmp(*words, with_value[i]) != 0) i++;
        if (i == sizeof with_value / sizeof with_value[0] || words[1] == NULL) {
            unhealthy("cannot ask with ", *words, "; write: tsinit healthcheck, or tsinit healthcheck NAME");
        }
        words += 2;
    }
    return words;
}

noreturn void healthcheck_mode(char *const *wanted) {
    static char names[NAMES_BYTES];
    wanted = names_among(wanted);
    int box = find_box();
    if (box < 0 && become_owner_of(1)) box = find_box();
    if (box < 0 && !saw_ours) unhealthy("no tsinit is to be seen in this container", access("/proc/self/fd", X_OK) == 0 ? "; is it run as another user?" : ": /proc is not mounted", "");
    if (box < 0 && wanted[0] != NULL) unhealthy("there are no programs with names in direct mode: ", wanted[0], "");
    if (box < 0) healthy("", "the command runs");
    if (word_at(box, 0) == 0) unhealthy("nothing has been started yet", "", "");
    if (word_at(box, 4) != BOX_VERSION) unhealthy("this is another version of tsinit than the one that runs", "", "");
    int bank = (int)(word_at(box, 8) & 1);
    off_t memo = bank == 0 ? MEBIBYTE : 6 * MEBIBYTE, names_at = 7 * MEBIBYTE + (off_t)bank * NAMES_BYTES;
    unsigned phase = first_byte(box, memo, 0);
    if (phase == PHASE_NONE) unhealthy("nothing has been started yet", "", "");
    if (pread(box, &absence, sizeof absence, ABSENCE_AT) != sizeof absence) absence.state = ABSENCE_NONE;
    if (absence.state == ABSENCE_STOPS || (phase != PHASE_RUNNING && phase != PHASE_RELOADING)) unhealthy("everything is being stopped", "", "");
    size_t length = word_at(box, names_at);
    if (length >= sizeof names || pread(box, names, length, names_at + 4) != (ssize_t)length) length = 0;
    unsigned running = check_all(box, memo, names, names + length, *wanted != NULL);
    refuse_long_absence(running, count_names(names, names + length));
    if (*wanted != NULL) running = 0;
    for (; *wanted != NULL; wanted++) running += check_named(box, memo, names, names + length, *wanted);
    healthy(decimal(running), running == 1 ? " program runs" : " programs run");
}
