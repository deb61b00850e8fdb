/* Messages for people: gathers the pieces in one buffer on the stack and hands them to one write that never waits. What
 * descriptor 2 does not take is counted, and the number is said when it takes something again.
 * Never allocates, leaves errno as it was. */
#include "say.h"
#include "clock.h"
#include "write_now.h"

#include <errno.h>
#include <stdarg.h>

enum { MESSAGE_BYTES = 2048, NUMBER_BYTES = 24, NUMBERS = 4, FIRST_RETRY_MS = 500, LONGEST_RETRY_MS = 8000 };

static unsigned unsaid; /* messages */
static int is_cut;      /* a terminal took the beginning of the last one only */
static unsigned retry_ms;
static uint64_t retry_at; /* 0: nothing is left to do */

static unsigned append(char *text, unsigned used, const char *piece) {
    while (*piece && used < MESSAGE_BYTES - 1)
        text[used++] = *piece++;
    return used;
}

/* 0: nothing more is taken now. A descriptor that takes nothing for good (closed, no reader, no space) is owed nothing. */
static int put(const char *text, unsigned length) {
    for (unsigned done = 0; done < length;) {
        ssize_t sent = write_now(2, text + done, length - done);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) return is_cut |= done > 0, 0;
        if (sent <= 0) return 1;
        done += (unsigned)sent;
    }
    return 1;
}

static void settle(int is_done) {
    if (is_done && !write_is_under_way()) {
        retry_at = retry_ms = 0;
        return;
    }
    retry_ms = retry_ms == 0 ? FIRST_RETRY_MS : retry_ms * 2 < LONGEST_RETRY_MS ? retry_ms * 2 : LONGEST_RETRY_MS;
    retry_at = clock_now() + (uint64_t)retry_ms * NS_PER_MS;
}

/* 1: no message is owed any more. */
static int pay(void) {
    if (unsaid == 0) return 1;
    char text[128];
    unsigned used = append(text, 0, is_cut ? "\ntsinit: " : "tsinit: ");
    used = append(text, used, decimal(unsaid));
    used = append(text, used, unsaid == 1 ? " message of init could not be written here in time\n" : " messages of init could not be written here in time\n");
    if (!put(text, used)) return 0;
    unsaid = 0;
    is_cut = 0;
    return 1;
}

void say(const char *first, ...) {
    int error = errno;
    char text[MESSAGE_BYTES];
    unsigned used = append(text, 0, "tsinit: ");
    va_list pieces;
    va_start(pieces, first);
    for (const char *piece = first; piece; piece = va_arg(pieces, const char *))
        used = append(text, used, piece);
    va_end(pieces);
    text[used++] = '\n';
    int is_said = pay() && put(text, used);
    unsaid += !is_said;
    settle(is_said);
    errno = error;
}

uint64_t say_deadline(void) { return retry_at; }

void say_owed(void) {
    if (retry_at != 0 && clock_now() >= retry_at) settle(pay());
}

const char *decimal(long long number) {
    static char buffers[NUMBERS][NUMBER_BYTES];
    static unsigned next;
    char *end = buffers[next++ % NUMBERS] + NUMBER_BYTES - 1;
    unsigned long long rest = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    *end = 0;
    do
        *--end = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--end = '-';
    return end;
}
