/* Supervise mode: one loop over the signals, the supervisor's socket, and a pipe for each program on its way to exec. A timeout is set only while
 * something is pending (a delayed start, an answer, a sweep); otherwise nothing wakes us. Everything that can go wrong with
 * the supervisor ends in its replacement, never in ours. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "clock.h"
#include "runs/copied_marks.h"
#include "supervise/ending.h"
#include "launch/holder.h"
#include "conversation/inbox.h"
#include "runs/launching.h"
#include "tools/limits.h"
#include "conversation/link.h"
#include "modes.h"
#include "node/payload.h"
#include "reaping.h"
#include "conversation/refusals.h"
#include "runs/runs.h"
#include "sockets/listen.h"
#include "say.h"
#include "supervise/successor.h"
#include "conversation/telling.h"
#include "runs/tree.h"
#include "supervise/watchdog.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
    PROCESSES_NEEDED = 5, /* init, and the embedded Node with its threads; a program comes on top */
    GATHER_NS = 4000000   /* how long orphans may gather before they are reaped: a burst of thousands then costs a wakeup each few milliseconds, not one each */
};

/* The debt of reaping.h. While orphans gather, SIGCHLD stays pending and is not heard. */
static int owes_reaping = 1;
static uint64_t gather_until; /* the debt is due then; 0: at once */

static void raise_nofile(const struct rlimit *found) {
    struct rlimit raised = {found->rlim_max, found->rlim_max};
    setrlimit(RLIMIT_NOFILE, &raised); /* where it may not be raised, what is there has to do */
}

static short link_events(void) {
    return (short)((refusals_have_room() ? POLLIN : 0) | (link_is_blocked() ? POLLOUT : 0));
}

/* Returns what happened to the signals (bit 1) and whether the socket takes more (bit 2). */
static int wait_for_something(int has_more) {
    struct timespec storage, at_once = {0, 0};
    static struct pollfd watched[2 + RUNS_LIMIT];
    watched[0] = (struct pollfd){inbox_fd(), POLLIN, 0};
    watched[1] = (struct pollfd){link_fd(), link_events(), 0};
    unsigned launching = launching_watch(watched + 2);
    uint64_t deadline = deadline_earlier(deadline_earlier(successor_deadline(), sweep_deadline()), deadline_earlier(gather_until, launching_deadline()));
    deadline = deadline_earlier(deadline, say_deadline());
    deadline = deadline_earlier(deadline, copied_marks_deadline());
    const struct timespec *timeout = has_more ? &at_once : deadline_timeout(deadline, &storage);
    reaping_check(owes_reaping, inbox_hears_children());
    if (ppoll(watched, 2 + launching, timeout, NULL) < 0) return 0;
    launching_serve(watched + 2, launching);
    return (watched[0].revents != 0 ? 1 : 0) | (watched[1].revents & POLLOUT ? 2 : 0);
}

static void collect_exits(void) {
    int wait_status;
    int has_ended = reap_all(successor_pid(), &wait_status);
    holder_look();
    if (has_ended) successor_ended(wait_status);
}

static void go_on_sweeping(int is_worth_a_look) {
    if (!is_worth_a_look && !deadline_reached(sweep_deadline(), clock_now())) return;
    const struct sweep_result *swept = sweep_is_over(successor_pid());
    if (swept != NULL) telling_add_swept(swept);
}

/* One that is waited for is reaped at once; orphans may gather. */
static void owe_reaping(pid_t ended) {
    int is_awaited = ended == successor_pid() || runs_await(ended);
    owes_reaping = 1;
    gather_until = is_awaited ? 0 : clock_now() + GATHER_NS;
    if (!is_awaited) inbox_hear_children(0);
}

static void reap_when_due(void) {
    if (!owes_reaping || (gather_until != 0 && !deadline_reached(gather_until, clock_now()))) return;
    if (gather_until != 0) inbox_hear_children(1);
    gather_until = 0;
    collect_exits();
    owes_reaping = 0;
    go_on_sweeping(1);
}

/* With fewer Node would wait for ever for a thread. */
static void refuse_few_processes(void) {
    long long limit = limit_of_processes();
    if (limit < 0 || limit > PROCESSES_NEEDED) return;
    say("cannot supervise: this container may have ", decimal(limit), " processes and threads, tsinit itself needs ", decimal(PROCESSES_NEEDED),
        "; raise the limit (docker run --pids-limit), or use direct mode: tsinit -- COMMAND", NULL);
    _exit(EXIT_CANNOT_SUPERVISE);
}

noreturn void supervise_mode(const struct origin *origin, char *const *brain) {
    if (brain == NULL && !payload_present()) {
        say("this file carries no supervisor, it can only run a command: tsinit -- COMMAND", NULL);
        _exit(EXIT_CANNOT_SUPERVISE);
    }
    if (brain == NULL) refuse_few_processes();
    if (inbox_open() < 0) {
        say("cannot receive signals: ", strerror(errno), NULL);
        _exit(EXIT_CANNOT_SUPERVISE);
    }
    raise_nofile(&origin->nofile);
    watchdog_configure(origin->envp);
    tree_begin();
    successor_begin(origin, brain);
    for (int has_more = 0;;) {
        reap_when_due();
        int was_sweeping = sweep_deadline() != 0;
        has_more = successor_serve();
        successor_turn();
        go_on_sweeping(!was_sweeping && sweep_deadline() != 0);
        if (!link_is_blocked()) telling_go_on();
        successor_watch();
        int happened = wait_for_something(has_more);
        pid_t ended = (happened & 1) != 0 ? inbox_fetch() : 0;
        if (ended != 0) owe_reaping(ended);
        if ((happened & 2) != 0) telling_go_on();
        if (inbox_was_looked_at()) copied_marks_expect();
        copied_marks_turn();
        listen_turn();
        say_owed();
    }
}
