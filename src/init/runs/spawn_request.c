/* Decodes SPAWN: a run and attributes, each id, zero, length, bytes. An attribute given twice counts as given last, except
 * LIMIT, which counts for each resource. */
#include "runs/spawn_request.h"
#include "conversation/protocol.h"

#include <signal.h>

static char *pointers[REQUEST_STRINGS + 2];
static uint32_t pointers_used;

static const char bad_length[] = "an attribute has a wrong length";
static const char bad_value[] = "an attribute's value is out of range";
static const char bad_strings[] = "strings do not end in NUL or are too many";

/* Frame bytes live in a writable buffer of ours; exec merely wants `char *`. */
static char *writable(const unsigned char *bytes) { return (char *)(uintptr_t)bytes; }

/* A list of NUL-terminated strings as a NULL-terminated array; NULL when malformed. */
static char **string_list(const unsigned char *bytes, uint32_t length) {
    if (length > 0 && bytes[length - 1] != '\0') return NULL;
    char **list = &pointers[pointers_used];
    for (uint32_t at = 0; at < length;) {
        if (pointers_used >= REQUEST_STRINGS) return NULL;
        pointers[pointers_used++] = writable(bytes + at);
        at += (uint32_t)strlen((const char *)bytes + at) + 1;
    }
    pointers[pointers_used++] = NULL; /* two places are kept for these */
    return list;
}

static const char *path(const unsigned char *bytes, uint32_t length, const char **into) {
    if (length < 2 || bytes[length - 1] != '\0' || strlen((const char *)bytes) != length - 1) {
        return "a path is empty, or holds a NUL other than at its end";
    }
    *into = (const char *)bytes;
    return NULL;
}

static const char *number(const unsigned char *bytes, uint32_t length, int64_t from, int64_t to, int64_t *value) {
    if (length != 4) return bad_length;
    struct frame_reader in = {bytes, length, 0};
    uint32_t raw = get_u32(&in);
    *value = from < 0 ? (int64_t)(int32_t)raw : (int64_t)raw;
    return *value < from || *value > to ? bad_value : NULL;
}

static const char *groups(const unsigned char *bytes, uint32_t length, struct launch *launch) {
    if (length % 4 != 0) return bad_length;
    if (length / 4 > LAUNCH_GROUPS) return "more than 1024 supplementary groups";
    struct frame_reader in = {bytes, length, 0};
    launch->has_groups = 1;
    launch->group_count = (int)(length / 4);
    for (int i = 0; i < launch->group_count; i++) launch->groups[i] = get_u32(&in);
    return NULL;
}

static const char *limit(const unsigned char *bytes, uint32_t length, struct launch *launch) {
    if (length != 20) return bad_length;
    struct frame_reader in = {bytes, length, 0};
    uint32_t resource = get_u32(&in);
    struct rlimit value = {.rlim_cur = get_u64(&in, 8), .rlim_max = get_u64(&in, 8)};
    if (resource >= LAUNCH_LIMITS) return "no such resource to limit";
    int at = 0;
    while (at < launch->limit_count && launch->limits[at].resource != (int)resource) at++;
    if (at == launch->limit_count) launch->limit_count++;
    launch->limits[at] = (struct launch_limit){(int)resource, value};
    return NULL;
}

static const char *stop(const unsigned char *bytes, uint32_t length, struct run_stop *stop) {
    if (length != 12) return bad_length;
    struct frame_reader in = {bytes, length, 0};
    uint32_t signal = get_u32(&in), wait_ms = get_u32(&in), scope = get_u32(&in);
    if (signal < 1 || signal > 64 || (scope > SCOPE_TREE && scope != SCOPE_TREE_REST)) return bad_value;
    *stop = (struct run_stop){(int)signal, wait_ms, (enum run_scope)scope};
    return NULL;
}

