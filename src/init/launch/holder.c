/* All signals are blocked here, TTOU among them: that is what lets a process outside of the foreground move the terminal. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "launch/holder.h"
#include "proc.h"
#include "say.h"
#include "signals.h"
#include "direct/terminal.h"
#include "runs/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { STDIN = 0, NO_GROUP = -1 };

static struct { uint32_t run; pid_t pid; } holder; /* pid 0: there is none */
static struct terminal terminal = {.fd = -1};
static struct termios modes;

static pid_t foreground(void) {
    pid_t group;
    return ioctl(STDIN, TIOCGPGRP, &group) == 0 ? group : NO_GROUP;
}

int holder_prepare(int *given) {
    struct termios found;
    holder_look(); /* the last one may just have ended */
    *given = -1;
    if (holder.pid != 0 || tcgetattr(STDIN, &found) != 0) return 0;
    /* The leader of a session without a terminal of its own takes this one, unless it is another session's. */
    if (foreground() == NO_GROUP && getsid(0) == getpid()) ioctl(STDIN, TIOCSCTTY, 0);
    terminal = (struct terminal){.fd = STDIN, .ours = getpgrp()};
    modes = found;
    /* In the background of a shell it is not ours to give; groups outside of our PID namespace are all 0. */
    if (terminal.ours != 0 && foreground() == terminal.ours) *given = STDIN;
    return 1;
}

void holder_begin(const struct run *run, int given) {
    holder.run = run->number;
    holder.pid = run->pid;
    terminal.was_given = given >= 0;
}

/* Of the run itself, of a job that its shell has put there, or nobody's any more. */
static int is_of_holder(pid_t group) {
    if (group <= 0 || group == terminal.ours) return 0;
    return group == holder.pid || tree_run_of(group) == holder.run || (kill(-group, 0) != 0 && errno == ESRCH);
}

void holder_take_back(void) {
    if (holder.pid == 0) return;
    pid_t front = foreground();
    if (terminal.was_given && is_of_holder(front)) {
        if (terminal.ours != 0) ioctl(STDIN, TIOCSPGRP, &terminal.ours);
        front = terminal.ours;
    }
    if (front == terminal.ours) tcsetattr(STDIN, TCSANOW, &modes);
    holder.pid = 0;
    terminal.was_given = 0;
}

static void tell(int signal) {
    char name[PROCESS_NAME_BYTES];
    process_name(holder.pid, name);
    say(name, " (", decimal(holder.pid), ") was stopped by ", signal_name(signal), " and goes on: tsinit is not suspended from the keyboard", NULL);
}

/* It was stopped for wanting the terminal. Under `unshare --fork` our own process group is outside of our PID namespace and has no name here, so that it
 * could not be given the terminal back: then we take one of our own. */
static int give_on_demand(void) {
    if (terminal.ours != 0 || foreground() != 0) return terminal_on_demand(&terminal, holder.pid);
    if (setpgid(0, 0) != 0 || ioctl(STDIN, TIOCSPGRP, &holder.pid) != 0) return 0;
    terminal.ours = getpgrp();
    terminal.was_given = 1;
    return 1;
}

/* What somebody stops on purpose (STOP) stays stopped. */
static int goes_on(int signal) {
    if (signal == SIGTTIN || signal == SIGTTOU) return give_on_demand();
    return signal == SIGTSTP && terminal.was_given;
}

static void look_for_stop(void) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)holder.pid, &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) return;
    int signal = info.si_status;
    if (!goes_on(signal)) return;
    if (signal == SIGTSTP) tell(signal);
    kill(-holder.pid, SIGCONT);
}

void holder_look(void) {
    if (holder.pid == 0) return;
    const struct run *run = run_find(holder.run);
    if (run == NULL || !run->is_running) holder_take_back();
    else look_for_stop();
}
