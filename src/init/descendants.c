/* Finds descendants by what /proc says of parents, with a fixed amount of memory. As PID 1 with nobody to spare the kernel
 * does it in one call that no fork can escape; elsewhere a process born during the scan is found by the next one. */
#include "descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LISTING_BYTES = 4096, STAT_BYTES = 512, PATH_BYTES = 32, DEEPEST = 4096 };

struct entry { /* what getdents64 writes */
    unsigned long long inode;
    long long offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

struct process {
    pid_t parent;
    char state;
};

static void stat_path(pid_t pid, char path[PATH_BYTES]) {
    char digits[12];
    unsigned count = 0, used = 6;
    memcpy(path, "/proc/", used);
    do
        digits[count++] = (char)('0' + pid % 10);
    while (pid /= 10);
    while (count)
        path[used++] = digits[--count];
    memcpy(path + used, "/stat", 6);
}

static pid_t number(const char *text) {
    pid_t value = 0;
    for (; *text >= '0' && *text <= '9' && value < 100000000; text++)
        value = value * 10 + (*text - '0');
    return value;
}

/* 0 when the process is gone. The name in the second field may hold anything: the last ')' ends it. */
static int read_process(pid_t pid, struct process *process) {
    char path[PATH_BYTES], text[STAT_BYTES];
    stat_path(pid, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return 0;
    text[length] = 0;
    const char *end = strrchr(text, ')');
    if (!end || strlen(end) < 5)
        return 0;
    process->state = end[2];
    process->parent = number(end + 4);
    return 1;
}

static int is_zombie(const struct process *process) { return process->state == 'Z' || process->state == 'X'; }

static int is_descendant(pid_t parent, pid_t self) {
    struct process process;
    for (int depth = 0; depth < DEEPEST && parent > 0; depth++) {
        if (parent == self)
            return 1;
        if (!read_process(parent, &process))
            return 0;
        parent = process.parent;
    }
    return 0;
}

/* Signals one process if it is a living descendant; 1 when it was. */
static int signal_one(pid_t pid, int signal, pid_t spare, pid_t self) {
    struct process process;
    if (pid <= 0 || pid == self || pid == spare || !read_process(pid, &process) || is_zombie(&process))
        return 0;
    if (self != 1 && !is_descendant(process.parent, self))
        return 0;
    return kill(pid, signal) == 0;
}

/* A /proc of another PID namespace shows numbers that mean other processes here. */
static int is_own_proc(pid_t self) {
    char target[16];
    ssize_t length = readlink("/proc/self", target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    return number(target) == self;
}

/* Signals every descendant that /proc shows; -1 when there is no /proc of ours. Signal 0 only counts. */
static int scan(int signal, pid_t spare, pid_t self) {
    char listing[LISTING_BYTES] __attribute__((aligned(8)));
    int count = 0, proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0 || !is_own_proc(self)) {
        if (proc >= 0)
            close(proc);
        return -1;
    }
    for (long length; (length = syscall(SYS_getdents64, proc, listing, sizeof listing)) > 0;)
        for (long at = 0; at < length;) {
            const struct entry *entry = (const void *)(listing + at);
            count += signal_one(number(entry->name), signal, spare, self);
            at += entry->length;
        }
    close(proc);
    return count;
}

int descendants_signal(int signal, pid_t spare) {
    pid_t self = getpid();
    if (self != 1 || spare != 0) {
        int count = scan(signal, spare, self);
        return count < 0 ? 0 : count;
    }
    int count = scan(0, 0, self), reached = kill(-1, signal) == 0;
    return count > 0 ? count : count < 0 && reached; /* without /proc: at least one, for kill(-1) counts zombies too */
}
