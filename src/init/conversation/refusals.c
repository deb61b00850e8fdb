/* A ring. As long as a whole configuration whose every program is missing: the supervisor may be busy sending and not read
 * meanwhile, and must not be made to wait for itself. */
#include "conversation/refusals.h"
#include "conversation/protocol.h"

enum { REFUSALS_LIMIT = 4096, LAUNCHES_LIMIT = 4096 /* of those under way each may be refused as well */ };

enum { RING = REFUSALS_LIMIT + LAUNCHES_LIMIT };

struct refusal { uint16_t type; uint32_t subject; const char *sentence; struct launch_failure failure; };

static struct refusal ring[RING];
static unsigned first, count;

int refusals_have_room(void) { return count < REFUSALS_LIMIT; }

void refusals_clear(void) { first = count = 0; }

void refusals_drop(void) {
    first = (first + 1) % RING;
    count--;
    if (count == 0) first = 0; /* quiet times use the same memory again and again */
}

static struct refusal *push(uint16_t type, uint32_t subject) {
    if (count == RING) return NULL;
    struct refusal *refusal = &ring[(first + count++) % RING];
    refusal->type = type;
    refusal->subject = subject;
    return refusal;
}

void refusals_add_spawn(uint32_t run, const struct launch_failure *failure) {
    struct refusal *refusal = push(FRAME_SPAWN_FAILED, run);
    if (refusal != NULL) refusal->failure = *failure;
}

void refusals_add_frame(uint16_t type, const char *sentence) {
    struct refusal *refusal = push(FRAME_PROTOCOL_ERROR, type);
    if (refusal != NULL) refusal->sentence = sentence;
}

uint16_t refusals_peek(struct frame_writer *payload) {
    if (count == 0) return 0;
    const struct refusal *refusal = &ring[first];
    payload->length = 0;
    put_u32(payload, refusal->subject);
    if (refusal->type == FRAME_PROTOCOL_ERROR) {
        put_text(payload, refusal->sentence);
        return refusal->type;
    }
    put_u32(payload, refusal->failure.stage);
    put_u32(payload, (uint32_t)refusal->failure.error);
    put_u32(payload, refusal->failure.reason);
    put_text(payload, refusal->failure.path);
    put_text(payload, refusal->failure.detail);
    return refusal->type;
}
