/* How the engine started us, in words for `tsinit doctor`: by the time Node runs, none of it can be seen any more. */
#ifndef TSINIT_FOUND_H
#define TSINIT_FOUND_H

#include "modes.h"

/* "TSINIT_FOUND=" and lines: `blocked HEX`, `ignored HEX` (bit n-1: signal n), `closed N` for each of 0 to 2, `left N TARGET` for each
 * descriptor from 3 up. Static storage; what does not fit is left out. */
char *found_variable(const struct origin *origin);

#endif
