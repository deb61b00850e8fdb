/* Stops everything at once, in no order, since the order was the supervisor's to know. What programs still write meanwhile
 * goes to the container's own output as it is, so that none of them hangs on a full pipe and last words are not lost. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "degraded.h"
#include "clock.h"
#include "ending.h"
#include "inbox.h"
#include "runs.h"
#include "say.h"
#include "signals.h"
#include "tree.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum { LONGEST_WAIT_MS = 60000, CHUNK_BYTES = 4096 /* PIPE_BUF: a pipe that polls as writable takes it whole */ };

static struct pollfd watched[1 + 2 * RUNS_LIMIT];
static struct { struct run *run; int stream; } owners[1 + 2 * RUNS_LIMIT]; /* the table does not change here */

static int is_left(const struct run *run) {
    return run->is_running || (run->stop.scope != SCOPE_PROCESS && run->has_group) || (run->stop.scope == SCOPE_TREE && run->has_strays);
}

static int runs_left(void) {
    int left = 0;
    for (int i = 0; i < runs_count(); i++) left += is_left(run_at(i));
    return left;
}

static void signal_run(struct run *run, int signal) {
    if (run->stop.scope == SCOPE_TREE) tree_signal(run, signal);
    else run_signal(run, signal, run->stop.scope);
}

/* Returns the longest time any of them may take. */
static uint32_t signal_runs(void) {
    uint32_t longest = 0;
    for (int i = 0; i < runs_count(); i++) {
        struct run *run = run_at(i);
        if (!is_left(run)) continue;
        signal_run(run, run->stop.signal);
        signal_run(run, SIGCONT);
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
    struct pollfd out = {stream, POLLOUT, 0};
    if (length > 0 && poll(&out, 1, 0) == 1 && (out.revents & POLLOUT)) (void)!write(stream, chunk, (size_t)length);
}

static void serve_until(uint64_t deadline) {
    while (runs_left() > 0 && !deadline_reached(deadline, clock_now())) {
        struct timespec storage;
        nfds_t count = watch();
        if (ppoll(watched, count, deadline_timeout(deadline, &storage), NULL) <= 0) continue;
        int ignored_status;
        if (watched[0].revents != 0 && inbox_fetch()) reap_all(0, &ignored_status);
        for (nfds_t i = 1; i < count; i++) {
            if (watched[i].revents != 0) pass_on(owners[i].run, owners[i].stream);
        }
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
    if (supervisor > 0) kill(supervisor, SIGKILL);
    int ignored_status;
    reap_all(0, &ignored_status);
    inbox_hear_children(1);
    uint32_t longest = signal_runs();
    serve_until(clock_now() + (uint64_t)longest * NS_PER_MS);
    drain();
    end_with(128 + signal);
}
