/* Whoever forks while it is being killed is found by the next round; rounds go on until none is left. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "supervise/ending.h"
#include "clock.h"
#include "direct/descendants.h"
#include "launch/holder.h"
#include "conversation/inbox.h"
#include "runs/launching.h"
#include "reaping.h"
#include "runs/runs.h"
#include "runs/tree.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUND_MS = 50 /* between two KILLs of what appeared meanwhile */, LAST_WAIT_S = 5 /* a process stuck in the kernel */ };

static int is_sweeping, has_killed;
static struct sweep_result result;
static uint64_t next_round;

int reap_all(pid_t supervisor, int *status) {
    struct rusage usage;
    int wait_status, found = 0;
    pid_t pid;
    while ((pid = wait4(-1, &wait_status, WNOHANG, &usage)) > 0) {
        if (pid == supervisor) {
            *status = wait_status;
            found = 1;
        } else if (!launching_ended(pid)) {
            runs_note_exit(pid, wait_status, &usage);
        }
    }
    runs_check_groups();
    tree_look_around();
    return found;
}

static void note_found(pid_t pid) {
    if (result.found++ >= LEFT_NAMED) return;
    struct leftover *one = &result.left[result.named++];
    one->pid = pid;
    one->run = tree_run_of(pid);
    one->was_killed = 0;
    process_name(pid, one->name);
}

static void note_killed(pid_t pid) {
    for (unsigned i = 0; i < result.named; i++) {
        if (result.left[i].pid == pid) result.left[i].was_killed = 1;
    }
}

void sweep_begin(uint32_t grace_ms, pid_t spare) {
    is_sweeping = 1;
    has_killed = 0;
    result = (struct sweep_result){0};
    next_round = clock_now() + (uint64_t)grace_ms * NS_PER_MS;
    descendants_signal_each(grace_ms == 0 ? 0 : SIGTERM, spare, note_found);
    if (grace_ms == 0) return;
    descendants_signal(SIGCONT, spare); /* who is stopped could not hear it otherwise */
}

const struct sweep_result *sweep_is_over(pid_t spare) {
    if (!is_sweeping) return NULL;
    int left;
    if (deadline_reached(next_round, clock_now())) {
        left = descendants_signal_each(SIGKILL, spare, has_killed ? NULL : note_killed);
        if (!has_killed) result.killed = (unsigned)left;
        has_killed = 1;
        next_round = clock_now() + (uint64_t)ROUND_MS * NS_PER_MS;
    } else {
        left = descendants_signal(0, spare);
    }
    if (left > 0) return NULL;
    is_sweeping = 0;
    return &result;
}

void sweep_abandon(void) { is_sweeping = 0; }

uint64_t sweep_deadline(void) { return is_sweeping ? next_round : 0; }

noreturn void end_with(int code) {
    uint64_t last = clock_now() + (uint64_t)LAST_WAIT_S * NS_PER_S;
    struct timespec round;
    struct pollfd wake = {inbox_fd(), POLLIN, 0};
    inbox_hear_children(1);
    while (!deadline_reached(last, clock_now())) {
        descendants_signal(SIGKILL, 0);
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) { }
        if (pid < 0 && errno == ECHILD) break;
        reaping_check(0, inbox_hears_children());
        ppoll(&wake, 1, deadline_timeout(clock_now() + (uint64_t)ROUND_MS * NS_PER_MS, &round), NULL);
        inbox_fetch(); /* what it took is reaped by the next round */
    }
    holder_take_back();
    _exit(code);
}