const char *listen_request_decode(const unsigned char *bytes, uint32_t length, struct listen_request *request) {
    struct frame_reader in = {bytes, length, 0};
    uint32_t port = get_u32(&in), backlog = get_u32(&in), mode = get_u32(&in), has_owner = get_u32(&in), uid = get_u32(&in), gid = get_u32(&in);
    const char *address = NULL;
    if (in.is_short || port > 65535 || mode > 07777 || has_owner > 1) return bad_value;
    if (backlog > 65535 && (backlog != LISTEN_DATAGRAMS || port != 0)) return bad_value;
    const char *wrong = path(bytes + (length - in.left), in.left, &address);
    if (wrong != NULL) return wrong;
    if (strlen(address) >= LISTEN_ADDRESS) return "the path of a socket is longer than 107 bytes";
    *request = (struct listen_request){address, port, backlog, mode, (int)has_owner, uid, gid};
    return NULL;
}

static const char *socket_to_pass(const unsigned char *bytes, uint32_t length, struct spawn_request *request) {
    if (request->socket_count == LAUNCH_SOCKETS) return "more than 48 sockets for one program";
    return listen_request_decode(bytes, length, &request->sockets[request->socket_count++]);
}

/* The kernel wants whole machine words. */
static const char *affinity(const unsigned char *bytes, uint32_t length, struct launch *launch) {
    if (length < 1 || length > LAUNCH_AFFINITY_BYTES) return bad_length;
    memcpy(launch->affinity, bytes, length);
    launch->affinity_bytes = (length + 7) / 8 * 8;
    return NULL;
}

static const char *bits(const unsigned char *bytes, uint32_t length, uint64_t *value) {
    struct frame_reader in = {bytes, length, 0};
    *value = get_u64(&in, 8);
    return reader_is_exact(&in) ? NULL : bad_length;
}

static const char *strings(uint32_t id, const unsigned char *bytes, uint32_t length, struct launch *launch) {
    char **list = string_list(bytes, length);
    if (list == NULL) return bad_strings;
    if (id == ATTRIBUTE_ARGV) launch->argv = list;
    else launch->envp = list;
    return NULL;
}

/* ENVP came before it: frames have their attributes in order. */
static const char *pid_variable(const unsigned char *bytes, uint32_t length, struct launch *launch) {
    enum { LONGEST_PID = 11 };
    const char *name = NULL, *wrong = path(bytes, length, &name);
    int at = 0;
    while (at < LAUNCH_PIDS && launch->pid_texts[at] != NULL) at++;
    if (wrong != NULL || at == LAUNCH_PIDS) return bad_strings;
    for (char *const *entry = launch->envp; *entry != NULL; entry++) {
        if (strncmp(*entry, name, length - 1) != 0 || (*entry)[length - 1] != '=' || strlen(*entry) < length + LONGEST_PID) continue;
        launch->pid_texts[at] = *entry + length;
        return NULL;
    }
    return "a variable for the process id has no place";
}

static const char *numeric(uint32_t id, const unsigned char *bytes, uint32_t length, struct spawn_request *request) {
    struct launch *launch = &request->launch;
    int64_t value = 0;
    const char *wrong = NULL;
    switch (id) {
        case ATTRIBUTE_UID: /* all ones would mean "leave it" to the kernel */
            wrong = number(bytes, length, 0, UINT32_MAX - 1, &value);
            launch->has_uid = 1;
            launch->uid = (uid_t)value;
            return wrong;
        case ATTRIBUTE_GID:
            wrong = number(bytes, length, 0, UINT32_MAX - 1, &value);
            launch->has_gid = 1;
            launch->gid = (gid_t)value;
            return wrong;
        case ATTRIBUTE_UMASK:
            wrong = number(bytes, length, 0, 0777, &value);
            launch->has_umask = 1;
            launch->umask = (mode_t)value;
            return wrong;
        case ATTRIBUTE_NICE:
            wrong = number(bytes, length, -20, 19, &value);
            launch->has_nice = 1;
            launch->nice = (int)value;
            return wrong;
        case ATTRIBUTE_OOM_SCORE:
            wrong = number(bytes, length, -1000, 1000, &value);
            launch->has_oom_score = 1;
            launch->oom_score = (int)value;
            return wrong;
        case ATTRIBUTE_IO_PRIORITY:
            wrong = number(bytes, length, 0, 3 << 13 | 7, &value);
            launch->has_io_priority = 1;
            launch->io_priority = (int)value;
            return wrong;
        case ATTRIBUTE_STDIN: case ATTRIBUTE_STDOUT: case ATTRIBUTE_STDERR:
            wrong = number(bytes, length, 0, id == ATTRIBUTE_STDERR ? STREAM_AS_STDOUT : STREAM_INHERIT, &value);
            if (wrong == NULL) request->kinds[id - ATTRIBUTE_STDIN] = (enum stream_kind)value;
            return wrong;
        case ATTRIBUTE_GROUP:
            wrong = number(bytes, length, 1, 2, &value);
            launch->group = value == 2 ? GROUP_SESSION : GROUP_OWN;
            return wrong;
        case ATTRIBUTE_READY_DESCRIPTOR:
            wrong = number(bytes, length, 3, 63, &value);
            launch->ready_descriptor = (int)value;
            return wrong;
        case ATTRIBUTE_PARENT_DEATH:
            wrong = number(bytes, length, 1, 64, &value);
            launch->parent_death_signal = (int)value;
            return wrong;
        default: return "an attribute is not known";
    }
}

