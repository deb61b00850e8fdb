/* Messages for people: gathers the pieces in one buffer on the stack and hands them to one write.
 * Never allocates, never retries a full or closed descriptor, leaves errno as it was. */
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 2048, NUMBER_BYTES = 24, NUMBERS = 4 };

static unsigned append(char *text, unsigned used, const char *piece) {
    while (*piece && used < MESSAGE_BYTES - 1)
        text[used++] = *piece++;
    return used;
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
    if (write(2, text, used) < 0) { /* nowhere left to complain */
    }
    errno = error;
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
