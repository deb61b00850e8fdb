/* The table of runs, dense: entry i of three parallel arrays, holes filled by the last entry. The scans for a number or a
 * pid run over small arrays of integers; the records are touched only when found, so unused ones cost no memory. */
#include "runs/runs.h"
#include "clock.h"
#include "sockets/listen.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static uint32_t numbers[RUNS_LIMIT];
static pid_t unreaped[RUNS_LIMIT]; /* pid of the main process, 0 once reaped */
static struct run records[RUNS_LIMIT];
static int count, running, lingering, with_strays, untold, over, turn, has_changed;
static int spawned; /* of the untold ones: those whose SPAWNED is to be told first */

static uint32_t highest[2];

void runs_note_number(uint32_t number) {
    uint32_t *last = &highest[number >= FIRST_TASK_RUN];
    if (number > *last) *last = number;
}

uint32_t runs_highest_number(int of_tasks) { return highest[of_tasks]; }

int runs_count(void) { return count; }
int runs_running(void) { return running; }
struct run *run_at(int index) { return &records[index]; }

struct run *run_find(uint32_t number) {
    for (int i = 0; i < count; i++) {
        if (numbers[i] == number) return &records[i];
    }
    return NULL;
}

void run_set_tell(struct run *run, unsigned tell) {
    untold += (tell != 0) - (run->tell != 0);
    spawned += ((tell & TELL_SPAWNED) != 0) - ((run->tell & TELL_SPAWNED) != 0);
    run->tell = tell;
}

static int is_over(const struct run *run) { return !run->is_running && !run->has_group && !run->has_strays && run->is_released; }

static void note_over(const struct run *run) { over += is_over(run); }

static void end_group(struct run *run) {
    if (!run->is_running && run->has_group) lingering--;
    run->has_group = 0;
    has_changed = 1;
    /* A group that ends together with its main process, or before anyone heard of that, is a flag of EXITED or RUN. */
    if ((run->tell & (TELL_RUN | TELL_EXITED)) == 0) run_set_tell(run, run->tell | TELL_GROUP_ENDED);
    note_over(run);
}

struct run *run_add(uint32_t number, pid_t pid) {
    for (int i = 0; lingering > 0 && i < count; i++) { /* the kernel gave the number away: that old group is gone */
        struct run *old = &records[i];
        if (old->group == pid && !old->is_running && old->has_group) end_group(old);
    }
    struct run *run = &records[count];
    *run = (struct run){.number = number, .pid = pid, .group = pid, .is_running = 1, .has_group = 1, .streams = {-1, -1, -1, -1}};
    run->started_ns = clock_kernel();
    run->stop = (struct run_stop){SIGTERM, 10000, SCOPE_GROUP};
    numbers[count] = number;
    unreaped[count] = pid;
    count++;
    running++;
    return run;
}

static uint64_t microseconds(struct timeval time) { return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec; }

int runs_await(pid_t pid) {
    for (int i = 0; i < count; i++) {
        if (unreaped[i] == pid) return 1;
    }
    return 0;
}

int runs_note_exit(pid_t pid, int wait_status, const struct rusage *usage) {
    for (int i = 0; i < count; i++) {
        if (unreaped[i] != pid) continue;
        struct run *run = &records[i];
        unreaped[i] = 0;
        run->is_running = 0;
        listen_release_all(run->sockets);
        run->sockets = 0;
        run->wait_status = wait_status;
        run->exited_ns = clock_kernel();
        run->user_us = microseconds(usage->ru_utime);
        run->system_us = microseconds(usage->ru_stime);
        run->max_rss_kib = (uint64_t)usage->ru_maxrss;
        running--;
        lingering += run->has_group;
        has_changed = 1;
        if ((run->tell & TELL_RUN) == 0) run_set_tell(run, run->tell | TELL_EXITED);
        note_over(run);
        return 1;
    }
    return 0;
}

