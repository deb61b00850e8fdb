/* A dense table. What becomes of a launch: SPAWNED is to be told, or the run is dropped and its refusal is. */
#include "runs/launching.h"
#include "clock.h"
#include "conversation/refusals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

struct entry { uint32_t run; pid_t pid; uint64_t patient_until; int is_cancelled; struct launching launching; int given[LAUNCH_GIVEN]; };

/* How long a program on its way to exec keeps those back that were asked for after it: execs end in any order, and are told in the order of the requests.
 * Hooks and health checks have no order: they keep nobody back, and nobody them. */
enum { PATIENCE_NS = 2000000000 };

static struct entry table[RUNS_LIMIT];
static unsigned count;

static void close_given(struct entry *entry) {
    for (int i = 0; i < LAUNCH_GIVEN; i++) {
        if (entry->given[i] >= 0) close(entry->given[i]);
        entry->given[i] = -1;
    }
}

/* What the child is given is its own now: our copies must not keep a pipe from its end. */
static void settle_given(struct entry *entry) {
    if (entry->launching.report_end < 0) close_given(entry);
}

void launching_add(struct run *run, const struct launching *launching, const int given[LAUNCH_GIVEN]) {
    struct entry *entry = &table[count++];
    *entry = (struct entry){.run = run->number, .pid = run->pid, .patient_until = clock_now() + PATIENCE_NS, .launching = *launching};
    for (int i = 0; i < LAUNCH_GIVEN; i++) entry->given[i] = given[i];
    run->is_launching = 1;
    settle_given(entry);
}

static int keeps_back(const struct entry *entry, uint64_t now) { return entry->run < FIRST_TASK_RUN && entry->patient_until > now; }

uint32_t launching_first(void) {
    uint32_t first = UINT32_MAX;
    uint64_t now = count > 0 ? clock_now() : 0;
    for (unsigned i = 0; i < count; i++) {
        if (keeps_back(&table[i], now) && table[i].run < first) first = table[i].run;
    }
    return first;
}

uint64_t launching_deadline(void) {
    uint64_t deadline = 0, now = count > 0 ? clock_now() : 0;
    for (unsigned i = 0; i < count; i++) {
        if (keeps_back(&table[i], now)) deadline = deadline_earlier(deadline, table[i].patient_until);
    }
    return deadline;
}

unsigned launching_watch(struct pollfd *watched) {
    for (unsigned i = 0; i < count; i++) watched[i] = (struct pollfd){table[i].is_cancelled ? -1 : table[i].launching.report, POLLIN, 0};
    return count;
}

static void remove_at(unsigned at) {
    launch_forget(&table[at].launching);
    close_given(&table[at]);
    table[at] = table[--count];
}

/* Returns 1 when it was refused. */
static int settle(unsigned at, enum launch_news news, const struct launch_failure *failure) {
    struct run *run = run_find(table[at].run);
    uint32_t number = table[at].run;
    remove_at(at);
    if (news == LAUNCH_REFUSED) {
        run_drop(run);
        refusals_add_spawn(number, failure);
        return 1;
    }
    run->is_launching = 0;
    run->started_ns = clock_kernel();
    if ((run->tell & TELL_RUN) == 0) run_set_tell(run, run->tell | TELL_SPAWNED);
    return 0;
}

void launching_serve(const struct pollfd *watched, unsigned watched_count) {
    struct launch_failure failure;
    for (unsigned i = watched_count; i-- > 0;) { /* downwards: the hole of one that is removed is filled from behind */
        if (watched[i].revents == 0) continue;
        enum launch_news news = launch_look(&table[i].launching, &failure);
        if (news == LAUNCH_UNDER_WAY) settle_given(&table[i]);
        else settle(i, news, &failure);
    }
}

void launching_cancel(const struct run *run) {
    struct launch_failure failure;
    for (unsigned i = 0; run->is_launching && i < count; i++) {
        if (table[i].run != run->number) continue;
        enum launch_news news = launch_look(&table[i].launching, &failure);
        if (news != LAUNCH_UNDER_WAY) settle(i, news, &failure);
        else table[i].is_cancelled = kill(table[i].pid, SIGKILL) == 0;
        return;
    }
}

int launching_ended(pid_t pid) {
    struct launch_failure failure;
    for (unsigned i = 0; i < count; i++) {
        if (table[i].pid != pid) continue;
        enum launch_news news = launch_look(&table[i].launching, &failure);
        if (news != LAUNCH_REFUSED && table[i].is_cancelled) {
            failure = (struct launch_failure){.stage = STAGE_EXEC, .error = ECANCELED};
            news = LAUNCH_REFUSED;
        }
        return settle(i, news == LAUNCH_REFUSED ? news : LAUNCH_DONE, &failure);
    }
    return 0;
}
