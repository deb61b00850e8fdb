/* init's parts under the sanitizers, without a supervisor: recorded frames both ways, the table of runs, half sent frames,
 * launches. Each name in `tests` is a test; the argument picks one. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "check.h"
#include "../../src/init/supervise/absence.h"
#include "../../src/init/clock.h"
#include "../../src/init/descriptors.h"
#include "../../src/init/errand.h"
#include "../../src/init/sockets/hold.h"
#include "../../src/init/conversation/inbox.h"
#include "../../src/init/conversation/link.h"
#include "../../src/init/sockets/listen.h"
#include "../../src/init/conversation/orders.h"
#include "../../src/init/conversation/protocol.h"
#include "../../src/init/conversation/refusals.h"
#include "../../src/init/runs/launching.h"
#include "../../src/init/runs/rights.h"
#include "../../src/init/sockets/socket_place.h"
#include "../../src/init/runs/spawn_request.h"
#include "../../src/init/conversation/telling.h"
#include "../../src/init/supervise/watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned char bytes[8 << 20];
static int peer; /* the supervisor's end */

static void connect_link(void) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    link_open(ends[0]);
    peer = ends[1];
}

static struct frame arrive(const char *name) {
    struct frame frame;
    unsigned length = recorded(name, bytes, sizeof bytes);
    CHECK(write(peer, bytes, length) == (ssize_t)length);
    CHECK(link_receive(&frame) == LINK_FRAME);
    return frame;
}

static void full_request(void) {
    static struct spawn_request request;
    connect_link();
    struct frame frame = arrive("spawn");
    CHECK(spawn_request_decode(&frame, &request) == NULL);
    const struct launch *launch = &request.launch;
    CHECK(request.run == 8);
    CHECK(strcmp(launch->argv[0], "sh") == 0 && strcmp(launch->argv[2], "exit 3") == 0 && launch->argv[3] == NULL);
    CHECK(strcmp(launch->file, "/bin/sh") == 0 && strcmp(launch->directory, "/srv") == 0 && strcmp(launch->chroot_to, "/jail") == 0);
    CHECK(strcmp(launch->envp[1], "EMPTY=") == 0 && launch->envp[3] == NULL);
    CHECK(launch->has_uid && launch->uid == 1000 && launch->has_gid && launch->gid == 1001);
    CHECK(launch->group_count == 2 && launch->groups[1] == 20);
    CHECK(launch->umask == 027 && launch->nice == -5 && launch->oom_score == -100 && launch->no_new_privileges);
    CHECK(launch->limit_count == 2 && launch->limits[0].value.rlim_max == 200 && launch->limits[1].value.rlim_cur == RLIM_INFINITY);
    CHECK(launch->bounding_drop == 0x21 && launch->group == GROUP_SESSION && launch->parent_death_signal == 9);
    CHECK(request.kinds[0] == STREAM_NULL && request.kinds[1] == STREAM_PIPE && request.kinds[2] == STREAM_AS_STDOUT);
    CHECK(request.stop.signal == 3 && request.stop.wait_ms == 5000 && request.stop.scope == SCOPE_GROUP);
    frame = arrive("spawn-small");
    CHECK(spawn_request_decode(&frame, &request) == NULL && request.run == 9 && request.launch.envp[0] == NULL);
    CHECK(request.launch.group == GROUP_OWN && request.stop.scope == SCOPE_PROCESS && !request.launch.has_uid);
}

/* What stands behind `spawn-small`: a descriptor, and a variable that has, or has not, room for a process id. */
static void added_attributes(void) {
    static const struct { const char *more; unsigned length; int is_good; } cases[] = {
        {"\x1a\0\0\0\4\0\0\0\x3f\0\0\0", 12, 1}, {"\x1a\0\0\0\4\0\0\0\2\0\0\0", 12, 0}, {"\x1a\0\0\0\4\0\0\0\x40\0\0\0", 12, 0},
        {"\3\0\0\0\16\0\0\0P=00000000000\0\x1b\0\0\0\2\0\0\0P", 32, 1}, {"\3\0\0\0\15\0\0\0P=0000000000\0\x1b\0\0\0\2\0\0\0P", 31, 0},
        {"\x1b\0\0\0\2\0\0\0P", 10, 0},
    };
    static struct spawn_request request;
    unsigned length = recorded("spawn-small", bytes, sizeof bytes);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memcpy(bytes + length, cases[i].more, cases[i].length);
        struct frame frame = {FRAME_SPAWN, 0, length - FRAME_HEADER + cases[i].length, bytes + FRAME_HEADER};
        CHECK((spawn_request_decode(&frame, &request) == NULL) == cases[i].is_good);
    }
}

/* Every prefix of a good request is a bad one, or none of it is lost. */
static void cut_requests(void) {
    static struct spawn_request request;
    unsigned length = recorded("spawn", bytes, sizeof bytes) - FRAME_HEADER;
    for (unsigned cut = 0; cut < length; cut++) {
        unsigned char *copy = malloc(cut + 1); /* the sanitizer sees every byte beyond */
        memcpy(copy, bytes + FRAME_HEADER, cut);
        struct frame frame = {FRAME_SPAWN, 0, cut, copy};
        const char *wrong = spawn_request_decode(&frame, &request);
        if (wrong == NULL) CHECK(request.run == 8 && request.launch.argv != NULL);
        free(copy);
    }
}

