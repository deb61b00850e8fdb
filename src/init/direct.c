/* Direct mode: one child, every signal passed on to it, every exit collected, its exit code ours.
 * All signals stay blocked for good and are fetched one at a time by sigtimedwait, so nothing is lost before the child is
 * there and nothing happens between two of them. Without a deadline there is no timeout: idle means no wakeups.
 * Decides only what the options say; how a child is started, stopped terminals and descendants are next door. */
#include "args.h"
#include "descendants.h"
#include "direct_start.h"
#include "modes.h"
#include "say.h"
#include "terminal.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KERNEL_MASK_BYTES = 8, NO_DEADLINE = -1, STILL_RUNS = -1, NO_CHILD = 0, RECHECK_MS = 100, SIGNAL_SYSTEMD_STOP = 37 };

/* How long orphans may gather before they are reaped: a burst of thousands then costs a wakeup each millisecond, not one each. */
enum { GATHER_NS = 1000000 };

enum sweep { SWEEP_NOT_YET, SWEEP_ENDING, SWEEP_KILLING };

struct direct {
    const struct origin *origin;
    const struct direct_options *options;
    pid_t child;
    int status;          /* wait status of the child, or STILL_RUNS */
    int is_stopped;      /* the child was stopped and not continued by us since */
    int passed_stop;     /* the last terminal stop signal that we passed on ourselves */
    enum sweep sweep;    /* ending what the child left behind (--wait-all) */
    int lets_gather;     /* an orphan has ended: more may follow, see GATHER_NS */
    long long deadline;  /* monotonic milliseconds, or NO_DEADLINE */
    struct terminal terminal;
};

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void tell(const struct direct *direct, int level, const char *what, int signal) {
    if (direct->options->verbosity >= level)
        say(what, signal ? signal_name(signal) : "", NULL);
}

static noreturn void finish(struct direct *direct) {
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

static void send(const struct direct *direct, int signal) {
    if (direct->child == NO_CHILD)
        return;
    if (direct->status != STILL_RUNS)
        descendants_signal(signal, 0);
    else if (direct->options->to_child_only || direct->options->group == GROUP_KEEP || kill(-direct->child, signal) != 0)
        kill(direct->child, signal);
}

static int asks_to_stop(int signal) {
    return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGPWR || signal == SIGNAL_SYSTEMD_STOP;
}

static int is_terminal_stop(int signal) { return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

/* A child in our own process group got it from the terminal already. */
static int has_reached_child(const struct direct *direct, const siginfo_t *info) {
    return direct->options->group == GROUP_KEEP && info->si_code == SI_KERNEL && info->si_signo != SIGHUP;
}

static void on_stop_request(struct direct *direct) {
    if (direct->is_stopped) { /* what is stopped does not notice TERM */
        direct->is_stopped = 0;
        send(direct, SIGCONT);
    }
    if (direct->options->stop_timeout_ms != NO_TIMEOUT && direct->deadline == NO_DEADLINE && direct->status == STILL_RUNS)
        direct->deadline = now_ms() + direct->options->stop_timeout_ms;
}

static void on_signal(struct direct *direct, const siginfo_t *info) {
    int signal = info->si_signo, rewritten = direct->options->rewrite[signal];
    if (direct->child == NO_CHILD && (signal == SIGINT || signal == SIGTERM))
        _exit(0);
    if (!signal_is_forwardable(signal) || has_reached_child(direct, info) || rewritten == 0) {
        tell(direct, 2, "not passed on: ", signal);
        return;
    }
    int sent = rewritten == REWRITE_NONE ? signal : rewritten;
    tell(direct, 2, "passing on ", sent);
    if (sent == SIGCONT)
        direct->is_stopped = direct->passed_stop = 0;
    if (is_terminal_stop(sent))
        direct->passed_stop = sent;
    send(direct, sent);
    if (direct->options->suspends_itself && is_terminal_stop(signal))
        kill(getpid(), SIGSTOP);
    if (asks_to_stop(signal) || asks_to_stop(sent))
        on_stop_request(direct);
}

/* PID 1 has no shell to go back to: a child stopped from the keyboard would hang for good, so it goes on. What somebody
 * stopped on purpose, by a signal, stays stopped. */
static int goes_on_as_pid1(struct direct *direct, int signal) {
    if (signal == SIGTTIN || signal == SIGTTOU)
        return terminal_on_demand(&direct->terminal, direct->child);
    return signal == SIGTSTP && direct->terminal.was_given && direct->passed_stop != SIGTSTP;
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
    if (!goes_on)
        return;
    direct->is_stopped = 0;
    kill(-direct->child, SIGCONT);
}

static void sweep(struct direct *direct) {
    if (direct->sweep == SWEEP_NOT_YET) {
        long grace = direct->options->stop_timeout_ms == NO_TIMEOUT ? DEFAULT_WAIT_ALL_MS : direct->options->stop_timeout_ms;
        tell(direct, 1, "child has ended, ending its descendants", 0);
        direct->sweep = SWEEP_ENDING;
        direct->deadline = now_ms() + grace;
        descendants_signal(SIGTERM, 0);
        descendants_signal(SIGCONT, 0);
    } else if (direct->sweep == SWEEP_KILLING) {
        direct->deadline = now_ms() + RECHECK_MS; /* for those that were born during the scan */
        if (descendants_signal(SIGKILL, 0) == 0 && !direct->origin->is_pid1)
            finish(direct);
    }
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
            direct->status = status;
            if (!direct->options->waits_for_all)
                finish(direct);
        } else if (direct->options->warns_on_reap || direct->options->verbosity > 1) {
            say("reaped orphan ", decimal(pid), NULL);
        }
    }
    if (direct->status == STILL_RUNS)
        return;
    if (pid < 0 && errno == ECHILD)
        finish(direct);
    sweep(direct);
}

