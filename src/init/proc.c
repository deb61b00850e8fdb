/* Everything is read in pieces into buffers on the stack. Texts are the kernel's, but for a process's name, which may be
 * anything: in stat(5) the last ')' ends it. */
#include "proc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LISTING_BYTES = 4096, STAT_BYTES = 512, LIMITS_BYTES = 2048, STATUS_BYTES = 4096, PATH_BYTES = 48, CALL_BYTES = 256 };

struct entry { /* what getdents64 writes */
    unsigned long long inode;
    long long offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

static char *put_number(char *at, pid_t value) {
    char digits[12];
    unsigned count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

/* `leaf` is one of the few short names below. */
static int open_of(pid_t pid, const char *leaf) {
    char path[PATH_BYTES] = "/proc/";
    char *at = put_number(path + 6, pid);
    *at++ = '/';
    strcpy(at, leaf);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static pid_t number(const char *text) {
    pid_t value = 0;
    for (; *text >= '0' && *text <= '9' && value < 100000000; text++)
        value = value * 10 + (*text - '0');
    return value;
}

/* The beginning of a file of a process as a text; its length, 0 when it is gone. */
static size_t read_of(pid_t pid, const char *leaf, char *text, size_t size) {
    int fd = open_of(pid, leaf);
    if (fd < 0)
        return 0;
    size_t have = 0;
    for (ssize_t got; have < size - 1 && (got = read(fd, text + have, size - 1 - have)) > 0;)
        have += (size_t)got;
    close(fd);
    text[have] = 0;
    return have;
}

/* The number behind the next blank. */
static const char *next_field(const char *at) {
    while (*at && *at != ' ')
        at++;
    return *at ? at + 1 : at;
}

int process_read(pid_t pid, struct process *process) {
    char text[STAT_BYTES];
    if (read_of(pid, "stat", text, sizeof text) == 0)
        return 0;
    const char *at = strrchr(text, ')');
    if (!at || strlen(at) < 5)
        return 0;
    process->state = at[2];
    process->parent = number(at + 4);
    at = next_field(at + 4);
    process->group = number(at);
    process->session = number(next_field(at));
    return 1;
}

void process_name(pid_t pid, char name[PROCESS_NAME_BYTES]) {
    char text[PROCESS_NAME_BYTES + 1];
    size_t length = read_of(pid, "comm", text, sizeof text);
    if (length > 0 && text[length - 1] == '\n')
        length--;
    if (length > PROCESS_NAME_BYTES - 1)
        length = PROCESS_NAME_BYTES - 1;
    memcpy(name, text, length);
    name[length] = 0;
}

uint64_t process_lock_limit(pid_t pid) {
    static const char label[] = "Max file locks";
    char text[LIMITS_BYTES];
    if (read_of(pid, "limits", text, sizeof text) == 0)
        return 0;
    const char *at = strstr(text, label);
    if (!at)
        return 0;
    for (at += sizeof label - 1; *at == ' '; at++) { }
    uint64_t value = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        value = value * 10 + (uint64_t)(*at - '0');
    return value;
}

/* One of the signal sets of status(5), a line such as `SigCgt:\t0000000000004002`. */
static uint64_t set_in(const char *status, const char *label) {
    const char *at = strstr(status, label);
    uint64_t set = 0;
    for (at = at ? at + strlen(label) : ""; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++)
        set = set << 4 | (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    return set;
}

/* In any of two sets; the second may be NULL. */
static int is_in_sets(pid_t pid, int signal, const char *label, const char *other) {
    char status[STATUS_BYTES];
    if (read_of(pid, "status", status, sizeof status) == 0)
        return 0;
    uint64_t sets = set_in(status, label) | (other ? set_in(status, other) : 0);
    return (int)(sets >> (signal - 1) & 1);
}

int process_catches(pid_t pid, int signal) { return is_in_sets(pid, signal, "\nSigCgt:\t", NULL); }

int process_ignores(pid_t pid, int signal) { return is_in_sets(pid, signal, "\nSigIgn:\t", NULL); }

static unsigned long hexadecimal(const char *at) {
    unsigned long value = 0;
    for (at += *at == '0' && at[1] == 'x' ? 2 : 0; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++)
        value = value << 4 | (unsigned long)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    return value;
}

/* What its main thread waits for in sigwait(3) does not count as blocked so long. The kernel says in which call it is, with which arguments, to whoever
 * may look into its memory; of another user's process we may not learn it. */
static int is_waiting_for(pid_t pid, int signal) {
    char call[CALL_BYTES];
    uint64_t set = 0;
    if (read_of(pid, "syscall", call, sizeof call) == 0 || number(call) != SYS_rt_sigtimedwait)
        return 0;
    struct iovec here = {&set, sizeof set}, there = {(void *)hexadecimal(next_field(call)), sizeof set};
    return syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0) == sizeof set && (set >> (signal - 1) & 1);
}

int process_expects(pid_t pid, int signal) {
    return is_in_sets(pid, signal, "\nSigCgt:\t", "\nSigBlk:\t") || is_waiting_for(pid, signal);
}

/* A /proc of another PID namespace shows numbers that mean other processes here. */
static int is_own_proc(void) {
    char target[16];
    ssize_t length = readlink("/proc/self", target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    return number(target) == getpid();
}

int processes_each(process_visit *visit, void *context) {
    char listing[LISTING_BYTES] __attribute__((aligned(8)));
    pid_t self = getpid();
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return 0;
    if (!is_own_proc()) {
        close(proc);
        return 0;
    }
    for (long length; (length = syscall(SYS_getdents64, proc, listing, sizeof listing)) > 0;)
        for (long at = 0; at < length;) {
            const struct entry *entry = (const void *)(listing + at);
            pid_t pid = number(entry->name);
            if (pid > 0 && pid != self)
                visit(pid, context);
            at += entry->length;
        }
    close(proc);
    return 1;
}

struct children { process_visit *visit; void *context; pid_t self; };

static void visit_child(pid_t pid, void *context) {
    struct children *children = context;
    struct process process;
    if (process_read(pid, &process) && process.parent == children->self)
        children->visit(pid, children->context);
}

/* Of a kernel that has no list of children, all processes are asked who their parent is. */
int children_each(process_visit *visit, void *context) {
    struct children children = {visit, context, getpid()};
    char text[LISTING_BYTES], leaf[PATH_BYTES - 20] = "task/";
    strcpy(put_number(leaf + 5, children.self), "/children");
    int fd = is_own_proc() ? open_of(children.self, leaf) : -1;
    if (fd < 0)
        return processes_each(visit_child, &children);
    pid_t pid = 0;
    for (ssize_t got; (got = read(fd, text, sizeof text)) > 0;)
        for (ssize_t at = 0; at < got; at++) {
            if (text[at] >= '0' && text[at] <= '9') {
                pid = pid * 10 + (text[at] - '0');
                continue;
            }
            if (pid > 0)
                visit(pid, context);
            pid = 0;
        }
    if (pid > 0)
        visit(pid, context);
    close(fd);
    return 1;
}
