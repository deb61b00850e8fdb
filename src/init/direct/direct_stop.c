/* The ladder of a stop, under tsinit's own name: the stop signal to the main process alone; to the rest when that has ended, or to
 * the rest of its process group at half of the stop timeout; KILL at the end. A process that had the stop signal from init does not
 * get it again, and what was asked is waited for. The other names have one step: their signal, passed on.
 *
 * "The rest" is the process group of the command, with --wait-all every descendant. It is read from /proc; where there is no /proc
 * of ours, the process group is signalled as a whole. */
#include "direct/direct_stop.h"
#include "clock.h"
#include "direct/descendants.h"
#include "direct/direct.h"
#include "proc.h"
#include "say.h"

#include <errno.h>
#include <string.h>

enum { RECHECK_MS = 100, AFTER_KILL_MS = 1000, SIGNAL_SYSTEMD_STOP = 37, NAMED = 16, NAMES_BYTES = 512 };

static uint64_t after(long milliseconds) { return clock_now() + (uint64_t)milliseconds * NS_PER_MS; }

static int has_ended(const struct direct *direct) { return direct->status != STILL_RUNS; }

/* QUIT asks a JVM for a thread dump, RTMIN+3 may be anything to a program that catches it. */
int stop_is_meant(const struct direct *direct, int signal) {
    uint64_t chosen = direct->options->stop_signals;
    if (direct->child == NO_CHILD)
        return 0;
    if (chosen)
        return (int)(chosen >> (signal - 1) & 1);
    if (signal == SIGQUIT || signal == SIGPWR || signal == SIGNAL_SYSTEMD_STOP)
        return has_ended(direct) ? direct->stop.signal != 0 : !process_catches(direct->child, signal);
    return signal == SIGTERM || signal == SIGINT;
}

/* ---- one round over the rest ---- */

struct round { struct direct *direct; int is_tree, was_full, count; };

static int is_asked(const struct stop *stop, pid_t pid) {
    for (unsigned i = 0; i < stop->asked_count; i++)
        if (stop->asked[i] == pid)
            return 1;
    return 0;
}

static void note_asked(struct stop *stop, pid_t pid) {
    if (stop->asked_count < STOP_ASKED && !is_asked(stop, pid))
        stop->asked[stop->asked_count++] = pid;
}

/* A living process of the rest; the main process counts as one. */
static int is_in_round(const struct round *round, pid_t pid, struct process *process) {
    if (!process_read(pid, process) || process_is_dead(process))
        return 0;
    if (process->group == round->direct->child || pid == round->direct->child)
        return 1;
    return round->is_tree && descendants_include(process->parent);
}

/* A shell starts what is in its background with INT and QUIT ignored: that is asked with TERM. */
static void ask(pid_t pid, void *context) {
    struct round *round = context;
    struct stop *stop = &round->direct->stop;
    struct process process;
    if (!is_in_round(round, pid, &process) || is_asked(stop, pid) || round->was_full)
        return;
    note_asked(stop, pid);
    kill(pid, process_ignores(pid, stop->signal) ? SIGTERM : stop->signal);
    if (process.state == 'T') /* a stopped process does not notice the stop signal */
        kill(pid, SIGCONT);
}

static void ask_rest(struct direct *direct, int is_tree) {
    struct round round = {direct, is_tree, direct->stop.asked_count == STOP_ASKED, 0};
    if (processes_each(ask, &round))
        return;
    for (int i = 0, signals[] = {direct->stop.signal, SIGCONT}; i < 2; i++)
        if (!is_tree || descendants_signal(signals[i], 0) == 0)
            kill(-direct->child, signals[i]);
}

static void count_one(pid_t pid, void *context) {
    struct round *round = context;
    struct process process;
    round->count += is_in_round(round, pid, &process);
}

/* Reaped ones are out of the group. What is left in it may be zombies of parents outside of it, and those are not waited for. */
static int is_group_gone(struct direct *direct, int looks_closely) {
    struct round round = {.direct = direct};
    if (kill(-direct->child, 0) != 0 && errno == ESRCH)
        return 1;
    return looks_closely && processes_each(count_one, &round) && round.count == 0;
}

/* ---- KILL ---- */

struct names { struct round round; unsigned used; char text[NAMES_BYTES]; };

static void put(struct names *names, const char *piece) {
    for (; *piece && names->used < NAMES_BYTES - 1; piece++)
        names->text[names->used++] = (unsigned char)*piece < ' ' || *piece == 127 ? '?' : *piece;
}

static void put_name(pid_t pid, void *context) {
    struct names *names = context;
    struct process process;
    char name[PROCESS_NAME_BYTES];
    if (!is_in_round(&names->round, pid, &process) || names->round.count++ >= NAMED)
        return;
    process_name(pid, name);
    put(names, names->round.count > 1 ? ", " : "");
    put(names, name);
    put(names, " (");
    put(names, decimal(pid));
    put(names, ")");
}

