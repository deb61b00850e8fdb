/* The kernel tells of looks by dnotify, which takes no inotify instance: of those a host has few for all its containers. A look at any file
 * counts, and the session sets its limits some time after it. So all processes are looked through several times, at distances that are shorter than
 * a session lasts (PAM's modules, a fork, an exec, the wait for the child), and never for more than a small share of the time. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "runs/copied_marks.h"
#include "clock.h"
#include "proc.h"
#include "runs/runs.h"
#include "runs/tree.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum {
    DEEPEST = 4096,
    SESSIONS = 64, /* that live at a time and are told apart */
    FIRST_DISTANCE_NS = 250000, LONGEST_DISTANCE_NS = 8000000,
    LONGEST_NS = 200000000, LEAST_LOOKS = 4, /* after somebody's look; where one look takes long these take longer */
    REST_FACTOR = 20 /* at most a twentieth of the time, however many processes there are */
};

struct session { uint32_t number, run; int is_alive, is_seen; /* some process has its number: in the last look, in this one */ };

static const uint64_t COPIED = 1ULL << 62;
static uint64_t mark; /* upper half; 0: none of this works here */
static rlim_t hard_limit;
static uint32_t current;
static struct session sessions[SESSIONS]; /* run 0: free, or of more than one run, or of none (docker exec) */
static int is_looking;
static unsigned looks_owed;
static uint64_t next_look_at, distance_ns, rest_until, look_until;

static void carry(uint64_t limit) {
    struct rlimit ours = {limit, hard_limit};
    setrlimit(RLIMIT_LOCKS, &ours);
}

void copied_marks_begin(uint64_t of_all, rlim_t hard) {
    hard_limit = hard;
    if (getpid() != 1 || hard < (of_all | COPIED | UINT32_MAX)) return;
    int files = open("/proc/1", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files < 0) return;
    /* It stays open as long as init lives: closing it ends the watch. */
    if (fcntl(files, F_SETSIG, SIGIO) != 0 || fcntl(files, F_NOTIFY, DN_ACCESS | DN_MULTISHOT) != 0) {
        close(files);
        return;
    }
    mark = of_all | COPIED;
    copied_marks_show();
}

void copied_marks_hide(void) {
    if (mark != 0) carry(mark);
}

void copied_marks_show(void) {
    if (mark == 0) return;
    if (++current == 0) current = 1;
    carry(mark | current);
}

static struct session *find(uint32_t number) {
    for (int i = 0; i < SESSIONS; i++) {
        if (sessions[i].number == number) return &sessions[i];
    }
    return NULL;
}

static int is_copied(uint64_t limit) { return mark != 0 && (limit & ~(uint64_t)UINT32_MAX) == mark && (uint32_t)limit != 0; }

/* 0: there is none, or more than one. */
static uint32_t only_run(void) {
    uint32_t found = 0;
    for (int i = 0; i < runs_count(); i++) {
        if (run_at(i)->number >= FIRST_TASK_RUN) continue;
        if (found != 0) return 0;
        found = run_at(i)->number;
    }
    return found;
}

/* A session that was over before it could be seen came from the only run there is. */
uint32_t copied_marks_run_of(uint64_t limit) {
    if (!is_copied(limit)) return 0;
    const struct session *session = find((uint32_t)limit);
    return session != NULL ? session->run : is_looking ? 0 : only_run();
}

/* ---- looking ---- */

static void remember(uint32_t number, uint32_t run) {
    struct session *place = &sessions[0];
    for (int i = 0; i < SESSIONS; i++) {
        if (!sessions[i].is_alive && !sessions[i].is_seen) place = &sessions[i];
    }
    *place = (struct session){number, run, 1, 1};
}

/* Its child on the way to exec still carries what init carries. */
static int is_launching(pid_t pid) {
    for (int i = 0; i < runs_count(); i++) {
        if (run_at(i)->pid == pid && run_at(i)->is_launching) return 1;
    }
    return 0;
}

/* Came into the container from outside, by `docker exec`: its ancestors end at none that can be seen. */
static int is_foreign(pid_t pid) {
    struct process process;
    for (int depth = 0; depth < DEEPEST && process_read(pid, &process); depth++, pid = process.parent) {
        if (process.parent <= 1) return process.parent == 0;
    }
    return 0;
}

static void look_at(pid_t pid, void *context) {
    uint64_t limit = tree_lock_limit(pid);
    (void)context;
    if (!is_copied(limit) || is_launching(pid)) return;
    struct session *known = find((uint32_t)limit);
    uint32_t run = tree_run_by_ancestors(pid);
    if (known != NULL) known->is_seen = 1;
    if (run == 0 && !is_foreign(pid)) return;
    if (known == NULL) remember((uint32_t)limit, run);
    else if (known->run != run) known->run = 0; /* two sessions began at the same moment: of them only what has parents is known */
    if (run == 0) return;
    struct rlimit own = {(mark & ~COPIED) | run, hard_limit};
    prlimit(pid, RLIMIT_LOCKS, &own, NULL); /* where that takes a right that we lack, the number has to do */
}

void copied_marks_expect(void) {
    if (mark == 0) return;
    copied_marks_show();
    distance_ns = FIRST_DISTANCE_NS;
    looks_owed = LEAST_LOOKS;
    next_look_at = clock_now();
    look_until = next_look_at + LONGEST_NS;
}

uint64_t copied_marks_deadline(void) {
    uint64_t next = next_look_at > rest_until ? next_look_at : rest_until;
    return looks_owed > 0 || next < look_until ? next : 0;
}

void copied_marks_turn(void) {
    uint64_t deadline = copied_marks_deadline();
    if (deadline == 0) return;
    uint64_t began = clock_now();
    if (!deadline_reached(deadline, began)) return;
    for (int i = 0; i < SESSIONS; i++) sessions[i].is_seen = 0;
    is_looking = 1;
    processes_each(look_at, NULL);
    is_looking = 0;
    for (int i = 0; i < SESSIONS; i++) sessions[i].is_alive = sessions[i].is_seen;
    uint64_t ended = clock_now();
    rest_until = ended + REST_FACTOR * (ended - began);
    if (distance_ns < LONGEST_DISTANCE_NS) distance_ns *= 2;
    if (looks_owed > 0) looks_owed--;
    next_look_at = ended + distance_ns;
}
