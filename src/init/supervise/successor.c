/* Who is supervisor now, how the last one ended, when the next one starts. A supervisor that was in charge is replaced at
 * once, up to ten times in ten seconds; whatever fails sooner or more often waits, from 100 ms doubling to 5 s. */
#include "supervise/successor.h"
#include "supervise/absence.h"
#include "supervise/box.h"
#include "clock.h"
#include "supervise/degraded.h"
#include "supervise/ending.h"
#include "conversation/inbox.h"
#include "tools/limits.h"
#include "conversation/link.h"
#include "conversation/orders.h"
#include "conversation/refusals.h"
#include "runs/runs.h"
#include "say.h"
#include "supervise/supervisor_start.h"
#include "conversation/telling.h"
#include "supervise/watchdog.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    IMMEDIATE_STARTS = 10, IMMEDIATE_WINDOW_S = 10, /* a supervisor that crashes on one request is back before it is missed */
    FIRST_DELAY_MS = 100, LONGEST_DELAY_MS = 5000,
    EARLY_CRASHES = 3,   /* before any was ever ready: it will not get better */
    EARLY_STARTS = 10,   /* that failed, likewise, within 21 seconds */
    STOP_PATIENCE_S = 5, /* engines give 10 s from TERM to KILL: time must be left for stopping without a supervisor */
    FRAMES_PER_TURN = 256,
    BYTES_IN_MIB = 1048576
};

static const struct origin *origin;
static char *const *brain;
static int box = -1;
static pid_t pid;
static struct conversation talk;
static unsigned starts, early_crashes, failed_starts, delay_ms;
static int was_ever_ready, was_stopping, watchdog_bit;
static uint64_t immediate_starts[IMMEDIATE_STARTS], start_at, degrade_at;
static unsigned immediate_next;

pid_t successor_pid(void) { return pid; }

static void plan_start(unsigned wait_ms) { start_at = clock_now() + (uint64_t)wait_ms * NS_PER_MS; }

static unsigned longer_delay(void) {
    delay_ms = delay_ms == 0 ? FIRST_DELAY_MS : delay_ms * 2 < LONGEST_DELAY_MS ? delay_ms * 2 : LONGEST_DELAY_MS;
    return delay_ms;
}

/* Tries again, unless there is nothing to go on for: no supervisor was ever ready, so nothing that was asked for runs. */
static void start_failed(const char *why) {
    if (!was_ever_ready && ++failed_starts == EARLY_STARTS) {
        say("cannot start the supervisor: ", why, "; giving up after ", decimal(EARLY_STARTS), " tries", NULL);
        end_with(EXIT_CANNOT_SUPERVISE);
    }
    unsigned wait = longer_delay();
    absence_because("it cannot be started: ", why, NULL);
    say("cannot start the supervisor: ", why, "; trying again in ", decimal(wait), " ms", NULL);
    plan_start(wait);
}

static void start(void) {
    int link;
    start_at = 0;
    talk = (struct conversation){.exit_code = -1};
    pid = supervisor_start(origin, brain, box, &link);
    if (pid < 0) {
        pid = 0;
        start_failed(strerror(errno));
        return;
    }
    failed_starts = 0;
    watchdog_bit = 0;
    watchdog_reset();
    link_open(link);
    telling_begin(origin, starts++);
}

void successor_begin(const struct origin *found, char *const *other_brain) {
    origin = found;
    brain = other_brain;
    box = box_make();
    absence_open(box);
    start();
}

/* The socket is of no use any more: the process must not be either. Its end is reported by reaping it. */
static void cut_off(void) {
    link_close();
    if (pid > 0) kill(pid, SIGKILL);
}

int successor_serve(void) {
    struct frame frame;
    int more = 1;
    for (int i = 0; i < FRAMES_PER_TURN && more && refusals_have_room(); i++) {
        enum link_input input = link_receive(&frame);
        more = input == LINK_FRAME;
        if (more) order_obey(origin, &frame, &talk);
        if (input == LINK_BROKEN) say("supervisor sent a frame beyond all limits; ending it", NULL);
        if (input == LINK_BROKEN || input == LINK_CLOSED) cut_off();
        if (talk.exit_code >= 0 && talk.leaves_others) _exit(talk.exit_code);
        if (talk.exit_code >= 0) end_with(talk.exit_code);
    }
    if (talk.wants_sweep) sweep_begin(talk.sweep_grace_ms, pid);
    talk.wants_sweep = 0;
    if (talk.is_ready) inbox_settle(talk.handled);
    return more && refusals_have_room();
}

