/* Listening sockets that programs share as their standard input (FastCGI). Opened for the first run that names an address,
 * closed with the end of the last; whoever supervises has nothing to keep for that. */
#ifndef TSINIT_LISTEN_H
#define TSINIT_LISTEN_H

#include <stdint.h>
#include <sys/types.h>

enum { LISTEN_LIMIT = 64, LISTEN_ADDRESS = 108 /* sun_path */ };

struct listen_request {
    const char *address;       /* NULL: no socket. An absolute path, or an IPv4 address when there is a port */
    uint32_t port, backlog, mode;
    int has_owner;
    uid_t uid;
    gid_t gid;
};

/* One user more of the socket. Its place in the table with *fd filled in, or -1 with errno. */
int listen_share(const struct listen_request *request, int *fd);

/* One user less. */
void listen_release(int place);

#endif
