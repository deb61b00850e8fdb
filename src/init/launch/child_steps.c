/* The steps between fork and exec. The order matters: what needs privileges comes before they are given up; the directory
 * is entered as the new user, as supervisord does. set*id and limits go by raw system calls, since C libraries apply them
 * to "all threads" of a process image that is still init's. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "launch/child_steps.h"
#include "launch/capabilities.h"
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KERNEL_SIGNALS = 64, KERNEL_MASK_BYTES = 8, IO_PRIORITY_OF_PROCESS = 1,
       GROUPS_CHECKED = LAUNCH_GROUPS };

static void default_dispositions(void) {
    static const unsigned char all_default[64]; /* the kernel's struct sigaction, all zero: SIG_DFL, no flags */
    for (int number = 1; number <= KERNEL_SIGNALS; number++) {
        syscall(SYS_rt_sigaction, number, all_default, NULL, KERNEL_MASK_BYTES); /* KILL and STOP refuse: fine */
    }
}

static void write_pid(char *text) {
    char digits[12];
    int count = 0;
    for (long pid = syscall(SYS_getpid); pid > 0 && count < 11; pid /= 10) digits[count++] = (char)('0' + pid % 10);
    while (count > 0) *text++ = digits[--count];
    *text = '\0';
}

/* /dev/null, or what comes near to it in an image without devices: the end of a pipe that nobody writes, and a handle on which
 * writing fails as on a closed descriptor. */
static int open_nothing(int stream) {
    int ends[2], file = open("/dev/null", stream == 0 ? O_RDONLY : O_WRONLY);
    if (file >= 0) return file;
    if (stream != 0 || pipe(ends) != 0) return open("/", O_PATH);
    close(ends[1]);
    return ends[0];
}

int child_streams(const int sources[3]) {
    int from[3];
    for (int i = 0; i < 3; i++) { /* lift sources out of the way first: 1 may be to become 0 and 0 to become 1 */
        from[i] = sources[i];
        if (from[i] >= 0 && from[i] < 3 && from[i] != i) from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
        if (from[i] < 0 && sources[i] >= 0) return errno;
    }
    for (int i = 0; i < 3; i++) {
        int opened = from[i] < 0 ? open_nothing(i) : -1;
        if (from[i] < 0 && opened < 0) return errno;
        int source = opened >= 0 ? opened : from[i];
        if (source == i) {
            if (fcntl(i, F_SETFD, 0) != 0) return errno;
            continue;
        }
        if (dup2(source, i) < 0) return errno;
        if (opened >= 0) close(opened);
    }
    return 0;
}

/* Not being able to become the foreground costs Ctrl-C, not the program: only a nonsensical request is a failure. */
static int take_terminal(const struct launch *request) {
    if (request->group == GROUP_SESSION) ioctl(request->terminal, TIOCSCTTY, 0);
    pid_t self = (pid_t)syscall(SYS_getpid);
    if (ioctl(request->terminal, TIOCSPGRP, &self) == 0) return 0;
    return errno == ENOTTY || errno == ENXIO || errno == EPERM || errno == EIO ? 0 : errno;
}

static int set_oom_score(int score) {
    char text[12];
    int at = (int)sizeof text;
    unsigned magnitude = score < 0 ? 0U - (unsigned)score : (unsigned)score;
    do text[--at] = (char)('0' + magnitude % 10);
    while ((magnitude /= 10) > 0);
    if (score < 0) text[--at] = '-';
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int error = write(file, text + at, sizeof text - (size_t)at) < 0 ? errno : 0;
    close(file);
    return error;
}

