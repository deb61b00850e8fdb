/* Messages for people, on descriptor 2, without allocation and in one write each.
 * Every message starts with "tsinit: ". Nothing here fails or waits: what cannot be written
 * is counted, and the number said later. */
#ifndef TSINIT_SAY_H
#define TSINIT_SAY_H

#include <stdint.h>

/* Joins the strings up to the final NULL, adds a newline, writes once. At most 2 KiB; longer text is cut. */
void say(const char *first, ...) __attribute__((sentinel));

/* When say_owed() is to be called next, 0: never. It says how many messages are missing, and looks after what write_now() left. */
uint64_t say_deadline(void);
void say_owed(void);

/* Decimal text of a number, for use as an argument of say(). Four buffers rotate: at most four per call. */
const char *decimal(long long number);

#endif
