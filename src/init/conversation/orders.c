/* One function for each frame of the supervisor. Nothing here waits; what takes time is noted in the conversation. */
#include "conversation/orders.h"
#include "runs/follow.h"
#include "runs/forward.h"
#include "sockets/hold.h"
#include "conversation/inbox.h"
#include "runs/launching.h"
#include "conversation/protocol.h"
#include "conversation/refusals.h"
#include "runs/rights.h"
#include "runs/runs.h"
#include "runs/spawn.h"
#include "runs/tree.h"

#include <errno.h>

static void refuse(uint32_t run, int error, const char *why) {
    struct launch_failure failure = {.stage = STAGE_REQUEST, .error = error};
    memcpy(failure.detail, why, strnlen(why, sizeof failure.detail - 1));
    refusals_add_spawn(run, &failure);
}

static const char *spawn(const struct origin *origin, const struct frame *frame) {
    static struct spawn_request request; /* large, and there is one at a time */
    struct launch_failure failure = {.stage = STAGE_REQUEST, .error = EINVAL};
    const char *wrong = spawn_request_decode(frame, &request);
    if (request.run == 0) return "SPAWN without a run number, or with 0";
    if (run_find(request.run) != NULL) return "SPAWN of a run that is there already; every run needs a number of its own";
    runs_note_number(request.run);
    if (wrong != NULL) refuse(request.run, EINVAL, wrong);
    else if ((wrong = rights_refuse(frame, &request)) != NULL) refuse(request.run, EPERM, wrong);
    else if (!spawn_run(origin, &request, &failure)) refusals_add_spawn(request.run, &failure);
    return NULL;
}

static const char *send_signal(struct frame_reader *in) {
    uint32_t number = get_u32(in), signal = get_u32(in), scope = get_u32(in);
    int wakes = (scope & KILL_WAKES) != 0;
    scope &= ~(uint32_t)KILL_WAKES;
    if (!reader_is_exact(in)) return "KILL has a wrong length";
    if (number == 0 || signal < 1 || signal > SIGNAL_LAST || scope > SCOPE_STRAYS) return "KILL names no run, no signal or no scope";
    struct run *run = run_find(number);
    if (run == NULL) return NULL; /* it may just have ended, that is no mistake */
    if (scope == SCOPE_LAUNCH) launching_cancel(run);
    else tree_signal(run, (int)signal, (enum run_scope)scope, wakes);
    tree_look_around(); /* its process group may have turned out to be gone */
    return NULL;
}

static const char *release(struct frame_reader *in) {
    uint32_t number = get_u32(in);
    if (!reader_is_exact(in) || number == 0) return "RELEASE names no run";
    struct run *run = run_find(number);
    if (run != NULL) run_release(run);
    runs_forget_over();
    return NULL;
}

static const char *follow(struct frame_reader *in) {
    uint32_t number = get_u32(in), pid = get_u32(in);
    if (!reader_is_exact(in)) return "FOLLOW has a wrong length";
    if (number == 0 || pid == 0 || pid > INT32_MAX) return "FOLLOW names no run or no process";
    struct run *run = run_find(number);
    if (run != NULL) follow_obey(run, (pid_t)pid);
    return NULL;
}

static const char *set_stop_signals(struct frame_reader *in) {
    uint64_t signals = get_u64(in, 8);
    if (!reader_is_exact(in) || signals == 0) return "STOP_SIGNALS has a wrong length, or names no signal";
    inbox_set_stops(signals);
    return NULL;
}

static const char *obey(const struct origin *origin, const struct frame *frame, struct conversation *conversation) {
    struct frame_reader in = frame_read(frame);
    if (frame->type == FRAME_SPAWN) return spawn(origin, frame);
    if (frame->type == FRAME_KILL) return send_signal(&in);
    if (frame->type == FRAME_RELEASE) return release(&in);
    if (frame->type == FRAME_FOLLOW) return follow(&in);
    if (frame->type == FRAME_ALLOW) return rights_allow(frame);
    if (frame->type == FRAME_BECOME) return rights_become(frame);
    if (frame->type == FRAME_LISTEN) return hold_obey(frame);
    if (frame->type == FRAME_FORWARD) return forward_obey(frame);
    if (frame->type == FRAME_STOP_SIGNALS) return set_stop_signals(&in);
    uint32_t value = get_u32(&in);
    if (frame->type < FRAME_READY || frame->type > FRAME_STOPPING) return "no such frame";
    if (!reader_is_exact(&in)) return "a frame of one number has a wrong length";
    switch (frame->type) {
        case FRAME_READY:
            if (value != PROTOCOL_VERSION) return "READY of another protocol version; this init speaks version 1";
            conversation->is_ready = 1;
            return NULL;
        case FRAME_SWEEP:
            conversation->wants_sweep = 1;
            conversation->sweep_grace_ms = value;
            return NULL;
        case FRAME_EXIT:
            if (value > 255 + EXIT_LEAVES) return "EXIT with a code beyond 255";
            conversation->exit_code = (int)(value & 255);
            conversation->leaves_others = (value & EXIT_LEAVES) != 0;
            return NULL;
        case FRAME_STOPPING:
            if (value != 1) return "STOPPING with another number than 1";
            conversation->is_stopping = 1;
            return NULL;
        default:
            conversation->handled = value;
            return NULL;
    }
}

void order_obey(const struct origin *origin, const struct frame *frame, struct conversation *conversation) {
    const char *wrong = frame->reserved != 0 ? "the two bytes after a frame's type are not zero" : obey(origin, frame, conversation);
    if (wrong != NULL) refusals_add_frame(frame->type, wrong);
}
