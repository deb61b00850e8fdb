/* The list that LISTEN gave last, as places in the table of listening sockets. A socket that stands in the old list and in the new one is
 * never closed in between: it is taken once more before it is let go. */
#include "sockets/hold.h"
#include "sockets/listen.h"
#include "runs/rights.h"
#include "runs/spawn_request.h"

#include <errno.h>

static struct { int place, error; } held[LISTEN_LIMIT];
static int count, told;
static uint32_t number; /* the supervisor's, for the list */

static const char *take_all(struct frame_reader *in, int *taken) {
    static struct listen_request requests[LISTEN_LIMIT];
    int places[LISTEN_LIMIT], errors[LISTEN_LIMIT], may[LISTEN_LIMIT], wanted = 0;
    while (in->left > 0) {
        if (wanted == LISTEN_LIMIT) return "LISTEN lists more than 64 sockets";
        uint32_t length = get_u32(in);
        const unsigned char *bytes = get_bytes(in, length);
        const char *wrong = in->is_short ? "LISTEN is cut short" : listen_request_decode(bytes, length, &requests[wanted]);
        if (wrong != NULL) return wrong;
        may[wanted++] = rights_may_listen(bytes, length);
    }
    for (int i = 0; i < wanted; i++) {
        int fd;
        errno = EPERM;
        places[i] = may[i] ? listen_share(&requests[i], &fd) : -1;
        errors[i] = places[i] < 0 ? errno : 0;
    }
    for (int i = 0; i < count; i++) listen_release(held[i].place);
    for (int i = 0; i < wanted; i++) {
        held[i].place = places[i];
        held[i].error = errors[i];
    }
    *taken = wanted;
    return NULL;
}

const char *hold_obey(const struct frame *frame) {
    struct frame_reader in = frame_read(frame);
    uint32_t given = get_u32(&in);
    if (in.is_short) return "LISTEN without a number";
    const char *wrong = take_all(&in, &count);
    if (wrong != NULL) return wrong;
    number = given;
    told = 0;
    return NULL;
}

int hold_peek(struct frame_writer *payload, int *descriptor) {
    if (told >= count) return 0;
    *descriptor = held[told].place < 0 ? -1 : listen_fd(held[told].place);
    payload->length = 0;
    put_u32(payload, number);
    put_u32(payload, (uint32_t)told);
    put_u32(payload, (uint32_t)held[told].error);
    return 1;
}

void hold_told(void) { told++; }

void hold_forget_untold(void) { told = count; }
