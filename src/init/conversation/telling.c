/* Turns flags into frames, at the very moment when the socket can take them. A flag is cleared only when its frame is on
 * its way, so a supervisor that does not read costs nothing and its successor misses nothing. */
#include "conversation/telling.h"
#include "clock.h"
#include "sockets/hold.h"
#include "conversation/inbox.h"
#include "runs/launching.h"
#include "conversation/link.h"
#include "conversation/protocol.h"
#include "conversation/refusals.h"
#include "runs/runs.h"

#include <sys/prctl.h>
#include <unistd.h>

enum { BLOCK_LIMIT = 2 * FRAME_LIMIT - 64 /* HELLO alone may be that long; its fixed part takes less than 64 */ };
enum phase { PHASE_HELLO, PHASE_RUNS, PHASE_NEWS };

static enum phase phase;
static const struct origin *origin;
static unsigned starts;
static uint64_t init_started_ns;
static int has_swept;
static struct sweep_result swept;

void telling_begin(const struct origin *found, unsigned starts_before) {
    if (init_started_ns == 0) init_started_ns = clock_kernel();
    phase = PHASE_HELLO;
    origin = found;
    starts = starts_before;
    refusals_clear();
    hold_forget_untold();
    runs_tell_all_again();
}

void telling_add_swept(const struct sweep_result *found) {
    has_swept = 1;
    swept = *found;
}

void telling_forget_swept(void) { has_swept = 0; }

/* Whole strings only: an environment beyond the limit loses its last ones. */
static uint32_t block_bytes(char *const *strings) {
    size_t total = 0;
    for (; *strings != NULL; strings++) {
        size_t length = strlen(*strings) + 1;
        if (total + length > BLOCK_LIMIT) break;
        total += length;
    }
    return (uint32_t)total;
}

static int tell_hello(void) {
    struct frame_writer out = {.length = 0};
    struct rlimit nofile;
    int is_subreaper = 0;
    getrlimit(RLIMIT_NOFILE, &nofile);
    prctl(PR_GET_CHILD_SUBREAPER, &is_subreaper, 0, 0, 0);
    uint32_t flags = (origin->is_pid1 ? HELLO_PID1 : 0) | (is_subreaper ? HELLO_SUBREAPER : 0) |
                     (starts > 0 ? HELLO_TAKEOVER : 0) | (isatty(0) ? HELLO_TERMINAL : 0);
    uint32_t bytes = block_bytes(origin->envp);
    put_u32(&out, PROTOCOL_VERSION);
    put_u32(&out, (uint32_t)getpid());
    put_u32(&out, flags);
    put_u32(&out, starts);
    put_u64(&out, init_started_ns, 8);
    put_u64(&out, origin->nofile.rlim_cur, 8);
    put_u64(&out, origin->nofile.rlim_max, 8);
    put_u32(&out, runs_highest_number(0));
    put_u32(&out, runs_highest_number(1));
    put_u32(&out, bytes);
    return link_send_with_strings(FRAME_HELLO, &out, origin->envp, bytes);
}

/* Our ends of its pipes, in the order of the bits. Returns how many. */
static int streams_of(const struct run *run, int descriptors[RUN_PIPES], uint32_t *mask) {
    int count = 0;
    *mask = 0;
    for (int i = 0; i < RUN_PIPES; i++) {
        if (run->streams[i] < 0) continue;
        descriptors[count++] = run->streams[i];
        *mask |= 1U << i;
    }
    return count;
}

static void put_usage(struct frame_writer *out, const struct run *run) {
    put_u64(out, run->exited_ns, 8);
    put_u64(out, run->user_us, 8);
    put_u64(out, run->system_us, 8);
    put_u64(out, run->max_rss_kib, 8);
}

_Static_assert((int)RUN_PIPES <= (int)LINK_DESCRIPTORS, "all pipes of a run go with one frame");

static int tell_known(struct run *run) {
    struct frame_writer out = {.length = 0};
    int descriptors[RUN_PIPES];
    uint32_t streams = 0, state = (run->is_running ? RUN_RUNNING : RUN_EXITED) | (run->is_launching ? RUN_LAUNCHING : 0);
    int count = run->is_launching ? 0 : streams_of(run, descriptors, &streams); /* they come with SPAWNED */
    put_u32(&out, run->number);
    put_u32(&out, (uint32_t)run->pid);
    put_u32(&out, state | (run->has_group ? 0 : RUN_GROUP_ENDED) | (run->has_strays ? RUN_STRAYS : 0));
    put_u32(&out, (uint32_t)run->wait_status);
    put_u64(&out, run->started_ns, 8);
    put_usage(&out, run);
    put_u32(&out, streams);
    return link_send(FRAME_RUN, &out, descriptors, count);
}

static int tell_spawned(struct run *run) {
    struct frame_writer out = {.length = 0};
    int descriptors[RUN_PIPES];
    uint32_t streams;
    int count = streams_of(run, descriptors, &streams);
    put_u32(&out, run->number);
    put_u32(&out, (uint32_t)run->pid);
    put_u64(&out, run->started_ns, 8);
    put_u32(&out, streams);
    return link_send(FRAME_SPAWNED, &out, descriptors, count);
}

