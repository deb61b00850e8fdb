/* Direct mode: one child, every signal passed on to it, every exit collected, its exit code ours.
 * Decides only what the options say. What wakes it, the stop, how a child is started, and stopped terminals are next door. */
#include "direct/direct.h"
#include "direct/descendants.h"
#include "direct/direct_start.h"
#include "modes.h"
#include "proc.h"
#include "say.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void direct_tell(const struct direct *direct, int level, const char *what, int signal) {
    if (direct->options->verbosity >= level)
        say(what, signal ? signal_name(signal) : "", NULL);
}

noreturn void direct_finish(struct direct *direct) {
    int status = direct->status, code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (direct->options->verbosity > 0)
        say("child ", decimal(direct->child), WIFSIGNALED(status) ? " was ended by " : " exited with ",
            WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : decimal(code), NULL);
    terminal_take_back(&direct->terminal, direct->child);
    if (direct->options->ends_group)
        kill(-direct->child, SIGTERM);
    if (code < 256 && direct->options->as_zero[code / 8] & 1 << code % 8)
        code = 0;
    _exit(code);
}

void direct_send(const struct direct *direct, int signal) {
    if (direct->child == NO_CHILD)
        return;
    if (direct->status != STILL_RUNS && direct->options->waits_for_all)
        descendants_signal(signal, 0);
    else if (direct->status != STILL_RUNS)
        kill(-direct->child, signal);
    else if (direct->options->to_child_only || direct->options->group == GROUP_KEEP || kill(-direct->child, signal) != 0)
        kill(direct->child, signal);
}

static int is_terminal_stop(int signal) { return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

/* A child in our own process group got it from the terminal already. */
static int has_reached_child(const struct direct *direct, const siginfo_t *info) {
    return direct->options->group == GROUP_KEEP && info->si_code == SI_KERNEL && info->si_signo != SIGHUP;
}

static void on_signal(struct direct *direct, const siginfo_t *info) {
    int signal = info->si_signo, rewritten = direct->options->rewrite[signal];
    if (direct->child == NO_CHILD && (signal == SIGINT || signal == SIGTERM))
        _exit(0);
    if (!signal_is_forwardable(signal) || has_reached_child(direct, info) || rewritten == 0) {
        direct_tell(direct, 2, "not passed on: ", signal);
        return;
    }
    int sent = rewritten == REWRITE_NONE ? signal : rewritten;
    direct_tell(direct, 2, "passing on ", sent);
    if (sent == SIGCONT)
        direct->is_stopped = direct->passed_stop = 0;
    if (is_terminal_stop(sent))
        direct->passed_stop = sent;
    if (stop_is_meant(direct, sent) || stop_is_meant(direct, signal))
        stop_request(direct, sent);
    else
        direct_send(direct, sent);
    if (direct->options->suspends_itself && is_terminal_stop(signal))
        kill(getpid(), SIGSTOP);
}

/* PID 1 has no shell to go back to: a child stopped from the keyboard would hang for good, so it goes on. What somebody
 * stopped on purpose, by a signal, stays stopped. */
static int goes_on_as_pid1(struct direct *direct, int signal) {
    if (signal == SIGTTIN || signal == SIGTTOU)
        return terminal_on_demand(&direct->terminal, direct->child);
    return signal == SIGTSTP && direct->terminal.was_given && direct->passed_stop != SIGTSTP;
}

/* A frozen container looks like a hung one. Ctrl-Z in `docker run` without -t comes here as TSTP, for example. */
static void tell_frozen(const struct direct *direct, int signal) {
    char name[PROCESS_NAME_BYTES];
    if (direct->options->personality != AS_TSINIT)
        return;
    process_name(direct->child, name);
    say(name, " (", decimal(direct->child), ") was stopped by ", signal_name(signal), ", and goes on with SIGCONT", NULL);
}

static void on_child_stopped(struct direct *direct, int signal) {
    int goes_on;
    direct->is_stopped = 1;
    if (direct->options->group != GROUP_OWN)
        return;
    if (direct->origin->is_pid1)
        goes_on = goes_on_as_pid1(direct, signal);
    else
        goes_on = ((signal == SIGTTIN || signal == SIGTTOU) && terminal_on_demand(&direct->terminal, direct->child)) ||
                  terminal_stop_with(&direct->terminal, direct->child, signal);
    if (!goes_on) {
        tell_frozen(direct, signal);
        return;
    }
    direct->is_stopped = 0;
    kill(-direct->child, SIGCONT);
}

/* The command has been executed, or has ended on its way. Does not return when it cannot be executed. */
static void follow_start(struct direct *direct) {
    if (direct->launching.report < 0 || !direct_is_started(direct->options, &direct->terminal, &direct->launching))
        return;
    wake_watch(&direct->wake, -1);
    direct_tell(direct, 1, "child started", 0);
}

/* Stops early only when our own exit follows: the kernel collects the rest then. */
static void reap(struct direct *direct) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        if (WIFSTOPPED(status)) {
            if (pid == direct->child)
                on_child_stopped(direct, WSTOPSIG(status));
        } else if (pid == direct->child && direct->status == STILL_RUNS) {
            follow_start(direct);
            direct->status = status;
            if (!direct->options->waits_for_all && !(direct->options->waits_for_asked && direct->stop.signal))
                direct_finish(direct);
        } else if (direct->options->warns_on_reap || direct->options->verbosity > 1) {
            say("reaped orphan ", decimal(pid), NULL);
        }
    }
    int is_alone = pid < 0 && errno == ECHILD;
    wake_settled(&direct->wake);
    if (direct->status != STILL_RUNS)
        stop_follow(direct, is_alone);
}

noreturn void direct_mode(const struct origin *origin, const struct direct_options *options) {
    struct direct direct = {.origin = origin, .options = options, .status = STILL_RUNS, .launching = {-1, -1}};
    direct.terminal.fd = -1;
    if (options->parent_death_signal)
        prctl(PR_SET_PDEATHSIG, options->parent_death_signal, 0, 0, 0);
    wake_begin(&direct.wake);
    if (options->pauses) {
        direct_tell(&direct, 1, "pausing", 0);
    } else {
        direct.child = direct_start(origin, options, &direct.terminal, &direct.launching);
        wake_watch(&direct.wake, direct.launching.report);
    }
    for (;;) {
        siginfo_t info;
        int signal = wake_next(&direct.wake, direct.child, deadline_earlier(stop_deadline(&direct.stop), say_deadline()), &info);
        if (signal == SIGCHLD)
            reap(&direct);
        else if (signal == WAKE_REPORT)
            follow_start(&direct);
        else if (signal != WAKE_DEADLINE)
            on_signal(&direct, &info);
        else {
            say_owed();
            stop_on_time(&direct);
        }
    }
}
