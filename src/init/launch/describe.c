/* A failed launch as one sentence for people, and as the exit code a shell would give. Pure text: touches nothing else. */
#include "launch/launch.h"

#include <errno.h>
#include <string.h>

#if defined(__x86_64__)
#define OWN_MACHINE_NAME "x86-64"
#else
#define OWN_MACHINE_NAME "aarch64"
#endif

struct text {
    char *start;
    unsigned used, size;
};

static void put(struct text *text, const char *piece) {
    while (*piece && text->used + 1 < text->size) {
        char letter = *piece++;
        text->start[text->used++] = (unsigned char)letter < ' ' ? '?' : letter; /* one line, whatever the file says */
    }
    text->start[text->used] = 0;
}

static void put3(struct text *text, const char *first, const char *second, const char *third) {
    put(text, first);
    put(text, second);
    put(text, third);
}

/* What was being done to the child when it failed, to follow "cannot ". */
static const char *stage_task(enum launch_stage stage) {
    switch (stage) {
    case STAGE_PIPE: return "make its pipes";
    case STAGE_FORK: return "create a process";
    case STAGE_GROUP: return "give it a process group";
    case STAGE_TERMINAL: return "give it the terminal";
    case STAGE_STREAMS: return "set up its standard streams";
    case STAGE_NICE: return "set its nice value";
    case STAGE_LIMIT: return "set its resource limits";
    case STAGE_OOM_SCORE: return "set its oom score";
    case STAGE_CHROOT: return "change its root";
    case STAGE_GROUPS: return "set its supplementary groups";
    case STAGE_GID: return "set its group id";
    case STAGE_UID: return "set its user id";
    case STAGE_CAPABILITIES: return "drop its capabilities";
    case STAGE_NO_NEW_PRIVILEGES: return "set no_new_privs";
    case STAGE_DIRECTORY: return "change to its directory";
    case STAGE_PARENT_DEATH: return "set its parent-death signal";
    case STAGE_LISTEN: return "open its listening socket";
    case STAGE_AFFINITY: return "bind it to its processors";
    case STAGE_IO_PRIORITY: return "set its I/O priority";
    case STAGE_ACCEPT: return "accept a connection";
    case STAGE_CONTROL_GROUP: return "join its control group";
    case STAGE_REQUEST: return "use the request";
    case STAGE_NONE: case STAGE_EXEC: break;
    }
    return "execute it";
}

static void put_loader(struct text *text, const char *loader) {
    if (!*loader) {
        put(text, "the loader it asks for does not exist");
        return;
    }
    put3(text, "its loader ", loader, " does not exist");
    if (strstr(loader, "/ld-linux"))
        put(text, "; this looks like a glibc program in an image without glibc");
    else if (strstr(loader, "/ld-musl"))
        put(text, "; this looks like a musl program (Alpine) in an image without musl");
}

static void put_not_found(struct text *text, const struct launch_failure *failure, const char *command) {
    if (strchr(command, '/'))
        put(text, "no such file");
    else if (failure->detail[0])
        put3(text, "not found in PATH (", failure->detail, ")");
    else
        put(text, "not found in PATH");
}

static void put_reason(struct text *text, const struct launch_failure *failure, const char *command) {
    switch (failure->reason) {
    case REASON_NOT_FOUND: put_not_found(text, failure, command); return;
    case REASON_NOT_EXECUTABLE: put3(text, "", failure->path, " is not executable for this user (chmod +x?)"); return;
    case REASON_IS_DIRECTORY: put(text, "it is a directory"); return;
    case REASON_NO_INTERPRETER: put3(text, "its first line names the interpreter '", failure->detail, "', which does not exist here"); return;
    case REASON_NO_LOADER: put_loader(text, failure->detail); return;
    case REASON_WRONG_ARCHITECTURE: put3(text, "it is built for ", failure->detail, ", this machine is " OWN_MACHINE_NAME); return;
    case REASON_UNKNOWN_FORMAT:
        put3(text, "it is ", failure->detail[0] ? failure->detail : "in an unknown format", ", not a program for Linux");
        return;
    case REASON_CRLF:
        put3(text, "its first line ends in CR LF, so the interpreter '", failure->detail, "' is not found; save it with LF line ends");
        return;
    case REASON_NOEXEC_MOUNT: put(text, "its file system is mounted noexec"); return;
    case REASON_ERRNO: break;
    }
    put(text, strerror(failure->error));
}

void describe_failure(const struct launch_failure *failure, const char *command, char *buffer, unsigned size) {
    struct text text = {buffer, 0, size};
    put3(&text, "cannot run '", command, "': ");
    if (failure->stage == STAGE_EXEC) {
        put_reason(&text, failure, command);
        return;
    }
    put3(&text, "cannot ", stage_task(failure->stage), ": ");
    put(&text, strerror(failure->error));
    if (failure->stage == STAGE_FORK && failure->error == EAGAIN)
        put(&text, "; no more processes are allowed here: raise the limit (docker run --pids-limit, ulimit -u)");
    if (failure->detail[0])
        put3(&text, " (", failure->detail, ")");
}

int failure_exit_code(const struct launch_failure *failure) {
    return failure->stage == STAGE_EXEC && failure->reason == REASON_NOT_FOUND ? 127 : 126;
}