/* Who lives on, by number and name; 0 and nothing when that cannot be said. */
static void put_left(struct frame_writer *out, const struct run *run) {
    char name[PROCESS_NAME_BYTES] = "";
    pid_t left = run->has_group || run->has_strays ? run->left : 0;
    if (left != 0) process_name(left, name);
    put_u32(out, (uint32_t)left);
    put_text(out, name);
}

static int tell_followed(struct run *run) {
    struct frame_writer out = {.length = 0};
    put_u32(&out, run->number);
    put_u32(&out, (uint32_t)run->follow_answer);
    return link_send(FRAME_FOLLOWED, &out, NULL, 0);
}

static int tell_exited(struct run *run) {
    struct frame_writer out = {.length = 0};
    put_u32(&out, run->number);
    put_u32(&out, (uint32_t)run->pid);
    put_u32(&out, (uint32_t)run->wait_status);
    put_u32(&out, (run->has_group ? 0 : EXITED_GROUP_ENDED) | (run->has_strays ? EXITED_STRAYS : 0));
    put_usage(&out, run);
    put_left(&out, run);
    return link_send(FRAME_EXITED, &out, NULL, 0);
}

static int tell_group_ended(struct run *run) {
    struct frame_writer out = {.length = 0};
    put_u32(&out, run->number);
    put_u32(&out, EXITED_GROUP_ENDED | (run->has_strays ? EXITED_STRAYS : 0));
    put_left(&out, run);
    return link_send(FRAME_GROUP_ENDED, &out, NULL, 0);
}

static int tell_tree_ended(struct run *run) {
    struct frame_writer out = {.length = 0};
    put_u32(&out, run->number);
    return link_send(FRAME_TREE_ENDED, &out, NULL, 0);
}

static int tell_killed(struct run *run) {
    struct frame_writer out = {.length = 0};
    unsigned named = run->killed_count < KILLED_NAMED ? run->killed_count : KILLED_NAMED;
    put_u32(&out, run->number);
    put_u32(&out, run->killed_count);
    put_u32(&out, named);
    for (unsigned i = 0; i < named; i++) {
        put_u32(&out, (uint32_t)run->killed[i].pid);
        put_text(&out, run->killed[i].name);
    }
    return link_send(FRAME_KILLED, &out, NULL, 0);
}

/* The oldest of what is to be told of a run: life comes in order. */
static int tell_of_run(struct run *run) {
    static int (*const tellers[])(struct run *) = {tell_known, tell_spawned, tell_followed, tell_killed, tell_exited, tell_group_ended, tell_tree_ended};
    unsigned at = 0;
    while ((run->tell >> at & 1) == 0) at++;
    if (!tellers[at](run)) return 0;
    run_set_tell(run, run->tell & ~(1U << at));
    return 1;
}

static int tell_synced(void) {
    struct frame_writer out = {.length = 0};
    return link_send(FRAME_SYNCED, &out, NULL, 0);
}

static void put_swept(struct frame_writer *out) {
    put_u32(out, swept.killed);
    put_u32(out, swept.found);
    put_u32(out, swept.named);
    for (unsigned i = 0; i < swept.named; i++) {
        const struct leftover *one = &swept.left[i];
        put_u32(out, (uint32_t)one->pid);
        put_u32(out, one->run);
        put_u32(out, (uint32_t)one->was_killed);
        put_text(out, one->name);
    }
}

/* 1: something was told. 0: nothing is left, or the socket is full. */
static int tell_news(void) {
    struct frame_writer out = {.length = 0};
    struct run *run = runs_next_spawned(launching_first());
    if (run == NULL) run = runs_next_untold();
    if (run != NULL) return tell_of_run(run);
    uint16_t type = refusals_peek(&out);
    if (type != 0) {
        if (!link_send(type, &out, NULL, 0)) return 0;
        refusals_drop();
        return 1;
    }
    int listening;
    if (hold_peek(&out, &listening)) {
        if (!link_send(FRAME_LISTENING, &out, &listening, listening >= 0)) return 0;
        hold_told();
        return 1;
    }
    int signal = inbox_peek(&out);
    if (signal != 0) {
        if (!link_send(FRAME_SIGNAL, &out, NULL, 0)) return 0;
        inbox_told(signal, link_sent());
        return 1;
    }
    if (!has_swept) return 0;
    put_swept(&out);
    if (link_send(FRAME_SWEPT, &out, NULL, 0)) has_swept = 0;
    return 0;
}

static struct run *next_known(void) {
    for (int i = 0; i < runs_count(); i++) {
        if (run_at(i)->tell & TELL_RUN) return run_at(i);
    }
    return NULL;
}

void telling_go_on(void) {
    if (link_fd() < 0 || !link_flush()) return;
    if (phase == PHASE_HELLO) {
        if (!tell_hello()) return;
        phase = PHASE_RUNS;
    }
    for (struct run *run; phase == PHASE_RUNS;) {
        run = next_known();
        if (run != NULL ? !tell_of_run(run) : !tell_synced()) return;
        if (run == NULL) phase = PHASE_NEWS;
    }
    while (tell_news()) { }
    runs_forget_over();
}
