/* signalfd by the raw system call: C libraries hide two of the 64 numbers from their sets. */
#include "conversation/inbox.h"
#include "signals.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SOMEBODY = -1, OUTSIDE = -1, KERNEL_MASK_BYTES = 8, BATCH = 16, POWER_SIGNAL = 30, HALT_SIGNAL = 37 /* RTMIN+3, as systemd has it */ };

#define BIT(signal) (UINT64_C(1) << ((signal) - 1))

struct noted { uint32_t untold, told, told_in_frame, sender_uid; int32_t sender_pid; };

static struct noted noted[SIGNAL_LAST + 1];
static int untold_numbers, told_numbers;
static int fd = -1, was_looked_at, hears_children = 1;
static uint64_t stops = BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGQUIT) | BIT(POWER_SIGNAL) | BIT(HALT_SIGNAL);

static int hear(uint64_t signals) { return (int)syscall(SYS_signalfd4, fd, &signals, KERNEL_MASK_BYTES, SFD_NONBLOCK | SFD_CLOEXEC); }

int inbox_open(void) {
    fd = hear(~(uint64_t)0);
    return fd;
}

void inbox_hear_children(int hears) {
    hears_children = hears;
    hear(hears ? ~(uint64_t)0 : ~((uint64_t)1 << (SIGCHLD - 1)));
}

int inbox_hears_children(void) { return hears_children; }

int inbox_fd(void) { return fd; }

static void note(const struct signalfd_siginfo *info) {
    struct noted *entry = &noted[info->ssi_signo];
    untold_numbers += entry->untold == 0;
    if (entry->untold < UINT32_MAX) entry->untold++;
    /* Who is not in our PID namespace has no number here: an engine is to be told from the kernel all the same. */
    entry->sender_pid = info->ssi_code == SI_KERNEL ? 0 : info->ssi_pid == 0 ? OUTSIDE : (int32_t)info->ssi_pid;
    entry->sender_uid = info->ssi_code == SI_KERNEL ? 0 : info->ssi_uid;
}

pid_t inbox_fetch(void) {
    struct signalfd_siginfo batch[BATCH];
    pid_t ended = 0;
    ssize_t got;
    while ((got = read(fd, batch, sizeof batch)) > 0) {
        size_t count = (size_t)got / sizeof batch[0];
        for (size_t i = 0; i < count; i++) {
            if (batch[i].ssi_signo == SIGCHLD) ended = batch[i].ssi_pid != 0 ? (pid_t)batch[i].ssi_pid : SOMEBODY;
            else if (batch[i].ssi_signo == SIGIO && batch[i].ssi_code == POLL_MSG) was_looked_at = 1;
            else if (batch[i].ssi_signo >= 1 && batch[i].ssi_signo <= SIGNAL_LAST) note(&batch[i]);
        }
        if (count < BATCH) break;
    }
    return ended;
}

int inbox_was_looked_at(void) {
    int was = was_looked_at;
    was_looked_at = 0;
    return was;
}

int inbox_peek(struct frame_writer *payload) {
    if (untold_numbers == 0) return 0;
    int signal = 1;
    while (signal < SIGNAL_LAST && noted[signal].untold == 0) signal++;
    payload->length = 0;
    put_u32(payload, (uint32_t)signal);
    put_u32(payload, (uint32_t)noted[signal].sender_pid);
    put_u32(payload, noted[signal].sender_uid);
    put_u32(payload, noted[signal].untold);
    return signal;
}

void inbox_told(int signal, uint32_t in_frame) {
    struct noted *entry = &noted[signal];
    told_numbers += entry->told == 0;
    entry->told += entry->untold;
    entry->told_in_frame = in_frame;
    entry->untold = 0;
    untold_numbers--;
}

void inbox_settle(uint32_t handled_frames) {
    for (int i = 1; told_numbers > 0 && i <= SIGNAL_LAST; i++) {
        if (noted[i].told == 0 || noted[i].told_in_frame > handled_frames) continue;
        noted[i].told = 0;
        told_numbers--;
    }
}

void inbox_tell_again(void) {
    for (int i = 1; told_numbers > 0 && i <= SIGNAL_LAST; i++) {
        if (noted[i].told == 0) continue;
        untold_numbers += noted[i].untold == 0;
        noted[i].untold += noted[i].told;
        noted[i].told = 0;
        told_numbers--;
    }
}

void inbox_set_stops(uint64_t signals) { stops = signals; }

/* The kernel's own WINCH is the new size of a window. */
static int asks_for_stop(int signal) {
    const struct noted *entry = &noted[signal];
    return (stops & BIT(signal)) != 0 && entry->untold + entry->told > 0 && !(signal == SIGWINCH && entry->sender_pid == 0);
}

int inbox_stop_signal(void) {
    if (untold_numbers + told_numbers == 0) return 0;
    if (asks_for_stop(SIGTERM)) return SIGTERM;
    for (int signal = 1; signal <= SIGNAL_LAST; signal++) {
        if (asks_for_stop(signal)) return signal;
    }
    return 0;
}
