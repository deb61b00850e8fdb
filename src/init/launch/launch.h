/* One program from fork to exec. Everything a program can be given is an attribute of `struct launch`; whatever goes
 * wrong comes back as stage, errno and, for exec itself, the reason. Used by direct mode and by supervise mode. */
#ifndef TSINIT_LAUNCH_H
#define TSINIT_LAUNCH_H

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum launch_stage { /* ids are part of the protocol: never reused, see src/kernel/link/protocol.md */
    STAGE_NONE = 0, STAGE_PIPE = 1, STAGE_FORK = 2, STAGE_GROUP = 3, STAGE_TERMINAL = 4, STAGE_STREAMS = 5, STAGE_NICE = 6,
    STAGE_LIMIT = 7, STAGE_OOM_SCORE = 8, STAGE_CHROOT = 9, STAGE_GROUPS = 10, STAGE_GID = 11, STAGE_UID = 12,
    STAGE_CAPABILITIES = 13, STAGE_NO_NEW_PRIVILEGES = 14, STAGE_DIRECTORY = 15, STAGE_PARENT_DEATH = 16, STAGE_EXEC = 17,
    STAGE_LISTEN = 19, STAGE_AFFINITY = 20, STAGE_IO_PRIORITY = 21, STAGE_ACCEPT = 30, STAGE_CONTROL_GROUP = 35,
    STAGE_REQUEST = 18 /* the request itself is malformed or exceeds a bound */
};

enum exec_reason { /* why exec failed, beyond errno; part of the protocol */
    REASON_ERRNO = 0,            /* errno says it all */
    REASON_NOT_FOUND = 1,        /* no such file, or in no directory of PATH */
    REASON_NOT_EXECUTABLE = 2,   /* there, but no x bit for this user */
    REASON_IS_DIRECTORY = 3,
    REASON_NO_INTERPRETER = 4,   /* script whose #! program is missing; detail = that program */
    REASON_NO_LOADER = 5,        /* ELF whose dynamic loader is missing (glibc program in a musl image...); detail = loader */
    REASON_WRONG_ARCHITECTURE = 6, /* ELF for another machine; detail = its name */
    REASON_UNKNOWN_FORMAT = 7,   /* neither ELF nor #! */
    REASON_CRLF = 8,             /* #! line ends in CR; detail = interpreter as written */
    REASON_NOEXEC_MOUNT = 9
};

struct launch_failure {
    enum launch_stage stage; /* STAGE_NONE: it runs */
    int error;               /* errno */
    enum exec_reason reason;
    char path[256];          /* file that was tried, cut to fit */
    char detail[128];
};

struct launch_limit { int resource; struct rlimit value; };
enum { LAUNCH_LIMITS = 16, LAUNCH_GROUPS = 1024, LAUNCH_AFFINITY_BYTES = 128, LAUNCH_PIDS = 2, LAUNCH_SOCKETS = 48 };

enum launch_group { GROUP_KEEP, GROUP_OWN /* setpgid(0,0) */, GROUP_SESSION /* setsid */ };

struct launch {
    const char *file;             /* NULL: argv[0], searched in PATH of envp as execvp does */
    char *const *argv, *const *envp;
    char **script;                /* NULL, or argv once more, with room for one word before it: a file that is a text without #! is run by /bin/sh */
    int streams[3];               /* descriptors that become 0, 1, 2; -1: /dev/null */
    enum launch_group group;
    int terminal;                 /* >= 0: make the new group (or session) the foreground of this terminal */
    const sigset_t *mask;         /* signal mask the program starts with */
    int parent_death_signal;      /* 0: none */
    int keep_dispositions;        /* 1: signals that are ignored stay so (drop-in likewise) */
    int keep_descriptors;         /* 1: leave descriptors from 3 up open (drop-in for an init that passed them on) */
    int listen_descriptors;       /* LISTEN_FDS: that many from 3 up stay open; the rest is closed */
    int ready_source, ready_descriptor; /* the first becomes the second, from 3 up; 0: there is none */
    int sockets[LAUNCH_SOCKETS], socket_count; /* descriptors that become 3, 4, ... */
    char *pid_texts[LAUNCH_PIDS]; /* NULL, or 12 bytes in which the child writes its own pid in decimal (LISTEN_PID) */
    const char *directory, *chroot_to;
    const char *control_group;    /* NULL, or the cgroup.procs to join, as init sees it */
    int has_umask, has_nice, has_uid, has_gid, has_groups, has_oom_score, no_new_privileges, has_bounding_drop, has_kept, has_io_priority;
    mode_t umask; int nice; uid_t uid; gid_t gid; int oom_score;
    uint64_t bounding_drop;       /* capability bits to drop from bounding, permitted, effective, inheritable, ambient */
    uint64_t kept;                /* capability bits that are left, ambient ones too */
    int io_priority;
    unsigned affinity_bytes;      /* 0: as init's own */
    unsigned char affinity[LAUNCH_AFFINITY_BYTES] __attribute__((aligned(8)));
    gid_t groups[LAUNCH_GROUPS]; int group_count;
    struct launch_limit limits[LAUNCH_LIMITS]; int limit_count;
};

/* A program on its way to exec. */
struct launching {
    int report;     /* readable: there is news, ask launch_look() */
    int report_end; /* >= 0: the child still shares our table of descriptors; what it is given must stay open here */
};

enum launch_news { LAUNCH_UNDER_WAY, LAUNCH_DONE /* executed, or ended before it could say why */, LAUNCH_REFUSED };

/* Starts it and waits for nothing. Returns the pid, or -1 with *failure filled in when there is no child.
 * The program gets default dispositions for all 64 signals (unless keep_dispositions says so), the given mask, no descriptor from
 * 3 up (unless keep_descriptors or listen_descriptors say so). `shares`: cheaper where many descriptors are open here. */
pid_t launch_begin(const struct launch *request, int shares, struct launching *launching, struct launch_failure *failure);

/* Never waits. After LAUNCH_REFUSED, with *failure filled in, the child is about to end and has to be reaped. */
enum launch_news launch_look(struct launching *launching, struct launch_failure *failure);

/* The child has a table of its own, or is dead. */
void launch_own(struct launching *launching);
void launch_forget(struct launching *launching);

/* Explains a failed exec of `path`: fills reason and detail from the file's first bytes. Reads at most 256 bytes.
 * Lives in explain.c; called in the child. */
void explain_exec(const char *path, int error, struct launch_failure *failure);

/* One English sentence for people, without newline: `cannot run 'foo': not found in PATH (/bin:/usr/bin)`. */
void describe_failure(const struct launch_failure *failure, const char *command, char *text, unsigned size);

/* The status that a shell would exit with: 127 for not found, 126 for everything else. */
int failure_exit_code(const struct launch_failure *failure);

#endif
