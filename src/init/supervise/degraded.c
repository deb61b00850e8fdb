/* Stops all programs together, in no order, since the order was the supervisor's to know; of each the main process first, where its stop says so. What programs still write meanwhile
 * goes to the container's own output as it is, so that none of them hangs on a full pipe and last words are not lost. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "supervise/degraded.h"
#include "supervise/absence.h"
#include "clock.h"
#include "supervise/ending.h"
#include "conversation/inbox.h"
#include "reaping.h"
#include "runs/runs.h"
#include "say.h"
#include "signals.h"
#include "runs/tree.h"
#include "write_now.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum { LONGEST_WAIT_MS = 60000, CHUNK_BYTES = 4096 /* PIPE_BUF: a pipe that polls as writable takes it whole */ };

static struct pollfd watched[1 + 2 * RUNS_LIMIT];
static struct { struct run *run; int stream; } owners[1 + 2 * RUNS_LIMIT]; /* the table changes by reaping alone */

static int is_left(const struct run *run) {
    int waits_for_tree = run->stop.scope == SCOPE_TREE || run->stop.scope == SCOPE_TREE_REST;
    return run->is_running || (run->stop.scope != SCOPE_PROCESS && run->has_group) || (waits_for_tree && run->has_strays);
}

static int runs_left(void) {
    int left = 0;
    for (int i = 0; i < runs_count(); i++) left += is_left(run_at(i));
    return left;
}

/* ---- stop signals ---- */

static int is_laddered(const struct run *run) { return run->stop.scope == SCOPE_TREE_REST; }

/* Asks what has not been asked: the rest of a run whose main process has ended; at half of the time the rest of the process group of each other. */
static void ask_rest(int is_half_over) {
    for (int i = 0; i < runs_count(); i++) {
        struct run *run = run_at(i);
        if (!is_laddered(run) || !is_left(run) || (run->is_running && !is_half_over)) continue;
        if (run->is_running) {
            if (run->was_group_asked) continue;
            tree_signal(run, run->stop.signal, SCOPE_GROUP_REST, 1);
            run->was_group_asked = 1;
            continue;
        }
        tree_signal(run, run->stop.signal, run->was_group_asked ? SCOPE_STRAYS : SCOPE_TREE, 1);
        run->stop.scope = SCOPE_TREE; /* all are asked */
    }
}

/* Returns the longest time any of them may take. */
static uint32_t signal_runs(void) {
    uint32_t longest = 0;
    for (int i = 0; i < runs_count(); i++) {
        struct run *run = run_at(i);
        if (!is_left(run)) continue;
        tree_signal(run, run->stop.signal, is_laddered(run) ? SCOPE_PROCESS : run->stop.scope, 1);
        if (run->stop.wait_ms > longest) longest = run->stop.wait_ms;
    }
    return longest < LONGEST_WAIT_MS ? longest : LONGEST_WAIT_MS;
}

static nfds_t watch(void) {
    nfds_t count = 0;
    watched[count++] = (struct pollfd){inbox_fd(), POLLIN, 0};
    for (int i = 0; i < runs_count(); i++) {
        for (int stream = 1; stream < 3; stream++) {
            if (run_at(i)->streams[stream] < 0) continue;
            owners[count].run = run_at(i);
            owners[count].stream = stream;
            watched[count++] = (struct pollfd){run_at(i)->streams[stream], POLLIN, 0};
        }
    }
    return count;
}

/* One piece, passed on if that cannot block, else dropped. */
static void pass_on(struct run *run, int stream) {
    char chunk[CHUNK_BYTES];
    ssize_t length = read(run->streams[stream], chunk, sizeof chunk);
    if (length == 0) {
        close(run->streams[stream]);
        run->streams[stream] = -1;
    }
    if (length > 0) (void)!write_now(stream, chunk, (size_t)length);
}

static void serve_until(uint64_t deadline, int is_half_over) {
    for (ask_rest(is_half_over); runs_left() > 0 && !deadline_reached(deadline, clock_now()); ask_rest(is_half_over)) {
        struct timespec storage;
        nfds_t count = watch();
        reaping_check(0, inbox_hears_children());
        if (ppoll(watched, count, deadline_timeout(deadline, &storage), NULL) <= 0) continue;
        int ignored_status;
        for (nfds_t i = 1; i < count; i++) {
            if (watched[i].revents != 0) pass_on(owners[i].run, owners[i].stream);
        }
        if (watched[0].revents != 0 && inbox_fetch()) reap_all(0, &ignored_status); /* last: it moves the runs in their table */
    }
}

static void drain(void) {
    nfds_t count = watch();
    for (nfds_t i = 1; i < count; i++) {
        for (int piece = 0; piece < 16 && poll(&watched[i], 1, 0) == 1 && owners[i].run->streams[owners[i].stream] >= 0; piece++) {
            pass_on(owners[i].run, owners[i].stream);
        }
    }
}

noreturn void degraded_stop(int signal, pid_t supervisor) {
    const char *name = signal_name(signal);
    say("there is no supervisor to handle ", name != NULL ? name : "a signal", "; stopping ", decimal(runs_running()),
        " programs without it", NULL);
    absence_note_stop();
    if (supervisor > 0) kill(supervisor, SIGKILL);
    int ignored_status;
    reap_all(0, &ignored_status);
    inbox_hear_children(1);
    uint32_t longest = signal_runs();
    uint64_t began = clock_now(), all_ns = (uint64_t)longest * NS_PER_MS;
    serve_until(began + all_ns / 2, 0);
    serve_until(began + all_ns, 1);
    drain();
    end_with(128 + signal);
}
