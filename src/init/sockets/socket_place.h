/* The file of a unix socket, made by root in folders that may belong to others: who can exchange its name has no say in what is given an
 * owner and a mode. Shared with the kernel addon (src/kernel/native). */
#ifndef TSINIT_SOCKET_PLACE_H
#define TSINIT_SOCKET_PLACE_H

#include <sys/types.h>

struct socket_rights { mode_t mode; int has_owner; uid_t uid; gid_t gid; };

struct socket_place {
    struct socket_rights rights;
    int backlog;          /* of listen(), before anybody can see the socket; -1: it does not listen */
    int is_named;         /* getsockname() is to show the path itself, where it can */
    int is_alone;         /* the process is there for this alone: it may change its root directory */
    int file;             /* out: descriptor of the file (O_PATH), whatever becomes of its name */
    int is_owner_refused; /* out: it is the owner that could not be given */
};

/* Binds the socket `fd` to the path. A socket that stands there is replaced; anything else is left alone (-EADDRINUSE). 0, or -errno and
 * nothing is left. */
int socket_place(int fd, const char *path, struct socket_place *place);

/* Other rights later: they go to the file that was made, never to what stands at its path by then. 0, or -errno. */
int socket_place_change(int file, const struct socket_rights *rights);

#endif