/* By the child itself and before anything else: whatever it uses from here on is its own group's. */
static int join_control_group(const char *members) {
    int file = open(members, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int error = write(file, "0", 1) < 0 ? errno : 0;
    close(file);
    return error;
}

/* User namespaces may deny setgroups(); that is no harm when nothing would have changed. */
static int set_groups(const gid_t *wanted, int count) {
    if (syscall(SYS_setgroups, (size_t)count, wanted) == 0) return 0;
    int error = errno;
    gid_t present[GROUPS_CHECKED];
    int have = getgroups(GROUPS_CHECKED, present);
    if (error != EPERM || have < 0) return error;
    for (int i = 0; i < have; i++) {
        int found = 0;
        for (int k = 0; k < count; k++) found |= wanted[k] == present[i];
        if (!found) return error;
    }
    for (int k = 0; k < count; k++) {
        int found = 0;
        for (int i = 0; i < have; i++) found |= wanted[k] == present[i];
        if (!found) return error;
    }
    return 0;
}

/* What is passed on goes beyond all places first, for one may stand in another's; into its place after the closing of everything else,
 * which what is duplicated escapes. */
static int place_passed(const struct launch *request) {
    int lifted[LAUNCH_SOCKETS + 1], count = request->socket_count, ready = request->ready_descriptor;
    int beyond = 3 + count > ready ? 3 + count : ready + 1;
    for (int i = 0; i < count + (ready > 0); i++) {
        lifted[i] = fcntl(i < count ? request->sockets[i] : request->ready_source, F_DUPFD_CLOEXEC, beyond);
        if (lifted[i] < 0) return errno;
    }
    if (!request->keep_descriptors) descriptors_close_at_exec(3 + (unsigned)request->listen_descriptors);
    for (int i = 0; i < count + (ready > 0); i++) {
        if (dup2(lifted[i], i < count ? 3 + i : ready) < 0) return errno;
    }
    return 0;
}

static enum launch_stage prepare_surroundings(const struct launch *request, int *error) {
    if (request->control_group != NULL && (*error = join_control_group(request->control_group)) != 0) return STAGE_CONTROL_GROUP;
    if (request->group == GROUP_OWN && setpgid(0, 0) != 0) return *error = errno, STAGE_GROUP;
    if (request->group == GROUP_SESSION && syscall(SYS_setsid) < 0) return *error = errno, STAGE_GROUP;
    if (request->terminal >= 0 && (*error = take_terminal(request)) != 0) return STAGE_TERMINAL;
    if ((*error = child_streams(request->streams)) != 0) return STAGE_STREAMS;
    if ((*error = place_passed(request)) != 0) return STAGE_STREAMS;
    if (request->has_nice && setpriority(PRIO_PROCESS, 0, request->nice) != 0) return *error = errno, STAGE_NICE;
    for (int i = 0; i < request->limit_count; i++) {
        const struct launch_limit *limit = &request->limits[i];
        if (prlimit(0, (unsigned)limit->resource, &limit->value, NULL) != 0) return *error = errno, STAGE_LIMIT;
    }
    if (request->has_oom_score && (*error = set_oom_score(request->oom_score)) != 0) return STAGE_OOM_SCORE;
    if (request->affinity_bytes > 0 && syscall(SYS_sched_setaffinity, 0, request->affinity_bytes, request->affinity) < 0) {
        return *error = errno, STAGE_AFFINITY;
    }
    if (request->has_io_priority && syscall(SYS_ioprio_set, IO_PRIORITY_OF_PROCESS, 0, request->io_priority) != 0) {
        return *error = errno, STAGE_IO_PRIORITY;
    }
    if (request->chroot_to != NULL && (chroot(request->chroot_to) != 0 || chdir("/") != 0)) return *error = errno, STAGE_CHROOT;
    return STAGE_NONE;
}

int child_become(const gid_t *wanted, int count, gid_t gid, uid_t uid) {
    int error = set_groups(wanted, count);
    if (error != 0) return error;
    if (syscall(SYS_setresgid, gid, gid, gid) != 0) return errno;
    return syscall(SYS_setresuid, uid, uid, uid) != 0 ? errno : 0;
}

static enum launch_stage prepare_identity(const struct launch *request, int *error) {
    gid_t gid = request->gid;
    uid_t uid = request->uid;
    if (request->has_groups && (*error = set_groups(request->groups, request->group_count)) != 0) return STAGE_GROUPS;
    if (request->has_gid && syscall(SYS_setresgid, gid, gid, gid) != 0) return *error = errno, STAGE_GID;
    if (request->has_bounding_drop && (*error = capabilities_drop_bounding(request->bounding_drop)) != 0) return STAGE_CAPABILITIES;
    if (request->has_kept && (*error = capabilities_prepare_keep(request->kept)) != 0) return STAGE_CAPABILITIES;
    if (request->has_uid && syscall(SYS_setresuid, uid, uid, uid) != 0) return *error = errno, STAGE_UID;
    if (request->has_bounding_drop && (*error = capabilities_drop_own(request->bounding_drop)) != 0) return STAGE_CAPABILITIES;
    if (request->has_kept && (*error = capabilities_keep(request->kept)) != 0) return STAGE_CAPABILITIES;
    if (request->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return *error = errno, STAGE_NO_NEW_PRIVILEGES;
    return STAGE_NONE;
}

enum launch_stage child_prepare(const struct launch *request, int *error) {
    if (!request->keep_dispositions) default_dispositions();
    enum launch_stage stage = prepare_surroundings(request, error);
    if (stage == STAGE_NONE) stage = prepare_identity(request, error);
    if (stage != STAGE_NONE) return stage;
    if (request->has_umask) umask(request->umask);
    if (request->directory != NULL && chdir(request->directory) != 0) return *error = errno, STAGE_DIRECTORY;
    if (request->parent_death_signal != 0 && prctl(PR_SET_PDEATHSIG, request->parent_death_signal, 0, 0, 0) != 0) {
        return *error = errno, STAGE_PARENT_DEATH;
    }
    for (int i = 0; i < LAUNCH_PIDS; i++) {
        if (request->pid_texts[i] != NULL) write_pid(request->pid_texts[i]);
    }
    /* Last: everything is default now, so what came meanwhile ends the child as it would end the program. */
    if (request->mask != NULL) syscall(SYS_rt_sigprocmask, SIG_SETMASK, request->mask, NULL, KERNEL_MASK_BYTES);
    return STAGE_NONE;
}