static void on_deadline(struct direct *direct) {
    direct->deadline = NO_DEADLINE;
    if (direct->status != STILL_RUNS) {
        direct->sweep = SWEEP_KILLING;
        sweep(direct);
        return;
    }
    tell(direct, 1, "not stopped in time, sending ", SIGKILL);
    kill(-direct->child, SIGKILL);
    kill(direct->child, SIGKILL);
}

/* The next signal, or 0 when the deadline has passed. */
/* While orphans gather, CHLD is left pending; everything else is heard at once. */
static int next_signal(struct direct *direct, siginfo_t *info) {
    unsigned long long all = ~0ULL, all_but_children = ~(1ULL << (SIGCHLD - 1));
    if (direct->lets_gather) {
        struct timespec gather = {0, GATHER_NS};
        direct->lets_gather = 0;
        int signal = (int)syscall(SYS_rt_sigtimedwait, &all_but_children, info, &gather, KERNEL_MASK_BYTES);
        if (signal > 0)
            return signal;
        info->si_pid = 0; /* whoever it is */
        return SIGCHLD;
    }
    struct timespec left, *timeout = NULL;
    if (direct->deadline != NO_DEADLINE) {
        long long rest = direct->deadline - now_ms();
        if (rest <= 0)
            return 0;
        left = (struct timespec){rest / 1000, rest % 1000 * 1000000};
        timeout = &left;
    }
    return (int)syscall(SYS_rt_sigtimedwait, &all, info, timeout, KERNEL_MASK_BYTES);
}

/* One signal stands for any number of ends and names the first of them. */
static void on_child_ended(struct direct *direct, const siginfo_t *info) {
    if (info->si_pid == direct->child || info->si_pid == 0)
        reap(direct);
    else
        direct->lets_gather = 1;
}

noreturn void direct_mode(const struct origin *origin, const struct direct_options *options) {
    struct direct direct = {.origin = origin, .options = options, .status = STILL_RUNS, .deadline = NO_DEADLINE};
    direct.terminal.fd = -1;
    if (options->parent_death_signal)
        prctl(PR_SET_PDEATHSIG, options->parent_death_signal, 0, 0, 0);
    if (!options->pauses)
        direct.child = direct_start(origin, options, &direct.terminal);
    tell(&direct, 1, options->pauses ? "pausing" : "child started", 0);
    for (;;) {
        siginfo_t info;
        int signal = next_signal(&direct, &info);
        if (signal == SIGCHLD)
            on_child_ended(&direct, &info);
        else if (signal > 0)
            on_signal(&direct, &info);
        else if (direct.deadline != NO_DEADLINE && now_ms() >= direct.deadline)
            on_deadline(&direct);
    }
}