void runs_check_groups(void) {
    for (int i = 0, left = lingering; left > 0 && i < count; i++) {
        struct run *run = &records[i];
        if (run->is_running || !run->has_group) continue;
        left--;
        if (kill(-run->group, 0) != 0 && errno == ESRCH) end_group(run);
    }
}

/* A process group that another process leads is not taken over: nothing says whose it is. */
void run_move_to(struct run *run, pid_t pid) {
    pid_t group = getpgid(pid);
    if (run->has_group) lingering--;
    if (run->has_strays) with_strays--;
    run->has_strays = 0;
    if (group == pid) run->group = pid;
    run->has_group = group == run->group;
    run->pid = pid;
    run->is_running = 1;
    run->followed = 0;
    run_set_tell(run, run->tell & ~(unsigned)(TELL_EXITED | TELL_GROUP_ENDED | TELL_TREE_ENDED));
    unreaped[run - records] = pid;
    running++;
    has_changed = 1;
}

int runs_need_look(void) {
    int needs = has_changed || with_strays > 0;
    has_changed = 0;
    return needs;
}

void run_note_strays(struct run *run, int has_strays) {
    if (run->has_strays == has_strays) return;
    run->has_strays = has_strays;
    with_strays += has_strays ? 1 : -1;
    if (has_strays) return;
    /* Told before of something that is gone now; a group that lives on ends for itself, and that is then the end of all. */
    if (!run->has_group && (run->tell & (TELL_RUN | TELL_EXITED | TELL_GROUP_ENDED)) == 0) run_set_tell(run, run->tell | TELL_TREE_ENDED);
    note_over(run);
}

int run_signal(struct run *run, int signal, enum run_scope scope) {
    if (scope == SCOPE_PROCESS || !run->has_group) {
        return run->is_running && kill(run->pid, signal) != 0 ? errno : 0;
    }
    if (kill(-run->group, signal) == 0) return 0;
    if (errno != ESRCH) return errno;
    if (run->is_running) return kill(run->pid, signal) != 0 ? errno : 0; /* it went into another group by itself */
    end_group(run);
    return 0;
}

static void close_streams(struct run *run) {
    for (int i = 0; i < RUN_PIPES; i++) {
        if (run->streams[i] >= 0) close(run->streams[i]);
        run->streams[i] = -1;
    }
}

void run_release(struct run *run) {
    if (run->is_released) return;
    run->is_released = 1;
    close_streams(run);
    note_over(run);
}

static void remove_at(int at) {
    count--;
    records[at] = records[count];
    numbers[at] = numbers[count];
    unreaped[at] = unreaped[count];
}

void run_drop(struct run *run) {
    run_set_tell(run, 0);
    close_streams(run);
    listen_release_all(run->sockets);
    running--;
    remove_at((int)(run - records));
}

struct run *runs_next_spawned(uint32_t before) {
    struct run *first = NULL;
    for (int i = 0, left = spawned; left > 0 && i < count; i++) {
        if ((records[i].tell & TELL_SPAWNED) == 0) continue;
        left--;
        int may_be_told = numbers[i] < before || numbers[i] >= FIRST_TASK_RUN;
        if (may_be_told && (first == NULL || numbers[i] < first->number)) first = &records[i];
    }
    return first;
}

struct run *runs_next_untold(void) {
    for (int tried = 0; untold > spawned && tried < count; tried++, turn++) {
        if (turn >= count) turn = 0;
        if (records[turn].tell != 0 && (records[turn].tell & TELL_SPAWNED) == 0) return &records[turn];
    }
    return NULL;
}

void runs_tell_all_again(void) {
    for (int i = 0; i < count; i++) run_set_tell(&records[i], TELL_RUN | (records[i].tell & TELL_KILLED));
}

void runs_forget_over(void) {
    if (over == 0) return;
    int kept_over = 0;
    for (int i = 0; i < count;) {
        struct run *run = &records[i];
        if (!is_over(&records[i]) || run->tell != 0) {
            kept_over += is_over(run);
            i++;
            continue;
        }
        remove_at(i);
    }
    over = kept_over;
}
