/* Granted requests are kept as numbers: a keyed hash (SipHash-2-4, by Aumasson and Bernstein, 2012) with a key that nobody else knows, so
 * that no other request can be made to fit. Left out of it is what differs from run to run, and is harmless. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "runs/rights.h"
#include "launch/child_steps.h"
#include "conversation/protocol.h"
#include "runs/runs.h"
#include "runs/tree.h"
#include "say.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

enum { GRANTED_LIMIT = 16384, REAL_TIME_CLASS = 1, IO_CLASS_SHIFT = 13, MODE_SUPERVISOR = 0, MODE_INIT = 1 };

static uint64_t granted[GRANTED_LIMIT], key[2];
static unsigned granted_count;
static int has_key, is_lowered;
static struct { uid_t uid; gid_t gid, groups[LAUNCH_GROUPS]; int group_count; } user;

/* ---- the hash ---- */

struct hash { uint64_t v[4], word; unsigned bytes; };

static uint64_t rotate(uint64_t value, int by) { return value << by | value >> (64 - by); }

static void round_of(uint64_t v[4]) {
    v[0] += v[1]; v[1] = rotate(v[1], 13) ^ v[0]; v[0] = rotate(v[0], 32);
    v[2] += v[3]; v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3]; v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1]; v[1] = rotate(v[1], 17) ^ v[2]; v[2] = rotate(v[2], 32);
}

/* A key that cannot be guessed; where the kernel gives none yet, the 16 random bytes that it gave us at the start. */
static void make_key(void) {
    if (has_key) return;
    has_key = 1;
    if (getrandom(key, sizeof key, GRND_NONBLOCK) == sizeof key) return;
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random != NULL) memcpy(key, random, sizeof key);
}

static struct hash hash_begin(void) {
    make_key();
    return (struct hash){.v = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573}};
}

static void hash_word(struct hash *hash, uint64_t word) {
    hash->v[3] ^= word;
    round_of(hash->v);
    round_of(hash->v);
    hash->v[0] ^= word;
}

static void hash_add(struct hash *hash, const void *data, uint32_t length) {
    const unsigned char *bytes = data;
    for (uint32_t i = 0; i < length; i++) {
        hash->word |= (uint64_t)bytes[i] << (hash->bytes % 8 * 8);
        if (++hash->bytes % 8 != 0) continue;
        hash_word(hash, hash->word);
        hash->word = 0;
    }
}

static void hash_sized(struct hash *hash, const void *data, uint32_t length) {
    hash_add(hash, &length, sizeof length);
    hash_add(hash, data, length);
}

static uint64_t hash_end(struct hash *hash) {
    hash_word(hash, hash->word | (uint64_t)(hash->bytes & 255) << 56);
    hash->v[2] ^= 255;
    for (int i = 0; i < 4; i++) round_of(hash->v);
    return hash->v[0] ^ hash->v[1] ^ hash->v[2] ^ hash->v[3];
}

/* ---- what is granted ---- */

/* A command of root's signals what MAINPID names: nothing but a process of a run. What is granted names none yet. */
static int is_main_pid(const char *digits) {
    uint32_t pid = 0;
    if (!is_lowered) return 1;
    for (; *digits >= '0' && *digits <= '9' && pid < 100000000; digits++) pid = pid * 10 + (uint32_t)(*digits - '0');
    return *digits == 0 && pid > 0 && (runs_await((pid_t)pid) || tree_run_of((pid_t)pid) != 0);
}

/* Told by the supervisor, from run to run or from configuration to configuration; a program believes none of it more than its own user. */
static int is_passing_variable(const char *string) {
    static const char *const names[] = {"NOTIFY_SOCKET=", "LISTEN_PID=", "WATCHDOG_PID=", "WATCHDOG_USEC=", "SUPERVISOR_SERVER_URL="};
    if (strncmp(string, "MAINPID=", 8) == 0) return is_main_pid(string + 8);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(string, names[i], strlen(names[i])) == 0) return 1;
    }
    return 0;
}

/* The strings are known to end: the request has been decoded. Sizes and an end keep them apart from each other and from what follows. */
static void hash_environment(struct hash *hash, const char *strings, uint32_t length) {
    for (uint32_t at = 0; at < length;) {
        uint32_t size = (uint32_t)strlen(strings + at) + 1;
        if (!is_passing_variable(strings + at)) hash_sized(hash, strings + at, size);
        at += size;
    }
    hash_sized(hash, NULL, 0);
}

/* That variable becomes the process's id, whatever stood in it. */
static int is_passing_pid(const char *name) { return strcmp(name, "LISTEN_PID") == 0 || strcmp(name, "WATCHDOG_PID") == 0; }

static int is_passing(uint32_t id, const unsigned char *bytes) {
    return id == ATTRIBUTE_STOP || id == ATTRIBUTE_CONTROL_GROUP || (id == ATTRIBUTE_PID_VARIABLE && is_passing_pid((const char *)bytes));
}

static uint64_t request_number(const struct frame *frame) {
    struct hash hash = hash_begin();
    struct frame_reader in = frame_read(frame);
    get_u32(&in);
    while (in.left > 0) {
        uint32_t id = get_u32(&in), length = get_u32(&in);
        const unsigned char *bytes = get_bytes(&in, length);
        if (is_passing(id, bytes)) continue;
        hash_add(&hash, &id, sizeof id);
        if (id == ATTRIBUTE_ENVP) hash_environment(&hash, (const char *)bytes, length);
        else hash_sized(&hash, bytes, length);
    }
    return hash_end(&hash);
}

