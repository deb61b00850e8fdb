/* Listening sockets that programs share: as their standard input (FastCGI), or from descriptor 3 up (socket activation). Each is
 * open as long as somebody uses it: a run, or the supervisor, which holds what its configuration names (hold.h). */
#ifndef TSINIT_LISTEN_H
#define TSINIT_LISTEN_H

#include <stdint.h>
#include <sys/types.h>

enum { LISTEN_LIMIT = 64 /* a set of them is one word */, LISTEN_ADDRESS = 108 /* sun_path */ };

/* In the place of a backlog: a unix socket that takes datagrams. */
#define LISTEN_DATAGRAMS 0xFFFFFFFFu

struct listen_request {
    const char *address;       /* NULL: no socket. A path, an abstract name behind an @; with a port an address of IPv4 or IPv6, or * */
    uint32_t port, backlog, mode;
    int has_owner;
    uid_t uid;
    gid_t gid;
};

/* One user more of the socket. Its place in the table with *fd filled in, or -1 with errno. */
int listen_share(const struct listen_request *request, int *fd);

/* One user less; -1 is nobody's place. */
void listen_release(int place);

/* The same for a set of places, bit n being place n. */
void listen_release_all(uint64_t places);

/* The descriptor of a place that is in use. */
int listen_fd(int place);

/* Reaps a process of ours that was given up because a disk did not answer, when it has ended since. */
void listen_turn(void);

/* Takes one connection, without ever waiting. Its descriptor, or -1 with errno. */
int listen_accept(const struct listen_request *request);

#endif
