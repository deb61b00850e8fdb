/* Pipes of a program: real ones, since a program that opens /dev/stdout again gets ENXIO on a socket. Its ends are closed
 * here as soon as the child has its own copies (launching.h), ours stay until RELEASE so that a successor of the supervisor gets them again. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "runs/spawn.h"
#include "launch/holder.h"
#include "runs/launching.h"
#include "launch/pty.h"
#include "runs/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ours lie from here up, so that a child need not copy them; low numbers stay free for what it is given. */
enum { OURS_FROM = 256 };

struct pipes { int ours[RUN_PIPES], theirs[RUN_PIPES], connection; uint64_t sockets; };

static void close_all(int descriptors[RUN_PIPES]) {
    for (int i = 0; i < RUN_PIPES; i++) {
        if (descriptors[i] >= 0) close(descriptors[i]);
        descriptors[i] = -1;
    }
}

static int open_pipe(struct pipes *pipes, int stream, const struct launch *launch) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    int is_input = stream == 0, theirs = is_input ? ends[0] : ends[1], low = is_input ? ends[1] : ends[0];
    int ours = fcntl(low, F_DUPFD_CLOEXEC, OURS_FROM);
    if (ours >= 0) close(low);
    else ours = low; /* with few descriptors allowed there may be none up there */
    fcntl(ours, F_SETFL, O_NONBLOCK | (is_input ? O_WRONLY : O_RDONLY));
    /* So that it may open /dev/stdout again, before and after it drops privileges. Without the right to, it just may not. */
    if (launch->has_uid && fchown(theirs, launch->uid, launch->has_gid ? launch->gid : (gid_t)-1) != 0) errno = 0;
    fchmod(theirs, 0666);
    pipes->ours[stream] = ours;
    pipes->theirs[stream] = theirs;
    return 0;
}

/* The program's end is all three of its streams; ours is what it writes, and once more what it reads. */
static int open_terminal(struct spawn_request *request, struct pipes *pipes) {
    struct pty pty;
    int error = pty_open(&pty);
    if (error != 0) return error;
    if (request->launch.has_uid && fchown(pty.theirs, request->launch.uid, (gid_t)-1) != 0) errno = 0;
    pipes->ours[1] = pty.ours;
    pipes->theirs[0] = pty.theirs;
    pipes->ours[0] = fcntl(pty.ours, F_DUPFD_CLOEXEC, 3);
    if (pipes->ours[0] < 0) return errno;
    for (int i = 0; i < 3; i++) request->launch.streams[i] = pty.theirs;
    request->launch.group = GROUP_SESSION;
    request->launch.terminal = pty.theirs;
    return 0;
}

static int open_streams(struct spawn_request *request, struct pipes *pipes) {
    if (request->has_terminal) return open_terminal(request, pipes);
    for (int i = 0; i < 3; i++) {
        if (i < 2 && pipes->connection >= 0) {
            request->launch.streams[i] = pipes->connection;
            continue;
        }
        int *stream = &request->launch.streams[i];
        switch (request->kinds[i]) {
            case STREAM_NULL: *stream = -1; break;
            case STREAM_INHERIT: *stream = i; break;
            case STREAM_AS_STDOUT: *stream = request->launch.streams[1]; break;
            case STREAM_PIPE: {
                int error = open_pipe(pipes, i, &request->launch);
                if (error != 0) return error;
                *stream = pipes->theirs[i];
            }
        }
    }
    return 0;
}

static int open_ready(struct spawn_request *request, struct pipes *pipes) {
    enum { READY = 3 };
    if (request->launch.ready_descriptor == 0) return 0;
    int error = open_pipe(pipes, READY, &request->launch);
    request->launch.ready_source = pipes->theirs[READY];
    return error;
}