static uint64_t socket_number(const unsigned char *bytes, uint32_t length) {
    uint32_t kind = UINT32_MAX; /* no attribute has that id */
    struct hash hash = hash_begin();
    hash_add(&hash, &kind, sizeof kind);
    hash_add(&hash, bytes, length);
    return hash_end(&hash);
}

static int is_granted(uint64_t number) {
    for (unsigned i = 0; i < granted_count; i++) {
        if (granted[i] == number) return 1;
    }
    return 0;
}

static void grant(uint64_t number) {
    static int is_told;
    if (is_granted(number)) return;
    if (granted_count < GRANTED_LIMIT) {
        granted[granted_count++] = number;
        return;
    }
    if (!is_told) say("beside user= there can be ", decimal(GRANTED_LIMIT), " different starts and sockets; those beyond will be refused", NULL);
    is_told = 1;
}

const char *rights_allow(const struct frame *frame) {
    static struct spawn_request request;
    const char *wrong = spawn_request_decode(frame, &request);
    if (wrong != NULL) return wrong;
    if (is_lowered) return "ALLOW after BECOME";
    grant(request_number(frame));
    return NULL;
}

int rights_may_listen(const unsigned char *bytes, uint32_t length) {
    uint64_t number = socket_number(bytes, length);
    if (!is_lowered) grant(number);
    return is_granted(number);
}

/* ---- what the user may do without that ---- */

static int has_group(gid_t gid) {
    for (int i = 0; i < user.group_count; i++) {
        if (user.groups[i] == gid) return 1;
    }
    return gid == user.gid;
}

static int is_user(const struct launch *launch) {
    if (!launch->has_uid || !launch->has_gid || !launch->has_groups || launch->uid != user.uid || !has_group(launch->gid)) return 0;
    for (int i = 0; i < launch->group_count; i++) {
        if (!has_group(launch->groups[i])) return 0;
    }
    return 1;
}

static int raises_limits(const struct launch *launch) {
    for (int i = 0; i < launch->limit_count; i++) {
        struct rlimit now;
        if (prlimit(0, (unsigned)launch->limits[i].resource, NULL, &now) != 0 || launch->limits[i].value.rlim_max > now.rlim_max) return 1;
    }
    return 0;
}

static int needs_no_right(const struct spawn_request *request) {
    const struct launch *launch = &request->launch;
    if (!is_user(launch) || raises_limits(launch) || launch->chroot_to != NULL || (launch->has_kept && launch->kept != 0)) return 0;
    if ((launch->has_nice && launch->nice < 0) || (launch->has_oom_score && launch->oom_score < 0)) return 0;
    if (launch->has_io_priority && launch->io_priority >> IO_CLASS_SHIFT == REAL_TIME_CLASS) return 0;
    return request->listen.address == NULL && request->accept.address == NULL && request->socket_count == 0;
}

/* init writes into that file itself. */
static int is_control_group(const char *path) {
    static const char root[] = "/sys/fs/cgroup/", members[] = "/cgroup.procs";
    if (path == NULL) return 1;
    if (strncmp(path, root, sizeof root - 1) != 0 || strstr(path, "..") != NULL) return 0;
    return strcmp(path + strlen(path) - (sizeof members - 1), members) == 0; /* the root is longer */
}

const char *rights_refuse(const struct frame *frame, const struct spawn_request *request) {
    if (!is_lowered) return NULL;
    if (is_control_group(request->launch.control_group) && (needs_no_right(request) || is_granted(request_number(frame)))) return NULL;
    return "only a program of the configuration read at the start may have more rights than user= gives; start the container again";
}

/* ---- becoming that user ---- */

static int lower(void) { return child_become(user.groups, user.group_count, user.gid, user.uid); }

/* A supervisor that has lost its mind may read all of its memory, and that is a copy of ours. Before BECOME there may be grants as well. */
static void forget_grants(void) {
    explicit_bzero(key, sizeof key);
    explicit_bzero(granted, granted_count * sizeof granted[0]);
    granted_count = 0;
    has_key = 0;
}

int rights_lower(void) {
    forget_grants();
    return is_lowered ? lower() : 0;
}

const char *rights_become(const struct frame *frame) {
    struct frame_reader in = frame_read(frame);
    uint32_t mode = get_u32(&in);
    if (is_lowered) return "BECOME for the second time";
    user.uid = get_u32(&in);
    user.gid = get_u32(&in);
    for (user.group_count = 0; in.left > 0 && user.group_count < LAUNCH_GROUPS;) user.groups[user.group_count++] = get_u32(&in);
    if (!reader_is_exact(&in) || mode > MODE_INIT || user.uid == 0 || user.uid == UINT32_MAX || user.gid == UINT32_MAX) return "BECOME names no mode or no user";
    if (mode == MODE_SUPERVISOR) {
        is_lowered = 1;
        return NULL;
    }
    if (lower() != 0) return "init cannot become that user";
    /* What we have left is that user's: it may look into us as into its other processes, `tsinit healthcheck` above all. */
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    return NULL;
}
