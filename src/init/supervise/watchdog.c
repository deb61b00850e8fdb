/* One deadline, moved by every sign of progress. The active clock (clock.h) leaves out the time in which init did not run itself (a frozen
 * container): nobody could answer then. */
#include "supervise/watchdog.h"
#include "clock.h"

#include <string.h>

enum { DEFAULT_SECONDS = 10, LONGEST_SECONDS = 3600, START_FACTOR = 6 };

static unsigned seconds = DEFAULT_SECONDS;
static uint64_t deadline;
static uint32_t progress;

void watchdog_configure(char *const *environment) {
    static const char name[] = "TSINIT_WATCHDOG_SECONDS=";
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, sizeof name - 1) != 0) continue;
        const char *digit = *environment + sizeof name - 1;
        unsigned value = 0;
        while (*digit >= '0' && *digit <= '9' && value <= LONGEST_SECONDS) value = value * 10 + (unsigned)(*digit++ - '0');
        if (*digit == '\0' && digit[-1] != '=' && value <= LONGEST_SECONDS) seconds = value;
    }
}

unsigned watchdog_seconds(void) { return seconds; }

void watchdog_reset(void) { deadline = 0; }

uint64_t watchdog_deadline(void) { return deadline; }

int watchdog_bites(uint32_t sent, uint32_t handled, int is_ready) {
    if (seconds == 0 || handled >= sent) {
        deadline = 0;
        return 0;
    }
    uint64_t now = clock_now(), patience = (uint64_t)seconds * NS_PER_S * (is_ready ? 1 : START_FACTOR);
    if (deadline == 0 || handled != progress) {
        progress = handled;
        deadline = now + patience;
        return 0;
    }
    return now >= deadline;
}
