/* The area is mapped when the first supervisor is lost. A reader sees a state that was stored after what it is about. */
#include "supervise/absence.h"
#include "clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct absence *area; /* NULL: not mapped */
static int box = -1;

static void set_state(uint32_t state) { __atomic_store_n(&area->state, state, __ATOMIC_RELEASE); }

/* A supervisor that was in charge has made the box as long as it is to be. init does not: growing a file may raise a signal (RLIMIT_FSIZE). */
static int is_mapped(void) {
    struct stat status;
    if (area != NULL) return 1;
    if (box < 0 || fstat(box, &status) != 0 || status.st_size < (off_t)(ABSENCE_AT + sizeof *area)) return 0;
    void *mapped = mmap(NULL, sizeof *area, PROT_READ | PROT_WRITE, MAP_SHARED, box, ABSENCE_AT);
    if (mapped != MAP_FAILED) area = mapped;
    return area != NULL;
}

void absence_open(int of_box) { box = of_box; }

void absence_begin(void) {
    if (!is_mapped() || area->state != ABSENCE_NONE) return;
    area->since_ns = clock_kernel();
    area->why[0] = '\0';
    area->ended_count = 0;
    set_state(ABSENCE_LASTS);
}

void absence_because(const char *first, ...) {
    if (area == NULL || area->state == ABSENCE_NONE) return;
    unsigned used = 0;
    va_list pieces;
    va_start(pieces, first);
    for (const char *piece = first; piece != NULL; piece = va_arg(pieces, const char *)) {
        while (*piece != '\0' && used < ABSENCE_WHY_BYTES - 1) area->why[used++] = *piece++;
    }
    va_end(pieces);
    area->why[used] = '\0';
}

void absence_note_runs(void) {
    if (area == NULL || area->state == ABSENCE_NONE) return;
    uint32_t count = 0;
    for (int i = 0; i < runs_count(); i++) {
        if (!run_at(i)->is_running) area->ended[count++] = run_at(i)->number;
    }
    area->ended_count = count;
}

void absence_note_stop(void) {
    absence_begin();
    if (area != NULL) set_state(ABSENCE_STOPS);
}

void absence_end(void) {
    if (area != NULL && area->state != ABSENCE_NONE) set_state(ABSENCE_NONE);
}