static void words(void) {
    struct conversation talk = {.exit_code = -1};
    struct frame frame;
    connect_link();
    static const char *const names[] = {"ready", "sweep", "exit", "ack", "stopping", "kill", "release", "stop-signals", "forward"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        frame = arrive(names[i]);
        order_obey(NULL, &frame, &talk);
    }
    CHECK(talk.is_ready && talk.is_stopping && talk.handled == 12 && talk.exit_code == 143);
    CHECK(talk.wants_sweep && talk.sweep_grace_ms == 10000);
    struct frame_writer out;
    CHECK(refusals_peek(&out) == 0);
}

/* spawn-small with more attributes behind it. */
static int is_refused(const char *more, unsigned length) {
    static struct spawn_request request;
    unsigned small = recorded("spawn-small", bytes, sizeof bytes);
    if (length > 0) memcpy(bytes + small, more, length);
    struct frame frame = {FRAME_SPAWN, 0, small - FRAME_HEADER + length, bytes + FRAME_HEADER};
    CHECK(spawn_request_decode(&frame, &request) == NULL);
    const char *refusal = rights_refuse(&frame, &request);
    CHECK(refusal == NULL || strlen(refusal) < sizeof(((struct launch_failure *)0)->detail));
    return refusal != NULL;
}

static void allow_small(const char *more, unsigned length) {
    unsigned small = recorded("spawn-small", bytes, sizeof bytes);
    memcpy(bytes + small, more, length);
    struct frame frame = {FRAME_ALLOW, 0, small - FRAME_HEADER + length, bytes + FRAME_HEADER};
    CHECK(rights_allow(&frame) == NULL);
}

#define ENVIRONMENT(length) "\3\0\0\0" length "\0\0\0"
#define USER_1000 "\5\0\0\0\4\0\0\0\xe8\3\0\0\6\0\0\0\4\0\0\0\xe9\3\0\0\7\0\0\0\4\0\0\0\x0a\0\0\0"
#define EXACTLY(text) text, sizeof text - 1
#define WORDS(text) text, sizeof text /* its NUL is the last byte */