static const char *attribute(uint32_t id, const unsigned char *bytes, uint32_t length, struct spawn_request *request) {
    struct launch *launch = &request->launch;
    switch (id) {
        case ATTRIBUTE_ARGV: case ATTRIBUTE_ENVP: return strings(id, bytes, length, launch);
        case ATTRIBUTE_FILE: return path(bytes, length, &launch->file);
        case ATTRIBUTE_DIRECTORY: return path(bytes, length, &launch->directory);
        case ATTRIBUTE_CHROOT: return path(bytes, length, &launch->chroot_to);
        case ATTRIBUTE_CONTROL_GROUP: return path(bytes, length, &launch->control_group);
        case ATTRIBUTE_GROUPS: return groups(bytes, length, launch);
        case ATTRIBUTE_LIMIT: return limit(bytes, length, launch);
        case ATTRIBUTE_LISTEN: return listen_request_decode(bytes, length, &request->listen);
        case ATTRIBUTE_ACCEPT: return listen_request_decode(bytes, length, &request->accept);
        case ATTRIBUTE_SOCKET: return socket_to_pass(bytes, length, request);
        case ATTRIBUTE_STOP: return stop(bytes, length, &request->stop);
        case ATTRIBUTE_NO_NEW_PRIVILEGES:
            launch->no_new_privileges = 1;
            return length == 0 ? NULL : bad_length;
        case ATTRIBUTE_DROP_CAPABILITIES:
            launch->has_bounding_drop = 1;
            return bits(bytes, length, &launch->bounding_drop);
        case ATTRIBUTE_KEEP_CAPABILITIES:
            launch->has_kept = 1;
            return bits(bytes, length, &launch->kept);
        case ATTRIBUTE_AFFINITY: return affinity(bytes, length, launch);
        case ATTRIBUTE_PID_VARIABLE: return pid_variable(bytes, length, launch);
        case ATTRIBUTE_TERMINAL:
            request->has_terminal = 1;
            return length == 0 ? NULL : bad_length;
        default: return numeric(id, bytes, length, request);
    }
}

static void set_defaults(struct spawn_request *request) {
    static char *const nothing[] = {NULL};
    memset(request, 0, sizeof *request);
    request->launch.envp = nothing;
    request->launch.group = GROUP_OWN;
    request->launch.terminal = -1;
    request->stop = (struct run_stop){SIGTERM, 10000, SCOPE_GROUP};
    for (int i = 0; i < 3; i++) request->launch.streams[i] = -1;
}

const char *spawn_request_decode(const struct frame *frame, struct spawn_request *request) {
    set_defaults(request);
    pointers_used = 0;
    struct frame_reader in = frame_read(frame);
    request->run = get_u32(&in);
    while (in.left > 0) {
        uint32_t id = get_u32(&in), length = get_u32(&in); /* the zero that follows the id makes it too large when it is none */
        const unsigned char *bytes = get_bytes(&in, length);
        if (in.is_short) return "an attribute is cut short";
        const char *wrong = attribute(id, bytes, length, request);
        if (wrong != NULL) return wrong;
    }
    if (in.is_short) return "the frame is cut short";
    if (request->launch.argv == NULL || request->launch.argv[0] == NULL) return "ARGV is missing or empty";
    return NULL;
}