/* Returns the one that cannot be opened, with errno; NULL: all are. */
static const struct listen_request *open_sockets(struct spawn_request *request, struct pipes *pipes) {
    const struct listen_request *listen = &request->listen;
    int place = listen->address == NULL ? -1 : listen_share(listen, &request->launch.streams[0]);
    if (place >= 0) pipes->sockets |= UINT64_C(1) << place;
    else if (listen->address != NULL) return listen;
    for (int i = 0; i < request->socket_count; i++) {
        place = listen_share(&request->sockets[i], &request->launch.sockets[i]);
        if (place < 0) return &request->sockets[i];
        if ((pipes->sockets >> place & 1) != 0) listen_release(place); /* named twice, used once */
        pipes->sockets |= UINT64_C(1) << place;
    }
    request->launch.socket_count = request->socket_count;
    return NULL;
}

/* The supervisor and we ourselves use the hard limit; programs get back what we found, unless they are given another. */
static void give_back_nofile(struct launch *launch, const struct rlimit *found) {
    for (int i = 0; i < launch->limit_count; i++) {
        if (launch->limits[i].resource == RLIMIT_NOFILE) return;
    }
    if (launch->limit_count < LAUNCH_LIMITS) {
        launch->limits[launch->limit_count++] = (struct launch_limit){RLIMIT_NOFILE, *found};
    }
}

static int refuse(struct launch_failure *failure, enum launch_stage stage, int error) {
    *failure = (struct launch_failure){.stage = stage, .error = error};
    return 0;
}

static int refuse_socket(struct launch_failure *failure, enum launch_stage stage, const struct listen_request *request) {
    refuse(failure, stage, errno);
    strcpy(failure->path, request->address);
    return 0;
}

/* Everything that it is to find open. 0, and why, when something cannot be. */
static int open_all(struct spawn_request *request, struct pipes *pipes, struct launch_failure *failure) {
    if (request->accept.address != NULL) {
        pipes->connection = listen_accept(&request->accept);
        if (pipes->connection < 0) return refuse_socket(failure, STAGE_ACCEPT, &request->accept);
    }
    int error = open_streams(request, pipes);
    if (error == 0) error = open_ready(request, pipes);
    if (error != 0) return refuse(failure, request->has_terminal ? STAGE_TERMINAL : STAGE_PIPE, error);
    const struct listen_request *closed = open_sockets(request, pipes);
    return closed == NULL || refuse_socket(failure, STAGE_LISTEN, closed);
}

/* Not of a terminal or a connection of its own. */
static int inherits_input(const struct spawn_request *request) {
    return request->kinds[0] == STREAM_INHERIT && !request->has_terminal && request->launch.streams[0] == 0;
}

int spawn_run(const struct origin *origin, struct spawn_request *request, struct launch_failure *failure) {
    if (runs_count() == RUNS_LIMIT) {
        refuse(failure, STAGE_REQUEST, EAGAIN);
        strcpy(failure->detail, "4096 runs are alive or not yet released, init keeps no more");
        return 0;
    }
    struct pipes pipes = {{-1, -1, -1, -1}, {-1, -1, -1, -1}, -1, 0};
    struct launching launching;
    pid_t pid = -1;
    int holds = 0;
    if (open_all(request, &pipes, failure)) {
        give_back_nofile(&request->launch, &origin->nofile);
        tree_mark(request->run, &request->launch);
        request->launch.mask = &origin->signals.mask;
        holds = inherits_input(request) && holder_prepare(&request->launch.terminal);
        pid = launch_begin(&request->launch, 1, &launching, failure);
    }
    if (pid < 0) {
        close_all(pipes.theirs);
        if (pipes.connection >= 0) close(pipes.connection);
        close_all(pipes.ours);
        listen_release_all(pipes.sockets);
        return 0;
    }
    struct run *run = run_add(request->run, pid);
    if (holds) holder_begin(run, request->launch.terminal);
    memcpy(run->streams, pipes.ours, sizeof run->streams);
    run->sockets = pipes.sockets;
    run->stop = request->stop;
    const int given[LAUNCH_GIVEN] = {pipes.theirs[0], pipes.theirs[1], pipes.theirs[2], pipes.theirs[3], pipes.connection};
    launching_add(run, &launching, given);
    return 1;
}
