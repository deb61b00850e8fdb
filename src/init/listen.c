/* The table of listening sockets, by address. A path in the way is removed before binding, as FastCGI managers do: what is left
 * of a former start would refuse it for ever. The path stays when the socket is closed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct { char address[LISTEN_ADDRESS]; uint32_t port; int fd; unsigned users; } sockets[LISTEN_LIMIT];

static int bind_path(int fd, const struct listen_request *request) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    strcpy(address.sun_path, request->address);
    if (lstat(request->address, &status) == 0 && S_ISSOCK(status.st_mode)) unlink(request->address);
    mode_t before = umask(0177); /* for nobody else until owner and mode are as wanted */
    int result = bind(fd, (struct sockaddr *)&address, sizeof address), error = errno;
    umask(before);
    errno = error;
    if (result != 0) return -1;
    if (request->has_owner && chown(request->address, request->uid, request->gid) != 0) return -1;
    return chmod(request->address, request->mode);
}

static int bind_port(int fd, const struct listen_request *request) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)request->port)};
    int on = 1;
    if (inet_pton(AF_INET, request->address, &address.sin_addr) != 1) return errno = EADDRNOTAVAIL, -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static int open_socket(const struct listen_request *request) {
    int fd = socket(request->port != 0 ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int is_bound = (request->port != 0 ? bind_port(fd, request) : bind_path(fd, request)) == 0;
    if (is_bound && listen(fd, (int)request->backlog) == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int listen_share(const struct listen_request *request, int *fd) {
    int free_place = -1, place = 0;
    for (; place < LISTEN_LIMIT; place++) {
        if (sockets[place].users == 0) free_place = free_place < 0 ? place : free_place;
        else if (sockets[place].port == request->port && strcmp(sockets[place].address, request->address) == 0) break;
    }
    if (place == LISTEN_LIMIT) {
        if (free_place < 0) return errno = ENFILE, -1;
        int opened = open_socket(request);
        if (opened < 0) return -1;
        place = free_place;
        strcpy(sockets[place].address, request->address);
        sockets[place].port = request->port;
        sockets[place].fd = opened;
    }
    sockets[place].users++;
    *fd = sockets[place].fd;
    return place;
}

void listen_release(int place) {
    if (place < 0 || --sockets[place].users > 0) return;
    close(sockets[place].fd);
}
