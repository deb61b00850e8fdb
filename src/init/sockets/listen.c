/* The table of listening sockets, by address. A socket in the way is replaced, as FastCGI managers do: what is left of a former start would
 * refuse it for ever. The path stays when the socket is closed. Owner and mode are given once, while nobody else can exchange the file
 * (socket_place.h); others later go to that file, not to what its path has become. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "sockets/listen.h"
#include "errand.h"
#include "sockets/socket_place.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 2000 /* for a disk; init does nothing else meanwhile */ };

/* `file`: descriptor of the socket's file, -1 where it has none; `rights`: what that file was given last. */
struct opened { int fd, file, is_datagram; struct socket_rights rights; };

static struct { char address[LISTEN_ADDRESS]; uint32_t port; struct opened opened; unsigned users; } sockets[LISTEN_LIMIT];

static struct socket_rights rights_of(const struct listen_request *request) {
    return (struct socket_rights){request->mode, request->has_owner, request->has_owner ? request->uid : 0, request->has_owner ? request->gid : 0};
}

static int takes_datagrams(const struct listen_request *request) { return request->backlog == LISTEN_DATAGRAMS; }

static int bind_abstract(int fd, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    memcpy(address.sun_path + 1, name, length);
    return bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static struct errand errand;

void listen_turn(void) { errand_is_under_way(&errand); }

struct placing { int error; struct socket_place place; };
_Static_assert(sizeof(struct placing) <= ERRAND_OUTCOME, "an errand tells no more");

static int put_in_place(int fd, const struct listen_request *request, int is_alone, void *outcome) {
    struct socket_place wanted = {.rights = rights_of(request), .backlog = takes_datagrams(request) ? -1 : (int)request->backlog, .is_named = 1, .is_alone = is_alone};
    struct placing placing = {.place = wanted};
    placing.error = socket_place(fd, request->address, &placing.place);
    memcpy(outcome, &placing, sizeof placing);
    return placing.place.file;
}

static int place_alone(int fd, const void *request, void *outcome) { return put_in_place(fd, request, 1, outcome); }

/* A folder may lie on a disk that does not answer. Where no process can be had for this, init has no choice but to do it. */
static int bind_path(int fd, const struct listen_request *request, int *file) {
    struct placing placing;
    if (request->address[0] == '@') return bind_abstract(fd, request->address + 1);
    switch (errand_run(&errand, place_alone, fd, request, &placing, sizeof placing, file, PATIENCE_MS)) {
        case ERRAND_BUSY: case ERRAND_UNDER_WAY: return errno = ETIMEDOUT, -1;
        case ERRAND_IMPOSSIBLE: *file = put_in_place(fd, request, 0, &placing); break;
        case ERRAND_DONE: break;
    }
    return placing.error == 0 ? 0 : (errno = -placing.error, -1);
}

static int bind_ipv4(int fd, const char *text, uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) return errno = EADDRNOTAVAIL, -1;
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static int bind_ipv6(int fd, const char *text, uint16_t port, int is_only) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, text, &address.sin6_addr) != 1) return errno = EADDRNOTAVAIL, -1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &is_only, sizeof is_only);
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static int bind_port(int fd, const struct listen_request *request, int family, int is_any) {
    uint16_t port = (uint16_t)request->port;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET) return bind_ipv4(fd, is_any ? "0.0.0.0" : request->address, port);
    return bind_ipv6(fd, is_any ? "::" : request->address, port, !is_any);
}

