/* Anything a supervisor may send, into the decoder and the orders, with a launch that starts nothing. Works as a libFuzzer
 * target, and with -DOWN_DRIVER as a program that mutates the recorded frames by itself: fuzz SECONDS FILES... */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "check.h"
#include "../../src/init/clock.h"
#include "../../src/init/runs/launching.h"
#include "../../src/init/conversation/link.h"
#include "../../src/init/conversation/orders.h"
#include "../../src/init/conversation/refusals.h"
#include "../../src/init/runs/runs.h"

#include <sys/socket.h>
#include <unistd.h>

static pid_t next_pid = 500000000; /* beyond every pid there can be */

int child_become(const gid_t *groups, int count, gid_t gid, uid_t uid) {
    CHECK(groups != NULL && count >= 0 && count <= LAUNCH_GROUPS && gid != (gid_t)-1 && uid != 0);
    return 0;
}

void launch_own(struct launching *launching) { launching->report_end = -1; }
void launch_forget(struct launching *launching) { launch_own(launching); }

enum launch_news launch_look(struct launching *launching, struct launch_failure *failure) {
    failure->stage = STAGE_EXEC;
    return launching->report_end == 1 ? LAUNCH_REFUSED : LAUNCH_DONE;
}

pid_t launch_begin(const struct launch *request, int shares, struct launching *launching, struct launch_failure *failure) {
    CHECK(shares);
    *launching = (struct launching){-1, (int)(next_pid % 2)};
    memset(failure, 0, sizeof *failure);
    CHECK(request->argv[0] != NULL && request->group_count <= LAUNCH_GROUPS && request->limit_count <= LAUNCH_LIMITS);
    volatile size_t read_all = 0;
    for (char *const *word = request->argv; *word != NULL; word++) read_all += strlen(*word);
    for (char *const *word = request->envp; *word != NULL; word++) read_all += strlen(*word);
    failure->stage = STAGE_EXEC;
    return read_all % 3 == 0 ? -1 : next_pid++;
}

static void forget_all(void) {
    struct rusage usage = {0};
    for (int i = 0; i < runs_count(); i++) {
        struct run *run = run_at(i);
        if (run->is_running && launching_ended(run->pid)) {
            i--;
            continue;
        }
        if (run->is_running) runs_note_exit(run->pid, 0, &usage);
        run_release(run);
    }
    runs_check_groups();
    for (int i = 0; i < runs_count(); i++) run_set_tell(run_at(i), 0);
    runs_forget_over();
    CHECK(runs_count() == 0 && runs_running() == 0);
    refusals_clear();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct origin origin;
    struct conversation talk = {.exit_code = -1};
    struct frame frame;
    int ends[2];
    enum link_input input = LINK_NOTHING;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    link_open(ends[0]);
    for (size_t sent = 0; sent < size && input != LINK_BROKEN;) {
        ssize_t step = send(ends[1], data + sent, size - sent < 1000 ? size - sent : 1000, MSG_DONTWAIT);
        CHECK(step > 0);
        sent += (size_t)step;
        while ((input = link_receive(&frame)) == LINK_FRAME) order_obey(&origin, &frame, &talk);
    }
    CHECK(talk.exit_code >= -1 && talk.exit_code <= 255);
    link_close();
    close(ends[1]);
    forget_all();
    return 0;
}

#ifdef OWN_DRIVER
static uint64_t state = 88172645463325252ULL;

static uint64_t chance(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

int main(int count, char **arguments) {
    static unsigned char seeds[64][4096], input[8192];
    size_t lengths[64], seed_count = 0;
    unsigned long rounds = 0;
    for (int i = 2; i < count && seed_count < 64; i++, seed_count++) {
        FILE *file = fopen(arguments[i], "r");
        CHECK(file != NULL);
        lengths[seed_count] = fread(seeds[seed_count], 1, sizeof seeds[0], file);
        fclose(file);
    }
    CHECK(seed_count > 0);
    uint64_t end = clock_now() + strtoull(arguments[1], NULL, 10) * NS_PER_S;
    for (; clock_now() < end; rounds++) {
        size_t length = 0;
        for (uint64_t frames = 1 + chance(4); frames > 0; frames--) {
            size_t seed = chance(seed_count);
            if (length + lengths[seed] > sizeof input) break;
            memcpy(input + length, seeds[seed], lengths[seed]);
            length += lengths[seed];
        }
        for (uint64_t changes = chance(8); changes > 0; changes--) {
            size_t at = chance(length);
            input[at] = chance(2) ? (unsigned char)chance(256) : (unsigned char)(input[at] ^ 1U << chance(8));
        }
        if (chance(4) == 0) length = 1 + chance(length);
        LLVMFuzzerTestOneInput(input, length);
    }
    printf("Done %lu runs\n", rounds);
    return 0;
}
#endif
