/* What init knows while there is no supervisor in charge: since when, why, and which runs have ended meanwhile. Written into the head of the
 * black box, where `tsinit healthcheck` reads it: what the last supervisor has committed there grows old. Layout: src/kernel/box/box.ts. */
#ifndef TSINIT_ABSENCE_H
#define TSINIT_ABSENCE_H

#include "runs/runs.h"

enum { ABSENCE_AT = 32768, ABSENCE_WHY_BYTES = 160 };
enum { ABSENCE_NONE, ABSENCE_LASTS, ABSENCE_STOPS /* everything is being stopped without a supervisor */ };

struct absence {
    uint32_t state; /* written last */
    uint32_t ended_count;
    uint64_t since_ns; /* of CLOCK_MONOTONIC */
    char why[ABSENCE_WHY_BYTES];
    uint32_t ended[RUNS_LIMIT]; /* numbers of runs whose main process was reaped */
};

/* Once. Without it, or where the box cannot be mapped, nothing is noted. */
void absence_open(int box);

/* A supervisor that was in charge was lost. Of several losses in a row the first one counts. */
void absence_begin(void);
/* Why there is still none: joins the strings up to the final NULL. Nothing outside of an absence. */
void absence_because(const char *first, ...) __attribute__((sentinel));
/* Whenever something may have ended. Nothing outside of an absence. */
void absence_note_runs(void);
void absence_note_stop(void);
/* A supervisor is in charge. */
void absence_end(void);

#endif
