/* Entry of the executable: puts the process into the state that every role relies on (all signals blocked, 0 to 2 open,
 * orphans adopted), notes what was found for the programs, and hands over to one role for good. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "command_line/args.h"
#include "modes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* In .data although they start as zeros: that page is written anyway, so direct mode saves one page of memory. */
#define IN_WRITTEN_PAGE __attribute__((section(".data")))
static struct origin origin IN_WRITTEN_PAGE;
static struct direct_options options IN_WRITTEN_PAGE;

/* A closed standard descriptor would be taken by the next open; a message would then land in somebody's file. Without
 * /dev/null (an empty image) a handle on / keeps the place: reading and writing it fail as on a closed one. */
static unsigned open_standard_descriptors(void) {
    unsigned closed = 0;
    struct pollfd standard[3] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    if (poll(standard, 3, 0) <= 0) /* one call in the usual case */
        return closed;
    for (int fd = 0; fd < 3; fd++) {
        if (!(standard[fd].revents & POLLNVAL))
            continue;
        closed |= 1U << fd;
        if (open("/dev/null", O_RDWR) < 0)
            (void)!open("/", O_PATH);
    }
    return closed;
}

static int default_child_signal(void) {
    struct sigaction action, before; /* started with CHLD ignored, the kernel would throw exit codes away */
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    return sigaction(SIGCHLD, &action, &before) == 0 && before.sa_handler == SIG_IGN;
}

int main(int argc, char **argv, char **envp) {
    static char own_name[] = "tsinit", *no_words[] = {own_name, NULL};
    char **brain;
    signals_block(&origin.signals);
    origin.argv = argc > 0 ? argv : no_words;
    origin.envp = envp;
    origin.is_pid1 = getpid() == 1;
    origin.closed = open_standard_descriptors();
    origin.is_child_ignored = default_child_signal();
    enum role role = args_read(&origin, &options, &brain);
    if (role == ROLE_CLIENT)
        client_mode(&origin);
    if (role == ROLE_HEALTHCHECK)
        healthcheck_mode(argv + 2);
    if (!origin.is_pid1)
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (role == ROLE_DIRECT)
        direct_mode(&origin, &options);
    getrlimit(RLIMIT_NOFILE, &origin.nofile);
    supervise_mode(&origin, brain);
}
