/* A plain fork, since the embedded supervisor is mapped into the child rather than executed. The child gets a process group
 * of its own (the terminal's keys are init's to hear), dies with init, and reads nothing from standard input. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "supervise/supervisor_start.h"
#include "launch/child_steps.h"
#include "runs/copied_marks.h"
#include "launch/exec_search.h"
#include "node/payload.h"
#include "conversation/protocol.h"
#include "runs/rights.h"
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CANNOT_LOWER = 70, ENVIRONMENT_STRINGS = 65536, OUT_OF_THE_WAY = 16 };

/* The user's environment with our role on top, whatever it said of that itself. */
static char *const *environment_with_role(char *const *original) {
    static char *strings[ENVIRONMENT_STRINGS], role[] = "TSINIT_ROLE=supervise";
    size_t count = 0;
    for (; *original != NULL && count < ENVIRONMENT_STRINGS - 2; original++) {
        if (strncmp(*original, "TSINIT_ROLE=", 12) != 0) strings[count++] = *original;
    }
    strings[count++] = role;
    strings[count] = NULL;
    return strings;
}

/* Before anything else: whatever was read meanwhile is that user's to write. The death signal comes after it, for a change of user takes that away. */
static void lower_or_end(void) {
    int error = rights_lower();
    if (error == 0) return;
    say("cannot start the supervisor as the user that it had become: ", strerror(error), NULL);
    _exit(CANNOT_LOWER);
}

static noreturn void run_brain(const struct origin *origin, char *const *brain, int link, int box) {
    struct launch_failure failure = {.stage = STAGE_STREAMS};
    static struct launch request;
    request.streams[0] = -1;
    request.streams[1] = 1;
    request.streams[2] = 2;
    request.terminal = -1;
    request.group = GROUP_OWN;
    request.listen_descriptors = box >= 0 ? 2 : 1;
    request.mask = &origin->signals.mask;
    request.parent_death_signal = SIGKILL;
    lower_or_end();
    int high_link = fcntl(link, F_DUPFD, OUT_OF_THE_WAY), high_box = box >= 0 ? fcntl(box, F_DUPFD, OUT_OF_THE_WAY) : -1;
    if (dup2(high_link, LINK_FD) < 0 || (box >= 0 && dup2(high_box, BOX_FD) < 0)) failure.error = errno;
    else failure.stage = child_prepare(&request, &failure.error);
    if (failure.stage == STAGE_NONE) {
        failure.stage = STAGE_EXEC;
        exec_search(NULL, brain, environment_with_role(origin->envp), &failure);
    }
    char text[1024];
    describe_failure(&failure, brain[0], text, sizeof text);
    say(text, NULL);
    _exit(failure_exit_code(&failure));
}

static noreturn void run_embedded(const struct origin *origin, int link, int box) {
    setpgid(0, 0);
    lower_or_end();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) dup2(nothing, 0); /* in an image without devices it keeps what init has */
    payload_run(origin->argv, payload_environment("supervise", origin->envp), link, box);
}

pid_t supervisor_start(const struct origin *origin, char *const *brain, int box, int *link) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    copied_marks_hide();
    pid_t pid = fork();
    if (pid == 0) {
        if (brain != NULL) run_brain(origin, brain, ends[1], box);
        else run_embedded(origin, ends[1], box);
    }
    int error = errno;
    copied_marks_show();
    close(ends[1]);
    if (pid < 0) close(ends[0]);
    else *link = ends[0];
    errno = error;
    return pid;
}