/* 0: at once. */
static unsigned delay_after(int was_ready) {
    uint64_t now = clock_now(), oldest = immediate_starts[immediate_next];
    if (!was_ready || (oldest != 0 && now - oldest < (uint64_t)IMMEDIATE_WINDOW_S * NS_PER_S)) return longer_delay();
    immediate_starts[immediate_next] = now;
    immediate_next = (immediate_next + 1) % IMMEDIATE_STARTS;
    return delay_ms = 0;
}

static const char *manner_of_end(int wait_status) {
    if (watchdog_bit) return "was killed since it gave no answer for too long";
    if (!WIFSIGNALED(wait_status)) return "ended with code ";
    const char *name = signal_name(WTERMSIG(wait_status));
    return name != NULL ? name : "an unknown signal";
}

static void say_end(int wait_status, unsigned wait) {
    int by_signal = WIFSIGNALED(wait_status) && !watchdog_bit;
    const char *code = WIFEXITED(wait_status) && !watchdog_bit ? decimal(WEXITSTATUS(wait_status)) : "";
    const char *manner = manner_of_end(wait_status);
    int running = runs_running();
    absence_because("the last one ", by_signal ? "ended by " : "", manner, code, NULL);
    say("supervisor ", by_signal ? "ended by " : "", manner, code, "; starting it again", wait > 0 ? " in " : "",
        wait > 0 ? decimal(wait) : "", wait > 0 ? " ms" : "", ", ", decimal(running), running == 1 ? " program runs on" : " programs run on", NULL);
}

static noreturn void give_up(int wait_status) {
    /* The kernel's way when memory runs out; nobody else kills a supervisor three times. */
    long long limit = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL ? limit_of_memory() : -1;
    say("supervisor ended by ", manner_of_end(wait_status), " before it was ready, ", decimal(EARLY_CRASHES), " times; giving up",
        limit >= 0 ? ": this container may use " : "", limit >= 0 ? decimal(limit / BYTES_IN_MIB) : "", limit >= 0 ? " MiB of memory, supervise mode needs 32; raise the limit, or use direct mode: tsinit -- COMMAND" : "", NULL);
    end_with(EXIT_CANNOT_SUPERVISE);
}

void successor_ended(int wait_status) {
    pid = 0;
    while (link_fd() >= 0 && successor_serve()) { } /* its last words count */
    link_close();
    was_ever_ready |= talk.is_ready;
    if (was_ever_ready) absence_begin();
    was_stopping |= talk.is_stopping;
    inbox_tell_again();
    sweep_abandon();
    telling_forget_swept();
    if (!was_ever_ready && WIFEXITED(wait_status)) end_with(WEXITSTATUS(wait_status));
    if (!was_ever_ready && ++early_crashes == EARLY_CRASHES) {
        give_up(wait_status);
    }
    unsigned wait = delay_after(talk.is_ready);
    talk.is_ready = 0;
    say_end(wait_status, wait);
    if (wait > 0) plan_start(wait);
    else start();
}

/* A stop was asked for: by a signal that nobody has taken, or of a supervisor that did not live to finish it. */
static int signal_of_stop(void) {
    int signal = inbox_stop_signal();
    return signal != 0 ? signal : was_stopping ? SIGTERM : 0;
}

static void degrade_if_due(void) {
    if (talk.is_ready) {
        degrade_at = 0;
        was_stopping = 0;
        return;
    }
    int signal = signal_of_stop();
    if (signal == 0) return;
    if (start_at != 0) degraded_stop(signal, 0);
    if (degrade_at == 0) degrade_at = clock_now() + (uint64_t)STOP_PATIENCE_S * NS_PER_S;
    if (deadline_reached(degrade_at, clock_now())) degraded_stop(signal, pid);
}

void successor_turn(void) {
    if (talk.is_ready) absence_end();
    else absence_note_runs();
    degrade_if_due();
    if (deadline_reached(start_at, clock_now())) start();
}

void successor_watch(void) {
    if (pid > 0 && link_fd() >= 0 && watchdog_bites(link_sent(), talk.handled, talk.is_ready)) {
        watchdog_bit = 1;
        cut_off();
    }
}

uint64_t successor_deadline(void) {
    uint64_t watchdog = link_fd() >= 0 ? watchdog_deadline() : 0;
    return deadline_earlier(deadline_earlier(start_at, degrade_at), watchdog);
}