static void lesser_user(void) {
    static const struct { const char *more; unsigned length; int is_refused; } cases[] = {
        {WORDS(ENVIRONMENT("\4") "A=1"), 0},
        {WORDS(ENVIRONMENT("\4") "A=2"), 1},
        {WORDS(ENVIRONMENT("\10") "A=1\0B=1"), 1},
        {WORDS(ENVIRONMENT("\24") "NOTIFY_SOCKET=@\0A=1"), 0},
        {WORDS(ENVIRONMENT("\4") "A=1\0\x12\0\0\0\x0c\0\0\0\x0f\0\0\0\1\0\0\0\0\0\0"), 0},  /* another STOP */
        {WORDS(ENVIRONMENT("\4") "A=1\0\x0b\0\0\0\4\0\0\0\1\0\0"), 1},                            /* OOM_SCORE */
        {WORDS(ENVIRONMENT("\4") "A=1\0\x1e\0\0\0\x1e\0\0\0/sys/fs/cgroup/a/cgroup.procs"), 0},
        {WORDS(ENVIRONMENT("\4") "A=1\0\x1e\0\0\0\x15\0\0\0/sys/fs/cgroup/procs"), 1},
        {WORDS(ENVIRONMENT("\4") "A=1\0\x1e\0\0\0\5\0\0\0/etc"), 1},
        {WORDS(USER_1000 "\x0b\0\0\0\4\0\0\0\1\0\0"), 0},                                          /* a higher OOM_SCORE */
        {EXACTLY(USER_1000 "\x0b\0\0\0\4\0\0\0\xff\xff\xff\xff"), 1},                                    /* a lower one */
        {EXACTLY(USER_1000 "\x09\0\0\0\4\0\0\0\xff\xff\xff\xff"), 1},                                    /* NICE -1 */
        {WORDS(USER_1000 "\x17\0\0\0\4\0\0\0\0\x20\0"), 1},                                          /* IO_PRIORITY of real time */
        {WORDS(USER_1000 "\x13\0\0\0\2\0\0\0/"), 1},                                                  /* CHROOT */
        {WORDS(USER_1000 "\x18\0\0\0\x08\0\0\0\1\0\0\0\0\0\0"), 1},                                  /* KEEP_CAPABILITIES */
        {WORDS(USER_1000 "\x18\0\0\0\x08\0\0\0\0\0\0\0\0\0\0"), 0},
        {WORDS(USER_1000 "\x0a\0\0\0\x14\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 0},        /* LIMIT: no core */
        {WORDS(USER_1000 "\5\0\0\0\4\0\0\0\0\0\0"), 1},                                              /* UID 0 */
        {WORDS(USER_1000 "\6\0\0\0\4\0\0\0\0\0\0"), 1},                                              /* GID 0 */
        {WORDS(USER_1000 "\7\0\0\0\x08\0\0\0\x0a\0\0\0\0\0\0"), 1},                                  /* group 0 beside 10 */
        {WORDS("\5\0\0\0\4\0\0\0\xe8\3\0\0\6\0\0\0\4\0\0\0\xe9\3\0"), 1},                        /* no groups: init's own */
    };
    static const unsigned char become[] = {0, 0, 0, 0, 0xe8, 3, 0, 0, 0xe9, 3, 0, 0, 0xe9, 3, 0, 0, 10, 0, 0, 0}, socket[] = "a socket";
    struct frame frame = {FRAME_BECOME, 0, sizeof become, become};
    struct frame short_frame = {FRAME_BECOME, 0, 11, become};
    CHECK(!is_refused(NULL, 0)); /* nobody has become anybody */
    CHECK(rights_lower() == 0);
    allow_small(WORDS(ENVIRONMENT("\4") "A=1"));
    CHECK(rights_may_listen(socket, 4));
    CHECK(rights_become(&short_frame) != NULL);
    CHECK(rights_become(&frame) == NULL && rights_become(&frame) != NULL);
    CHECK(rights_may_listen(socket, 4) && !rights_may_listen(socket, 5));
    CHECK(is_refused(NULL, 0));
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (is_refused(cases[i].more, cases[i].length) != cases[i].is_refused) {
            fprintf(stderr, "case %u of lesser_user\n", i);
            abort();
        }
    }
    unsigned length = recorded("spawn-small", bytes, sizeof bytes);
    struct frame late = {FRAME_ALLOW, 0, length - FRAME_HEADER, bytes + FRAME_HEADER};
    CHECK(rights_allow(&late) != NULL);
}

static const unsigned char BECOME_1000[] = {0, 0, 0, 0, 0xe8, 3, 0, 0, 0xe9, 3, 0, 0, 0xe9, 3, 0, 0, 10, 0, 0, 0};

static void become_1000(void) { CHECK(rights_become(&(struct frame){FRAME_BECOME, 0, sizeof BECOME_1000, BECOME_1000}) == NULL); }

/* Nothing else can be made to look like what is granted. */
static void forged_grants(void) {
    int status;
    allow_small(WORDS(ENVIRONMENT("\4") "A=1\0\x0b\0\0\0\4\0\0\0\1\0\0"));
    allow_small(WORDS(ENVIRONMENT("\16") "P=00000000000"));
    allow_small(WORDS(ENVIRONMENT("\16") "A=1\0MAINPID=0"));
    run_add(4, 99999999);
    become_1000();
    CHECK(!is_refused(WORDS(ENVIRONMENT("\4") "A=1\0\x0b\0\0\0\4\0\0\0\1\0\0")));
    CHECK(is_refused(WORDS(ENVIRONMENT("\x10") "A=1\0\x0b\0\0\0\4\0\0\0\1\0\0"))); /* the attribute as three strings and empty ones */
    CHECK(!is_refused(WORDS(ENVIRONMENT("\16") "P=00000000000")));
    CHECK(is_refused(WORDS(ENVIRONMENT("\16") "P=00000000000\0\x1b\0\0\0\2\0\0\0P")));
    CHECK(!is_refused(WORDS(ENVIRONMENT("\x25") "P=00000000000\0LISTEN_PID=00000000000\0\x1b\0\0\0\x0b\0\0\0LISTEN_PID")));
    CHECK(!is_refused(WORDS(ENVIRONMENT("\x15") "A=1\0MAINPID=99999999")));
    CHECK(is_refused(WORDS(ENVIRONMENT("\x15") "A=1\0MAINPID=99999998")) && is_refused(WORDS(ENVIRONMENT("\x0f") "A=1\0MAINPID=-1")));
    pid_t pid = fork(); /* the supervisor's copy of our memory */
    if (pid == 0) {
        rights_lower(); /* works for root alone */
        _exit(is_refused(WORDS(ENVIRONMENT("\16") "P=00000000000")) ? 3 : 4);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
}

/* Once, in a sentence. */
static void too_many_grants(void) {
    char text[512] = "";
    int said[2];
    CHECK(pipe2(said, O_CLOEXEC | O_NONBLOCK) == 0);
    int kept = dup(2);
    dup2(said[1], 2);
    for (uint32_t i = 0; i < 16386; i++) CHECK(rights_may_listen((const unsigned char *)&i, sizeof i) == (i < 16384));
    dup2(kept, 2);
    CHECK(read(said[0], text, sizeof text - 1) > 0 && strstr(text, "16384 different starts") != NULL);
    CHECK(strchr(text, '\n') == strrchr(text, '\n') && read(said[0], text, sizeof text) < 0);
}

static void expect_next(const char *name, unsigned variable_from, unsigned variable_to) {
    unsigned char wanted[4096], got[4096];
    unsigned length = recorded(name, wanted, sizeof wanted);
    CHECK(recv(peer, got, length, MSG_WAITALL) == (ssize_t)length);
    for (unsigned i = 0; i < length; i++) {
        if (i >= variable_from && i < variable_to) continue;
        if (got[i] != wanted[i]) fprintf(stderr, "%s differs at byte %u\n", name, i);
        CHECK(got[i] == wanted[i]);
    }
}

static struct run *recorded_run(void) {
    struct run *run = run_add(7, 321);
    run->started_ns = 5000000000;
    return run;
}

static void end_recorded_run(struct run *run, int status) {
    struct rusage usage = {.ru_utime = {0, 1500}, .ru_stime = {0, 2500}, .ru_maxrss = 4096};
    CHECK(runs_note_exit(321, status, &usage));
    run->exited_ns = 6000000000;
    run->has_group = 0;
}

static void tell_recorded(void) {
    static char path[] = "PATH=/bin", empty[] = "EMPTY=", utf[] = "UTF=\xc3\xbc";
    static char *environment[] = {path, empty, utf, NULL};
    static struct origin origin = {.envp = environment, .nofile = {1024, 1048576}, .is_pid1 = 1};
    connect_link();
    struct run *run = recorded_run();
    int pipes[2];
    CHECK(pipe(pipes) == 0);
    run->streams[1] = pipes[0];
    run->streams[2] = pipes[1];
    run_set_tell(run, 0);
    end_recorded_run(run, 0x300);
    runs_note_number(9);
    runs_note_number(0x80000002);
    runs_note_number(8);
    runs_note_number(0x80000001);
    telling_begin(&origin, 3);
    telling_go_on();
    expect_next("hello", 12, 32); /* pid, flags, starts (checked elsewhere), time */
    expect_next("run", 0, 0);
    expect_next("synced", 0, 0);
    run_release(run);
    runs_forget_over();
    CHECK(runs_count() == 0);

    struct launch_failure failure = {STAGE_EXEC, ENOENT, REASON_NOT_FOUND, "nginx", "/usr/bin:/bin"};
    refusals_add_spawn(9, &failure);
    refusals_add_frame(99, "no such frame");
    static const struct sweep_result result = {3, 5, 1, {{400, 7, 1, "nginx"}}};
    telling_add_swept(&result);
    telling_go_on();
    expect_next("spawn-failed", 0, 0);
    expect_next("protocol-error", 0, 0);
    expect_next("swept", 0, 0);

    run = run_add(8, 322);
    run->started_ns = 7000000000;
    run->streams[0] = dup(0);
    run->streams[1] = dup(0);
    run_set_tell(run, TELL_SPAWNED);
    telling_go_on();
    expect_next("spawned", 0, 0);
    run = recorded_run();
    end_recorded_run(run, 9);
    telling_go_on();
    expect_next("exited", 0, 0);
    run->killed_count = 1;
    run->killed[0] = (struct run_victim){400, "nginx"};
    run_set_tell(run, TELL_KILLED);
    telling_go_on();
    expect_next("killed", 0, 0);
    run_set_tell(run, TELL_GROUP_ENDED);
    telling_go_on();
    expect_next("group-ended", 0, 0);
    run_set_tell(run, TELL_TREE_ENDED);
    telling_go_on();
    expect_next("tree-ended", 0, 0);
    run->follow_answer = 323;
    run_set_tell(run, TELL_FOLLOWED);
    telling_go_on();
    expect_next("followed", 0, 0);
}

/* A supervisor that reads nothing, then everything: no byte is lost, none comes twice. */
static void half_sent(void) {
    static char *environment[3001];
    static struct origin origin = {.envp = environment};
    for (int i = 0; i < 3000; i++) environment[i] = strdup("A_VARIABLE=of some length, so that the socket is full soon enough");
    connect_link();
    telling_begin(&origin, 0);
    for (int i = 0; i < 2000; i++) refusals_add_frame((uint16_t)i, "a sentence");
    unsigned have = 0, frames = 0, at = 0;
    for (ssize_t got = 1; got > 0;) {
        telling_go_on();
        got = recv(peer, bytes + have, 777, MSG_DONTWAIT);
        if (got > 0) have += (unsigned)got;
    }
    for (; at < have; frames++) {
        struct frame_reader in = {bytes + at, have - at, 0};
        at += FRAME_HEADER + get_u32(&in);
    }
    CHECK(at == have && frames == 2002 && link_sent() == 2002);
}

static void table(void) {
    for (uint32_t i = 1; i <= RUNS_LIMIT; i++) run_add(i, (pid_t)(100000000 + i));
    struct rusage usage = {0};
    for (uint32_t i = 1; i <= RUNS_LIMIT; i += 2) CHECK(runs_note_exit((pid_t)(100000000 + i), 0, &usage));
    CHECK(!runs_note_exit(100000001, 0, &usage)); /* a pid is known once */
    runs_check_groups();
    for (uint32_t i = 1; i <= RUNS_LIMIT; i += 2) {
        struct run *run = run_find(i);
        CHECK(run != NULL && run->number == i && !run->has_group && run->tell == TELL_EXITED);
        run_release(run);
        run_set_tell(run, 0);
    }
    runs_forget_over();
    CHECK(runs_count() == RUNS_LIMIT / 2 && runs_running() == RUNS_LIMIT / 2);
    for (uint32_t i = 2; i <= RUNS_LIMIT; i += 2) CHECK(run_find(i)->pid == (pid_t)(100000000 + i));
    CHECK(run_find(1) == NULL);
}

/* The number of a group whose last member is gone is given to a new process: the old run must let go of it. */
static void reused_pid(void) {
    struct rusage usage = {0};
    run_add(1, 100000001);
    CHECK(runs_note_exit(100000001, 0, &usage));
    CHECK(run_find(1)->has_group);
    run_add(2, 100000001);
    CHECK(!run_find(1)->has_group && run_find(2)->has_group);
}

/* A run whose process group is another one (run_move_to) is over with its main process. */
static void without_group(void) {
    struct rusage usage = {0};
    struct run *run = run_add(1, 100000001);
    run->has_group = 0;
    run_release(run);
    CHECK(runs_note_exit(100000001, 0, &usage) && run->tell == TELL_EXITED);
    runs_forget_over();
    CHECK(runs_count() == 1);
    run_set_tell(run, 0);
    runs_forget_over();
    CHECK(runs_count() == 0);
}

/* Programs are told in the order in which they were asked for; hooks and health checks wait for nobody, and nobody for them. */
static void tasks_wait_for_nobody(void) {
    const struct launching none = {-1, -1};
    static const int given[LAUNCH_GIVEN] = {-1, -1, -1, -1, -1};
    struct run *second = run_add(2, 100000002), *task = run_add(FIRST_TASK_RUN + 1, 100000003);
    launching_add(task, &none, given);
    CHECK(launching_first() == UINT32_MAX && launching_deadline() == 0);
    run_set_tell(second, TELL_SPAWNED);
    CHECK(runs_next_spawned(launching_first()) == second);
    launching_add(run_add(1, 100000001), &none, given);
    CHECK(launching_first() == 1 && launching_deadline() != 0 && runs_next_spawned(1) == NULL);
    run_set_tell(task, TELL_SPAWNED);
    CHECK(runs_next_spawned(1) == task);
}

static int read_locks(int fd, const void *context, void *outcome) {
    struct rlimit limit;
    char byte;
    (void)context;
    CHECK(getrlimit(RLIMIT_LOCKS, &limit) == 0 && read(fd, &byte, 1) == 1);
    memcpy(outcome, &limit.rlim_cur, sizeof limit.rlim_cur);
    return -1;
}

/* One at a time, without a mark of init's. */
static void errands(void) {
    struct errand errand = {0};
    struct rlimit limit;
    rlim_t seen = 1;
    int ends[2], none;
    CHECK(pipe2(ends, O_CLOEXEC) == 0 && getrlimit(RLIMIT_LOCKS, &limit) == 0);
    limit.rlim_cur = 1000;
    CHECK(setrlimit(RLIMIT_LOCKS, &limit) == 0 && write(ends[1], "x", 1) == 1);
    CHECK(errand_run(&errand, read_locks, ends[0], NULL, &seen, sizeof seen, &none, 50000) == ERRAND_DONE && seen == 0 && none == -1);
    CHECK(errand_run(&errand, read_locks, ends[0], NULL, &seen, sizeof seen, &none, 0) == ERRAND_UNDER_WAY && errand_is_under_way(&errand));
    CHECK(errand_run(&errand, read_locks, ends[0], NULL, &seen, sizeof seen, &none, 0) == ERRAND_BUSY);
    CHECK(write(ends[1], "x", 1) == 1);
    while (errand_is_under_way(&errand)) poll(NULL, 0, 5);
}

/* From here on the kernel is an old one. */
static void deny_close_range(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 436 /* close_range, everywhere */, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void many_descriptors(void) {
    for (int round = 0; round < 2; round++) {
        for (int number = 60; number < 64; number++) CHECK(dup2(0, number) == number);
        descriptors_close(61, 62);
        CHECK(fcntl(60, F_GETFD) == 0 && fcntl(61, F_GETFD) == -1 && fcntl(62, F_GETFD) == -1 && fcntl(63, F_GETFD) == 0);
        descriptors_close_at_exec(61);
        CHECK(fcntl(60, F_GETFD) == 0 && fcntl(63, F_GETFD) == FD_CLOEXEC);
        deny_close_range();
    }
}

/* Until it is executed. Returns the pid, or -1 with *failure filled in; after a failure nothing is left to reap. */
static pid_t launch(const struct launch *request, struct launch_failure *failure) {
    struct launching launching;
    enum launch_news news;
    pid_t pid = launch_begin(request, 0, &launching, failure);
    if (pid < 0) return -1;
    struct pollfd told = {launching.report, POLLIN, 0};
    while ((news = launch_look(&launching, failure)) == LAUNCH_UNDER_WAY) poll(&told, 1, -1);
    launch_forget(&launching);
    if (news == LAUNCH_DONE) return pid;
    CHECK(waitpid(pid, NULL, 0) == pid);
    return -1;
}

static void launches(void) {
    static char shell[] = "sh", option[] = "-c", script[] = "test \"$(cat)\" = hello && exit 3";
    char *const argv[] = {shell, option, script, NULL}, *const envp[] = {NULL};
    static struct launch request;
    struct launch_failure failure;
    int in[2], status;
    CHECK(pipe2(in, O_CLOEXEC) == 0);
    request = (struct launch){.argv = argv, .envp = envp, .streams = {in[0], 1, 2}, .terminal = -1, .group = GROUP_OWN};
    pid_t pid = launch(&request, &failure);
    close(in[0]);
    CHECK(pid > 0 && write(in[1], "hello", 5) == 5 && close(in[1]) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
    request.streams[0] = -1;
    request.directory = "/no/such/directory";
    CHECK(launch(&request, &failure) == -1 && failure.stage == STAGE_DIRECTORY && failure.error == ENOENT);
    CHECK(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD);
}

static void swapped_streams(void) {
    static char shell[] = "sh", option[] = "-c", script[] = "echo out; echo err >&2";
    char *const argv[] = {shell, option, script, NULL}, *const envp[] = {NULL};
    static struct launch request;
    struct launch_failure failure;
    int one[2], two[2], status;
    char text[16];
    CHECK(pipe(one) == 0 && pipe(two) == 0);
    int kept_out = dup(1), kept_err = dup(2);
    dup2(one[1], 1);
    dup2(two[1], 2);
    request = (struct launch){.argv = argv, .envp = envp, .streams = {-1, 2, 1}, .terminal = -1};
    pid_t pid = launch(&request, &failure);
    dup2(kept_out, 1);
    dup2(kept_err, 2);
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(read(two[0], text, sizeof text) == 4 && memcmp(text, "out\n", 4) == 0);
    CHECK(read(one[0], text, sizeof text) == 4 && memcmp(text, "err\n", 4) == 0);
}

static const char *hold(const char *const *names, unsigned count) {
    static unsigned char payload[4096];
    struct frame_writer out = {.length = 0};
    put_u32(&out, 5);
    for (unsigned i = 0; i < count; i++) {
        uint32_t length = (uint32_t)strlen(names[i]) + 1;
        put_u32(&out, 24 + length);
        for (unsigned word = 0; word < 6; word++) put_u32(&out, word == 1 ? 16 : 0);
        put_bytes(&out, names[i], length);
    }
    memcpy(payload, out.bytes, out.length);
    return hold_obey(&(struct frame){FRAME_LISTEN, 0, out.length, payload});
}

static int can_connect(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
    int result = connect(fd, (struct sockaddr *)&address, (socklen_t)(sizeof(sa_family_t) + strlen(name)));
    close(fd);
    return result == 0;
}

/* What is in both lists stays open all the time, what is in neither is closed; a socket that cannot be opened is told with its error. */
static void held_sockets(void) {
    const char *const first[] = {"@tsinit-unit-a", "@tsinit-unit-b", "/no/such/folder/socket"}, *const second[] = {"@tsinit-unit-b"};
    struct frame_writer out;
    int fd;
    CHECK(hold(first, 3) == NULL && can_connect(first[0]) && can_connect(first[1]));
    CHECK(hold_peek(&out, &fd) && fd >= 0);
    hold_told();
    CHECK(hold_peek(&out, &fd) && fd >= 0);
    int kept = fd;
    hold_told();
    CHECK(hold_peek(&out, &fd) && fd == -1 && out.bytes[8] == ENOENT);
    hold_forget_untold();
    CHECK(!hold_peek(&out, &fd));
    CHECK(hold(second, 1) == NULL && !can_connect(first[0]) && can_connect(first[1]));
    CHECK(hold_peek(&out, &fd) && fd == kept);
    CHECK(hold(second, 0) == NULL && !can_connect(first[1]) && !hold_peek(&out, &fd));
    CHECK(hold_obey(&(struct frame){FRAME_LISTEN, 0, 0, NULL}) != NULL);
}

/* A socket for datagrams is shared like the others, and is another one than that of the same name for connections. */
static void held_datagrams(void) {
    static const char name[] = "@tsinit-unit-d";
    struct listen_request request = {.address = name, .backlog = LISTEN_DATAGRAMS};
    int fd = -1, type = 0, place = listen_share(&request, &fd);
    socklen_t size = sizeof type;
    CHECK(place >= 0 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM && !can_connect(name));
    int again = -1, same = listen_share(&request, &again);
    CHECK(same == place && again == fd);
    listen_release(same);
    request.backlog = 1;
    int other = listen_share(&request, &again);
    CHECK(other >= 0 && other != place && can_connect(name));
    listen_release(place);
    listen_release(other);
}

static mode_t mode_of(const char *path, uid_t *owner) {
    struct stat status;
    CHECK(lstat(path, &status) == 0);
    *owner = status.st_uid;
    return status.st_mode;
}

static int place_at(const char *path, int is_named, int *fd, struct socket_place *place) {
    *place = (struct socket_place){.rights = {.mode = 0640, .has_owner = 1, .uid = geteuid(), .gid = getegid()}, .backlog = 1, .is_named = is_named};
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(*fd >= 0);
    return socket_place(*fd, path, place);
}

/* In a process that may change its root, as errand.h has one. */
static int place_alone(const char *path, int fd) {
    struct socket_place place = {.rights = {.mode = 0640, .has_owner = 1, .uid = geteuid(), .gid = getegid()}, .backlog = 1, .is_named = 1, .is_alone = 1};
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(-socket_place(fd, path, &place));
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A socket is made with its rights whatever stood there as a socket, and nothing else is left; rights that come later go to its file, not to
 * what has taken its name. */
static void socket_places(void) {
    char folder[96], path[112], secret[112], way[112];
    struct sockaddr_un name;
    struct socket_place place;
    socklen_t size;
    uid_t owner;
    int fd;
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/tsinit-unit-XXXXXX", temporary != NULL ? temporary : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    strcpy(stpcpy(path, folder), "/s");
    strcpy(stpcpy(secret, folder), "/secret");
    strcpy(stpcpy(way, folder), "/way");
    CHECK(close(open(secret, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
    for (int is_named = 0; is_named < 2; is_named++) {
        CHECK(place_at(path, is_named, &fd, &place) == 0 && place.file >= 0);
        CHECK(mode_of(path, &owner) == (S_IFSOCK | 0640) && owner == geteuid());
        size = sizeof name;
        CHECK(getsockname(fd, (struct sockaddr *)&name, &size) == 0 && (strcmp(name.sun_path, path) == 0) == is_named);
        CHECK(close(place.file) == 0 && close(fd) == 0);
    }
    CHECK(place_at(path, 1, &fd, &place) == 0 && unlink(path) == 0 && symlink(secret, path) == 0);
    place.rights.mode = 0666;
    CHECK(socket_place_change(place.file, &place.rights) == 0 && mode_of(secret, &owner) == (S_IFREG | 0600));
    CHECK(close(place.file) == 0 && close(fd) == 0);
    for (int is_named = 0; is_named < 2; is_named++) {
        CHECK(place_at(path, is_named, &fd, &place) == -EADDRINUSE && place.file == -1 && close(fd) == 0);
        CHECK(place_at(secret, is_named, &fd, &place) == -EADDRINUSE && close(fd) == 0);
        CHECK(place_at("/no/such/folder/s", is_named, &fd, &place) == -ENOENT && close(fd) == 0);
        CHECK(place_at("/", is_named, &fd, &place) == -EISDIR && close(fd) == 0);
        memset(bytes, 'x', 108);
        bytes[108] = 0;
        CHECK(place_at((const char *)bytes, is_named, &fd, &place) == -ENAMETOOLONG && close(fd) == 0);
    }
    CHECK(symlink("..", way) == 0 && unlink(path) == 0);
    if (geteuid() == 0) { /* a stranger's link leads nowhere, and a stranger's folder works */
        CHECK(lchown(way, 65534, 65534) == 0 && chown(folder, 65534, 65534) == 0);
        strcat(way, "/s");
        CHECK(place_at(way, 1, &fd, &place) == -ELOOP && close(fd) == 0);
        *strrchr(way, '/') = 0;
        CHECK(place_at(path, 1, &fd, &place) == 0 && mode_of(path, &owner) == (S_IFSOCK | 0640));
        size = sizeof name;
        CHECK(getsockname(fd, (struct sockaddr *)&name, &size) == 0 && strncmp(name.sun_path, "/proc/self/fd/", 14) == 0);
        CHECK(close(place.file) == 0 && close(fd) == 0);
        for (int i = 0; i < 2; i++) { /* the second one replaces the first */
            CHECK((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0 && place_alone(path, fd) == 0);
            CHECK(mode_of(path, &owner) == (S_IFSOCK | 0640) && owner == 0);
            size = sizeof name;
            CHECK(getsockname(fd, (struct sockaddr *)&name, &size) == 0 && strcmp(name.sun_path, path) == 0);
            CHECK(close(fd) == 0);
        }
        CHECK(unlink(path) == 0 && symlink(secret, path) == 0);
        CHECK((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0 && place_alone(path, fd) == EADDRINUSE && close(fd) == 0);
        CHECK(mode_of(secret, &owner) == (S_IFREG | 0600) && unlink(path) == 0);
    }
    CHECK(unlink(way) == 0 && unlink(secret) == 0 && rmdir(folder) == 0); /* nothing else was left */
}

/* Descriptors from 3 up, in order, even where one stands in the place of another; the process's own id is in LISTEN_PID. */
static void passed_sockets(void) {
    static char shell[] = "sh", option[] = "-c", pid_text[32] = "LISTEN_PID=";
    static char script[] = "read a <&3; read b <&4; test \"$a$b\" = onetwo && test $LISTEN_PID = $$ && ! (: <&5) 2>/dev/null && exit 3";
    char *const argv[] = {shell, option, script, NULL}, *const envp[] = {pid_text, NULL};
    static struct launch request;
    struct launch_failure failure;
    int one[2], two[2], status;
    CHECK(pipe2(one, O_CLOEXEC) == 0 && pipe2(two, O_CLOEXEC) == 0 && write(one[1], "one\n", 4) == 4 && write(two[1], "two\n", 4) == 4);
    int first = fcntl(one[0], F_DUPFD_CLOEXEC, 64), second = fcntl(two[0], F_DUPFD_CLOEXEC, 64);
    CHECK(dup2(second, 3) == 3 && dup2(first, 4) == 4); /* each where the other is to be */
    request = (struct launch){.argv = argv, .envp = envp, .streams = {-1, 1, 2}, .terminal = -1, .sockets = {4, 3}, .socket_count = 2};
    request.pid_texts[0] = pid_text + 11;
    pid_t pid = launch(&request, &failure);
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
}

/* A wait that lasts much longer than its timeout is what a freeze looks like. */
static void late_wait(void) {
    struct timespec storage, pause = {.tv_nsec = 800 * NS_PER_MS};
    uint64_t kernel = clock_kernel(), active = clock_now(), ms = NS_PER_MS;
    CHECK(deadline_timeout(0, &storage) == NULL);
    nanosleep(&pause, NULL);
    CHECK(clock_now() - active >= 800 * ms); /* nothing was waited for with a timeout */
    CHECK(deadline_timeout(clock_now() + 10 * ms, &storage) == &storage && storage.tv_nsec <= 10 * NS_PER_MS);
    active = clock_now();
    CHECK(deadline_timeout(active + 10 * ms, &storage) == &storage);
    nanosleep(&pause, NULL);
    CHECK(clock_now() - active < 600 * ms);
    CHECK(clock_kernel() - kernel >= 1600 * ms);
    deadline_timeout(clock_now() + 100ULL * NS_PER_S, &storage);
    CHECK(storage.tv_sec <= 10 && storage.tv_sec >= 9); /* a tenth of it */
    deadline_timeout(clock_now() + 1000 * ms, &storage);
    CHECK(storage.tv_sec == 0 && storage.tv_nsec <= 250 * NS_PER_MS);
    clock_now(); /* the wait is over */
}

static void watchdog(void) {
    CHECK(!watchdog_bites(0, 0, 1) && watchdog_deadline() == 0);
    CHECK(!watchdog_bites(2, 0, 1) && watchdog_deadline() != 0);
    uint64_t first = watchdog_deadline();
    CHECK(!watchdog_bites(2, 1, 1) && watchdog_deadline() >= first);
    CHECK(!watchdog_bites(2, 2, 1) && watchdog_deadline() == 0);
    char off[] = "TSINIT_WATCHDOG_SECONDS=0", bad[] = "TSINIT_WATCHDOG_SECONDS=1x", *environment[] = {bad, NULL};
    watchdog_configure(environment);
    CHECK(watchdog_seconds() == 10);
    environment[0] = off;
    watchdog_configure(environment);
    CHECK(!watchdog_bites(5, 0, 1) && watchdog_deadline() == 0);
}

/* What `tsinit healthcheck` reads of a box while there is no supervisor. */
static void supervisor_is_missing(void) {
    static struct absence read;
    char many[ABSENCE_WHY_BYTES + 10];
    struct rusage usage = {0};
    int box = memfd_create("box", MFD_CLOEXEC);
    absence_open(box);
    absence_begin(); /* no supervisor has made the box as long as it is to be */
    absence_because("nobody", NULL);
    absence_note_runs();
    absence_note_stop();
    absence_end();
    CHECK(pread(box, &read, sizeof read, ABSENCE_AT) == 0);
    CHECK(ftruncate(box, ABSENCE_AT + (off_t)sizeof read) == 0);
    uint64_t before = clock_kernel();
    absence_begin();
    absence_because("the last one ", "is gone", NULL);
    run_add(4, 1000);
    run_add(9, 1001);
    runs_note_exit(1001, 0, &usage);
    absence_note_runs();
    CHECK(pread(box, &read, sizeof read, ABSENCE_AT) == sizeof read && read.state == ABSENCE_LASTS && read.since_ns >= before);
    CHECK(strcmp(read.why, "the last one is gone") == 0 && read.ended_count == 1 && read.ended[0] == 9);
    uint64_t since = read.since_ns;
    memset(many, 'x', sizeof many);
    many[sizeof many - 1] = '\0';
    absence_begin();
    absence_because(many, many, NULL);
    CHECK(pread(box, &read, sizeof read, ABSENCE_AT) == sizeof read && read.since_ns == since && strlen(read.why) == ABSENCE_WHY_BYTES - 1);
    absence_note_stop();
    CHECK(pread(box, &read, sizeof read, ABSENCE_AT) == sizeof read && read.state == ABSENCE_STOPS);
    absence_end();
    absence_because("nothing", NULL);
    CHECK(pread(box, &read, sizeof read, ABSENCE_AT) == sizeof read && read.state == ABSENCE_NONE && read.why[0] == 'x');
}

static const struct { const char *name; void (*run)(void); } tests[] = {
    {"full-request", full_request}, {"added-attributes", added_attributes}, {"cut-requests", cut_requests}, {"words", words}, {"tell-recorded", tell_recorded},
    {"half-sent", half_sent}, {"table", table}, {"lesser-user", lesser_user}, {"forged-grants", forged_grants}, {"too-many-grants", too_many_grants}, {"reused-pid", reused_pid}, {"without-group", without_group},
    {"tasks-wait-for-nobody", tasks_wait_for_nobody}, {"errands", errands}, {"many-descriptors", many_descriptors}, {"launches", launches},
    {"swapped-streams", swapped_streams}, {"watchdog", watchdog}, {"late-wait", late_wait},
    {"held-sockets", held_sockets}, {"held-datagrams", held_datagrams}, {"socket-places", socket_places}, {"passed-sockets", passed_sockets}, {"supervisor-is-missing", supervisor_is_missing},
};

int main(int count, char **arguments) {
    for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (count < 2) printf("%s\n", tests[i].name);
        else if (strcmp(arguments[1], tests[i].name) == 0) return tests[i].run(), 0;
    }
    return count < 2 ? 0 : 2;
}
