/* Messages for people, on descriptor 2, without allocation and in one write each.
 * Every message starts with "tsinit: "; nothing here fails or blocks on purpose. */
#ifndef TSINIT_SAY_H
#define TSINIT_SAY_H

/* Joins the strings up to the final NULL, adds a newline, writes once. At most 2 KiB; longer text is cut. */
void say(const char *first, ...) __attribute__((sentinel));

/* Decimal text of a number, for use as an argument of say(). Four buffers rotate: at most four per call. */
const char *decimal(long long number);

#endif