static void kill_all(struct direct *direct) {
    int is_tree = direct->options->waits_for_all;
    struct names names = {.round = {.direct = direct, .is_tree = is_tree}};
    processes_each(put_name, &names);
    names.text[names.used] = 0;
    int more = names.round.count - NAMED;
    if (names.used)
        say("not stopped in time, KILLed: ", names.text, more > 0 ? " and " : "", more > 0 ? decimal(more) : "", more > 0 ? " more" : "", NULL);
    kill(-direct->child, SIGKILL);
    if (!has_ended(direct))
        kill(direct->child, SIGKILL);
    if (is_tree)
        descendants_signal(SIGKILL, 0);
    direct->stop.has_killed = 1;
    direct->stop.half = direct->stop.end = 0;
    direct->stop.look = has_ended(direct) ? after(is_tree ? RECHECK_MS : AFTER_KILL_MS) : 0;
}

/* ---- the rungs ---- */

static int is_main_stopped(const struct direct *direct) {
    struct process process;
    return direct->is_stopped || (process_read(direct->child, &process) && process.state == 'T');
}

static void note_group_member(pid_t pid, void *context) {
    struct round *round = context;
    struct process process;
    if (is_in_round(round, pid, &process))
        note_asked(&round->direct->stop, pid);
}

/* The whole group at once, or what the other names do. With --wait-all the group is remembered, for the tree is asked later. */
static void ask_as_options_say(struct direct *direct, int signal) {
    struct round round = {.direct = direct};
    if (direct->options->waits_for_all && !direct->options->to_child_only)
        processes_each(note_group_member, &round);
    direct_send(direct, signal);
}

void stop_request(struct direct *direct, int signal) {
    struct stop *stop = &direct->stop;
    long timeout = direct->options->stop_timeout_ms;
    int is_first = stop->signal == 0;
    stop->signal = signal;
    if (has_ended(direct) || !direct->options->has_ladder) {
        ask_as_options_say(direct, signal);
    } else {
        note_asked(stop, direct->child);
        kill(direct->child, signal);
    }
    if (!has_ended(direct) && is_main_stopped(direct)) {
        direct->is_stopped = 0;
        direct_send(direct, SIGCONT);
    }
    if (!is_first || has_ended(direct) || timeout == NO_TIMEOUT)
        return;
    stop->end = after(timeout);
    stop->half = direct->options->has_ladder ? after(timeout / 2) : 0;
}

static void begin_rest(struct direct *direct) {
    struct stop *stop = &direct->stop;
    int is_tree = direct->options->waits_for_all, is_asked_for = stop->signal != 0;
    long timeout = direct->options->stop_timeout_ms;
    direct_tell(direct, 1, is_tree ? "child has ended, ending its descendants" : "child has ended, waiting for the rest of its group", 0);
    stop->is_rest_asked = 1;
    stop->half = 0;
    if (!is_asked_for)
        stop->signal = SIGTERM;
    if (!stop->end && !stop->has_killed)
        stop->end = after(timeout == NO_TIMEOUT ? DEFAULT_WAIT_ALL_MS : timeout);
    if (!is_tree || stop->has_killed)
        stop->look = after(stop->has_killed && !is_tree ? AFTER_KILL_MS : RECHECK_MS);
    if (!stop->has_killed && (is_tree || direct->options->has_ladder))
        ask_rest(direct, is_tree);
}

void stop_follow(struct direct *direct, int is_alone) {
    const struct direct_options *options = direct->options;
    int is_waited_for = options->waits_for_all || (options->waits_for_asked && direct->stop.signal != 0);
    if (is_alone || !is_waited_for)
        direct_finish(direct);
    if (!options->waits_for_all && is_group_gone(direct, 0))
        direct_finish(direct);
    if (!direct->stop.is_rest_asked)
        begin_rest(direct);
}

/* What was born while KILL was sent is found by the next round. As PID 1 the end is waited for: kill(-1) leaves nothing behind. */
static void look_at_rest(struct direct *direct) {
    struct stop *stop = &direct->stop;
    stop->look = after(RECHECK_MS);
    if (direct->options->waits_for_all) {
        if (descendants_signal(SIGKILL, 0) == 0 && !direct->origin->is_pid1)
            direct_finish(direct);
    } else if (stop->has_killed || is_group_gone(direct, 1)) {
        direct_finish(direct);
    }
}

void stop_on_time(struct direct *direct) {
    struct stop *stop = &direct->stop;
    uint64_t now = clock_now();
    if (deadline_reached(stop->end, now)) {
        kill_all(direct);
    } else if (deadline_reached(stop->half, now)) {
        stop->half = 0;
        direct_tell(direct, 1, "half of the stop timeout is over, the rest of the group gets ", stop->signal);
        ask_rest(direct, 0);
    } else if (deadline_reached(stop->look, now)) {
        look_at_rest(direct);
    }
}
