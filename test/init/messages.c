/* What init says on descriptors of all kinds, under the sanitizers: it never waits, loses no count, and changes no flag. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>

static FILE *report; /* a failed check must not write to the full pipe */
#undef stderr
#define stderr report
#include "check.h"
#include "../../src/init/say.h"
#include "../../src/init/write_now.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { NOBODY = 65534, PIECE = 4096 };

static char text[1 << 20];
static size_t used;

/* In the place of descriptor 2. */
static void say_to(int fd) {
    report = fdopen(fcntl(2, F_DUPFD_CLOEXEC, 100), "w");
    CHECK(report != NULL && dup2(fd, 2) == 2);
    close(fd);
}

static int flags_of_2(void) { return fcntl(2, F_GETFL) & (O_NONBLOCK | O_APPEND); }

/* What has been read since taken(), and everything that is there now. */
static const char *taken_more(int fd) {
    struct pollfd readable = {fd, POLLIN, 0};
    for (ssize_t got = 1; got > 0 && used < sizeof text - 1 && poll(&readable, 1, 0) == 1; used += got > 0 ? (size_t)got : 0)
        got = read(fd, text + used, sizeof text - 1 - used);
    text[used] = 0;
    return text;
}

/* Everything that is there. */
static const char *taken(int fd) {
    used = 0;
    return taken_more(fd);
}

static void fill(int length) {
    char bytes[PIECE];
    memset(bytes, '.', sizeof bytes);
    ssize_t sent;
    while ((sent = write_now(2, bytes, (size_t)length)) > 0) { }
    CHECK(sent < 0 && errno == EAGAIN);
}

static int has_no_child(void) { return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD; }

/* As for a container whose streams belong to another user. */
static void forbid_opening(void) {
    CHECK(fchmod(2, 0) == 0);
    if (getuid() == 0) CHECK(setresuid(NOBODY, NOBODY, NOBODY) == 0);
    CHECK(open("/proc/self/fd/2", O_WRONLY) < 0);
}

static void counts_and_tells(int reader) {
    fill(PIECE);
    say("one", NULL);
    say("two", NULL);
    CHECK(say_deadline() != 0 && flags_of_2() == 0);
    CHECK(strstr(taken(reader), "tsinit") == NULL);
    say("three", NULL);
    CHECK(strcmp(taken(reader), "tsinit: 2 messages of init could not be written here in time\ntsinit: three\n") == 0);
    CHECK(say_deadline() == 0 && flags_of_2() == 0);
}

static void full_pipe(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    say_to(ends[1]);
    counts_and_tells(ends[0]);
}

static void owed_alone(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    say_to(ends[1]);
    fill(PIECE);
    say("one", NULL);
    taken(ends[0]);
    struct pollfd readable = {ends[0], POLLIN, 0};
    while (poll(&readable, 1, 1) == 0) say_owed();
    CHECK(strcmp(taken(ends[0]), "tsinit: 1 message of init could not be written here in time\n") == 0);
    CHECK(say_deadline() == 0);
}

static void full_socket(void) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    say_to(ends[1]);
    counts_and_tells(ends[0]);
}

static void no_reader(void) {
    int ends[2];
    CHECK(pipe(ends) == 0 && signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    say_to(ends[1]);
    close(ends[0]);
    say("one", NULL);
    CHECK(say_deadline() == 0);
    close(2);
    say("two", NULL);
    CHECK(say_deadline() == 0);
}

/* Those who share the description find the offset behind what was written. */
static void file(void) {
    char path[] = "/tmp/tsinit-test-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0 && unlink(path) == 0);
    int shared = dup(fd);
    say_to(fd);
    say("one", NULL);
    CHECK(write(shared, "two\n", 4) == 4);
    say("three", NULL);
    CHECK(pread(shared, text, sizeof text, 0) == 30 && memcmp(text, "tsinit: one\ntwo\ntsinit: three\n", 30) == 0);
    CHECK(flags_of_2() == 0 && say_deadline() == 0 && !write_is_under_way() && has_no_child());
}

static int open_terminal(void) {
    int unlocked = 0, ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios modes;
    CHECK(ours >= 0 && ioctl(ours, TIOCSPTLCK, &unlocked) == 0);
    int theirs = ioctl(ours, 0x5441 /* TIOCGPTPEER */, O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(theirs >= 0 && tcgetattr(theirs, &modes) == 0);
    modes.c_oflag &= ~(tcflag_t)OPOST;
    CHECK(tcsetattr(theirs, TCSANOW, &modes) == 0);
    say_to(theirs);
    return ours;
}

static void full_terminal(void) {
    int reader = open_terminal();
    fill(PIECE);
    say("one", NULL);
    CHECK(say_deadline() != 0 && flags_of_2() == 0);
    taken(reader);
    say("two", NULL);
    const char *said = strstr(taken(reader), "tsinit: 1 message");
    CHECK(said != NULL && strcmp(said, "tsinit: 1 message of init could not be written here in time\ntsinit: two\n") == 0);
}

/* Its pipe may not be opened again: the kernel is asked not to wait for this write, or a process writes. */
static void forbidden_pipe(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    say_to(ends[1]);
    forbid_opening();
    fill(PIECE);
    say("one", NULL);
    CHECK(say_deadline() != 0 && flags_of_2() == 0);
    taken(ends[0]);
    while (write_is_under_way()) taken(ends[0]);
    say("two", NULL);
    const char *said = strstr(taken(ends[0]), "tsinit: 1 message");
    CHECK(said != NULL && strcmp(said, "tsinit: 1 message of init could not be written here in time\ntsinit: two\n") == 0);
}

/* A process writes, and hangs: as with a disk that does not answer. */
static void forbidden_terminal(void) {
    int reader = open_terminal();
    forbid_opening();
    say("one", NULL);
    CHECK(strcmp(taken(reader), "tsinit: one\n") == 0 && !write_is_under_way() && say_deadline() == 0);
    fill(PIECE);
    CHECK(write_is_under_way() && has_no_child());
    say("two", NULL);
    say("three", NULL);
    CHECK(say_deadline() != 0 && flags_of_2() == 0);
    while (write_is_under_way()) taken(reader);
    used = 0;
    while (strstr(taken_more(reader), "tsinit: 2 messages of init could not be written here in time\n") == NULL) say_owed();
    CHECK(say_deadline() == 0 && has_no_child());
}

static const struct { const char *name; void (*run)(void); } tests[] = {
    {"full-pipe", full_pipe}, {"owed-alone", owed_alone}, {"full-socket", full_socket}, {"no-reader", no_reader}, {"file", file},
    {"full-terminal", full_terminal}, {"forbidden-pipe", forbidden_pipe}, {"forbidden-terminal", forbidden_terminal},
};

int main(int count, char **arguments) {
    for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (count < 2) printf("%s\n", tests[i].name);
        else if (strcmp(arguments[1], tests[i].name) == 0) return tests[i].run(), 0;
    }
    return count < 2 ? 0 : 2;
}
