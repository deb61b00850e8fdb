/* From the options of direct mode to a launch: terminal, process group, descriptors that socket activation handed us, and
 * the sentence when it fails. Knows nothing of what happens after the start. */
#include "direct/direct_start.h"
#include "command_line/options.h"
#include "command_line/personality.h"
#include "say.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SENTENCE_BYTES = 1024, MOST_LISTEN_DESCRIPTORS = 1000000 };

static struct launch request; /* 4 KiB of groups that stay untouched */

static int small_number(const char *text) {
    int value = 0;
    for (; text && *text >= '0' && *text <= '9' && value < MOST_LISTEN_DESCRIPTORS; text++)
        value = value * 10 + (*text - '0');
    return value;
}

/* Socket activation names its process by pid. When that is us it becomes the child, and its descriptors stay open. */
static void pass_activation(char **envp) {
    static char variable[sizeof "LISTEN_PID=" + 12] = "LISTEN_PID=";
    const char *pid = environment_value(envp, "LISTEN_PID");
    if (!pid || small_number(pid) != getpid())
        return;
    request.listen_descriptors = small_number(environment_value(envp, "LISTEN_FDS"));
    request.pid_texts[0] = variable + sizeof "LISTEN_PID=" - 1;
    for (; *envp; envp++)
        if (strncmp(*envp, variable, sizeof "LISTEN_PID=" - 1) == 0)
            *envp = variable;
}

/* dumb-init gives its own session up so that the child's can have the terminal; only a session's leader can do that. */
static int terminal_for_session(void) {
    if (getsid(0) != getpid() || ioctl(0, TIOCNOTTY) != 0)
        return -1;
    sigset_t hung_up;
    sigemptyset(&hung_up);
    sigaddset(&hung_up, SIGHUP); /* what the kernel tells the group that lost it */
    sigaddset(&hung_up, SIGCONT);
    struct timespec now = {0, 0};
    while (sigtimedwait(&hung_up, NULL, &now) > 0) { }
    return 0;
}

static int terminal_for(const struct direct_options *options, struct terminal *terminal) {
    switch (options->group) {
    case GROUP_OWN: return terminal_at_start(terminal);
    case GROUP_SESSION: return terminal_for_session();
    case GROUP_KEEP: break;
    }
    return -1;
}

static noreturn void refuse(const struct direct_options *options, struct terminal *terminal, const struct launch_failure *failure) {
    char sentence[SENTENCE_BYTES];
    terminal_take_back(terminal, terminal->fd >= 0 ? tcgetpgrp(terminal->fd) : -1);
    describe_failure(failure, options->command[0], sentence, sizeof sentence);
    int code = failure_exit_code(failure);
    const char *tool = code == 127 && options->personality == AS_TSINIT ? tool_named(options->command[0], 1) : NULL;
    if (tool)
        say(sentence, "; did you mean 'tsinit ", tool, "'?", NULL);
    else
        say(sentence, NULL);
    _exit(options->exec_failure_code ? options->exec_failure_code : code);
}

/* A mask or an ignored signal that an engine or a launcher left would make the command deaf for a stop. Under their names, what was
 * inherited goes on to the command as with those programs. */
static void set_signals(const struct origin *origin, enum personality personality) {
    static const sigset_t none;
    request.mask = personality & (AS_TINI | AS_CATATONIT) ? &origin->signals.mask : &none;
    request.keep_dispositions = personality & (AS_TINI | AS_CATATONIT);
}

pid_t direct_start(const struct origin *origin, const struct direct_options *options, struct terminal *terminal, struct launching *launching) {
    struct launch_failure failure;
    request.argv = request.script = options->command;
    request.envp = origin->envp;
    request.streams[1] = 1;
    request.streams[2] = 2;
    request.group = options->group;
    set_signals(origin, options->personality);
    request.keep_descriptors = options->keeps_descriptors;
    request.terminal = terminal_for(options, terminal);
    pass_activation(origin->envp);
    pid_t pid = launch_begin(&request, 0, launching, &failure);
    if (pid < 0)
        refuse(options, terminal, &failure);
    return pid;
}

int direct_is_started(const struct direct_options *options, struct terminal *terminal, struct launching *launching) {
    struct launch_failure failure;
    enum launch_news news = launch_look(launching, &failure);
    if (news == LAUNCH_UNDER_WAY)
        return 0;
    launch_forget(launching);
    if (news == LAUNCH_REFUSED)
        refuse(options, terminal, &failure);
    return 1;
}
