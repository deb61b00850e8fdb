/* Waits for signals with all of them blocked (sigtimedwait), so that none is lost between two waits. Without a deadline there is no
 * timeout: an idle init is never woken. While the command is on its way to exec, which may take for ever, poll() waits for what it reports and
 * for signals; they are taken in the same way.
 *
 * One SIGCHLD stands for any number of ends, and its si_pid names only the first of them. It is therefore a hint about urgency
 * and never about what there is to reap. Orphans often end in bursts: for a millisecond SIGCHLD stays pending, so that a burst
 * costs a wake-up each millisecond instead of one each. Everything else is answered at once meanwhile. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "direct/direct_wake.h"
#include "clock.h"
#include "reaping.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KERNEL_MASK_BYTES = 8, GATHER_NS = NS_PER_MS, BLIND_NS = 10 * NS_PER_MS /* between two looks, where there is no signal descriptor */ };

static const unsigned long long all = ~0ULL, children = 1ULL << (SIGCHLD - 1);

void wake_begin(struct wake *wake) { *wake = (struct wake){.report = -1, .signals = -1, .owes_reaping = 1}; }

void wake_watch(struct wake *wake, int report) {
    wake->report = report;
    if (wake->signals >= 0)
        close(wake->signals);
    wake->signals = report < 0 ? -1 : (int)syscall(SYS_signalfd4, -1, &all, KERNEL_MASK_BYTES, SFD_CLOEXEC | SFD_NONBLOCK);
}

void wake_settled(struct wake *wake) { wake->owes_reaping = 0; }

/* Returns 1 when there is a report. Signals stay where they are. */
static int is_reported(const struct wake *wake, uint64_t until) {
    struct pollfd watched[2] = {{wake->report, POLLIN, 0}, {wake->signals, POLLIN, 0}};
    struct timespec left;
    if (wake->signals < 0)
        until = deadline_earlier(until, clock_now() + BLIND_NS);
    return ppoll(watched, 2, deadline_timeout(until, &left), NULL) > 0 && watched[0].revents != 0;
}

/* WAKE_DEADLINE after a timeout. The timeout is due at `until`, 0: never. */
static int take(const struct wake *wake, const unsigned long long *set, siginfo_t *info, uint64_t until) {
    static const struct timespec at_once;
    struct timespec left;
    if (wake->report >= 0 && is_reported(wake, until))
        return WAKE_REPORT;
    int signal = (int)syscall(SYS_rt_sigtimedwait, set, info, wake->report >= 0 ? &at_once : deadline_timeout(until, &left), KERNEL_MASK_BYTES);
    return signal > 0 ? signal : WAKE_DEADLINE;
}

/* What is due is looked at before each wait: a stream of other signals postpones neither a reaping nor a deadline. */
int wake_next(struct wake *wake, pid_t child, uint64_t deadline, siginfo_t *info) {
    for (;;) {
        uint64_t now = wake->owes_reaping || deadline ? clock_now() : 0;
        if (wake->owes_reaping && now >= wake->gather_until)
            return SIGCHLD;
        if (deadline_reached(deadline, now))
            return WAKE_DEADLINE;
        unsigned long long set = wake->owes_reaping ? all & ~children : all;
        reaping_check(wake->owes_reaping, (set & children) != 0);
        int signal = take(wake, &set, info, wake->owes_reaping ? deadline_earlier(wake->gather_until, deadline) : deadline);
        if (signal == SIGCHLD) {
            wake->owes_reaping = 1;
            wake->gather_until = info->si_pid == child || wake->report >= 0 ? 0 : clock_now() + GATHER_NS;
        } else if (signal) {
            return signal;
        }
    }
}