static int open_of_family(const struct listen_request *request, int family, int is_any, struct opened *opened) {
    opened->file = -1;
    opened->fd = socket(family, (opened->is_datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (opened->fd < 0) return -1;
    int is_bound = (family == AF_UNIX ? bind_path(opened->fd, request, &opened->file) : bind_port(opened->fd, request, family, is_any)) == 0;
    if (is_bound && (opened->is_datagram || listen(opened->fd, (int)request->backlog) == 0)) return 0;
    int error = errno;
    close(opened->fd);
    if (opened->file >= 0) close(opened->file);
    errno = error;
    return -1;
}

/* Every address: both families by one socket, or IPv4 alone where the kernel has no other. */
static int open_socket(const struct listen_request *request, struct opened *opened) {
    opened->rights = rights_of(request);
    opened->is_datagram = takes_datagrams(request);
    if (request->port == 0) return open_of_family(request, AF_UNIX, 0, opened);
    if (strcmp(request->address, "*") != 0) return open_of_family(request, strchr(request->address, ':') != NULL ? AF_INET6 : AF_INET, 0, opened);
    if (open_of_family(request, AF_INET6, 1, opened) == 0) return 0;
    return errno == EADDRINUSE || errno == EACCES ? -1 : open_of_family(request, AF_INET, 1, opened);
}

static int is_same(const struct socket_rights *one, const struct socket_rights *other) {
    return one->mode == other->mode && one->has_owner == other->has_owner && one->uid == other->uid && one->gid == other->gid;
}

static int change_it(int fd, const void *rights, void *outcome) {
    int error = socket_place_change(fd, rights);
    memcpy(outcome, &error, sizeof error);
    return -1;
}

static int change(int file, const struct socket_rights *rights) {
    int error, none;
    switch (errand_run(&errand, change_it, file, rights, &error, sizeof error, &none, PATIENCE_MS)) {
        case ERRAND_BUSY: case ERRAND_UNDER_WAY: return -ETIMEDOUT;
        case ERRAND_IMPOSSIBLE: return socket_place_change(file, rights);
        case ERRAND_DONE: break;
    }
    return error;
}

/* What may differ from what the socket was opened with is made so. Rights that are the same are not given again: they are the file's. */
static int join(int place, const struct listen_request *request) {
    struct opened *opened = &sockets[place].opened;
    struct socket_rights rights = rights_of(request);
    listen(opened->fd, (int)request->backlog);
    if (opened->file >= 0 && !is_same(&opened->rights, &rights) && change(opened->file, &rights) == 0) opened->rights = rights;
    return place;
}

static int is_for(int place, const struct listen_request *request) {
    if (sockets[place].port != request->port || sockets[place].opened.is_datagram != takes_datagrams(request)) return 0;
    return strcmp(sockets[place].address, request->address) == 0;
}

static int find(const struct listen_request *request, int *free_place) {
    for (int place = 0; place < LISTEN_LIMIT; place++) {
        if (sockets[place].users == 0) *free_place = *free_place < 0 ? place : *free_place;
        else if (is_for(place, request)) return join(place, request);
    }
    return -1;
}

int listen_share(const struct listen_request *request, int *fd) {
    int free_place = -1, place = find(request, &free_place);
    if (place < 0) {
        if (free_place < 0) return errno = ENFILE, -1;
        struct opened opened;
        if (open_socket(request, &opened) != 0) return -1;
        place = free_place;
        strcpy(sockets[place].address, request->address);
        sockets[place].port = request->port;
        sockets[place].opened = opened;
    }
    sockets[place].users++;
    *fd = sockets[place].opened.fd;
    return place;
}

void listen_release(int place) {
    if (place < 0 || --sockets[place].users > 0) return;
    close(sockets[place].opened.fd);
    if (sockets[place].opened.file >= 0) close(sockets[place].opened.file);
}

void listen_release_all(uint64_t places) {
    for (int place = 0; places != 0; place++, places >>= 1) {
        if ((places & 1) != 0) listen_release(place);
    }
}

int listen_fd(int place) { return sockets[place].opened.fd; }

/* Such a socket is nobody's but ours: it may be made one that does not wait. */
int listen_accept(const struct listen_request *request) {
    int fd, place = listen_share(request, &fd);
    if (place < 0) return -1;
    fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
    int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC), error = errno;
    listen_release(place);
    errno = error;
    return connection;
}
