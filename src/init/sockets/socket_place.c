/* The socket is made in a folder of its own that only its owner may enter, and takes its place from there, with its rights, in one step.
 *
 * The kernel keeps the path that bind() was given, and programs compare with it. A process that may change its root makes that folder its
 * root, and the path is the right one there, too. Without the right to do so (CAP_SYS_CHROOT) the socket is made in its place where nobody
 * else can exchange a name on the way; else it has another name. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "sockets/socket_place.h"
#include "sockets/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PRIVATE_NAME = 64, TRIES = 8, SHOWN_NAME = 24, DIGITS = 24 };

static const char OWN_DESCRIPTORS[] = "/proc/self/fd/";

static int failed(void) { return errno != 0 ? -errno : -EIO; }

/* Returns where the zero stands that ends it. */
static char *put_number(char *at, unsigned long long value) {
    char digits[DIGITS];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (count > 0) *at++ = digits[--count];
    *at = 0;
    return at;
}

static int bind_to(int fd, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path); /* fits: socket_place() has looked, and the other is short */
    return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : failed();
}

/* 0: nothing, or a socket, stands there. */
static int is_free(int folder, const char *name) {
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? 0 : failed();
    return S_ISSOCK(status.st_mode) ? 0 : -EADDRINUSE;
}

int socket_place_change(int file, const struct socket_rights *rights) {
    char path[sizeof OWN_DESCRIPTORS + DIGITS];
    put_number(stpcpy(path, OWN_DESCRIPTORS), (unsigned)file);
    if (rights->has_owner && fchownat(file, "", rights->uid, rights->gid, AT_EMPTY_PATH) != 0) return failed();
    return chmod(path, rights->mode) == 0 ? 0 : failed(); /* a descriptor's own entry in /proc: no name is looked up */
}

static int let_go(struct socket_place *place) {
    int error = failed();
    close(place->file);
    place->file = -1;
    return error;
}

/* Rights, and everything else before anybody can connect. `folder` is one in which nobody else can exchange the name. */
static int make_ready(int fd, int folder, const char *name, struct socket_place *place) {
    const struct socket_rights *rights = &place->rights;
    if (rights->has_owner && fchownat(folder, name, rights->uid, rights->gid, AT_SYMLINK_NOFOLLOW) != 0) {
        place->is_owner_refused = 1;
        return failed();
    }
    if (fchmodat(folder, name, rights->mode, 0) != 0) return failed();
    place->file = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place->file < 0) return failed();
    return place->backlog < 0 || listen(fd, place->backlog) == 0 ? 0 : let_go(place);
}

static int make_in_place(int fd, const char *path, int folder, const char *name, struct socket_place *place) {
    unlinkat(folder, name, 0);
    mode_t before = umask(0177); /* for nobody else until owner and mode are as wanted */
    int error = bind_to(fd, path);
    umask(before);
    if (error != 0) return error;
    error = make_ready(fd, folder, name, place);
    if (error != 0) unlinkat(folder, name, 0);
    return error;
}

/* Returns a descriptor of the new folder, or -errno. What stands at its name by now is looked at, not believed. */
static int make_private(int folder, char name[PRIVATE_NAME]) {
    for (int i = 0; i < TRIES; i++) {
        struct timespec now;
        struct stat status;
        clock_gettime(CLOCK_MONOTONIC, &now);
        char *at = put_number(stpcpy(name, ".tsinit-"), (unsigned)getpid());
        *at = '-';
        put_number(at + 1, (unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec);
        if (mkdirat(folder, name, 0700) != 0) {
            if (errno == EEXIST) continue;
            return failed();
        }
        int inside = openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inside >= 0 && fstat(inside, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return inside;
        int error = inside < 0 ? failed() : -EPERM;
        if (inside >= 0) close(inside);
        unlinkat(folder, name, AT_REMOVEDIR);
        return error;
    }
    return -EEXIST;
}

/* The folders of the path, from the root on. */
static void make_way(const char *path) {
    char way[sizeof ((struct sockaddr_un *)0)->sun_path];
    strcpy(way, path);
    for (char *slash = strchr(way + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(way, 0700);
        *slash = '/';
    }
}

static void remove_way(const char *path) {
    char way[sizeof ((struct sockaddr_un *)0)->sun_path], *slash;
    strcpy(way, path);
    while ((slash = strrchr(way, '/')) != NULL && slash != way) {
        *slash = 0;
        rmdir(way);
    }
}

static int make_below_root(int fd, const char *path, int folder, const char *name, struct socket_place *place) {
    make_way(path);
    int error = bind_to(fd, path);
    if (error == 0) error = make_ready(fd, AT_FDCWD, path, place);
    if (error == 0 && renameat(AT_FDCWD, path, folder, name) != 0) error = let_go(place);
    if (error != 0) unlink(path);
    remove_way(path);
    return error;
}

enum { NOT_ALLOWED = 1 };

static int take_as_root(int folder) {
    char path[sizeof OWN_DESCRIPTORS + DIGITS];
    put_number(stpcpy(path, OWN_DESCRIPTORS), (unsigned)folder);
    return chroot(path) == 0 && chdir("/") == 0 ? 0 : NOT_ALLOWED;
}

static int make_named(int fd, const char *path, int folder, const char *name, struct socket_place *place) {
    char private_name[PRIVATE_NAME];
    int inside = make_private(folder, private_name);
    if (inside < 0) return inside;
    int error = take_as_root(inside);
    if (error == 0) error = make_below_root(fd, path, folder, name, place);
    close(inside);
    unlinkat(folder, private_name, AT_REMOVEDIR);
    return error;
}

static int make_apart(int fd, int folder, const char *name, struct socket_place *place) {
    char private_name[PRIVATE_NAME], path[sizeof OWN_DESCRIPTORS + DIGITS + SHOWN_NAME + PRIVATE_NAME];
    int inside = make_private(folder, private_name);
    if (inside < 0) return inside;
    char *inner = put_number(stpcpy(path, OWN_DESCRIPTORS), (unsigned)inside);
    *inner++ = '/';
    size_t shown = strnlen(name, SHOWN_NAME); /* for people; no two sockets have the same name */
    memcpy(inner, name, shown);
    strcpy(inner + shown, private_name);
    int error = bind_to(fd, path);
    if (error == 0) error = make_ready(fd, inside, inner, place);
    if (error == 0 && renameat(inside, inner, folder, name) != 0) error = let_go(place);
    if (error != 0) unlinkat(inside, inner, 0);
    close(inside);
    unlinkat(folder, private_name, AT_REMOVEDIR);
    return error;
}

int socket_place(int fd, const char *path, struct socket_place *place) {
    struct walk walk;
    char name[NAME_MAX + 1];
    place->file = -1;
    place->is_owner_refused = 0;
    if (strlen(path) >= sizeof ((struct sockaddr_un *)0)->sun_path) return -ENAMETOOLONG; /* nobody could connect to it */
    int error = walk_to(&walk, path, strlen(path), 0, name);
    if (error == 0) error = is_free(walk.folder, name);
    if (error == 0) error = place->is_named && place->is_alone ? make_named(fd, path, walk.folder, name, place) : NOT_ALLOWED;
    if (error == NOT_ALLOWED) error = place->is_named && walk.is_ours ? make_in_place(fd, path, walk.folder, name, place) : make_apart(fd, walk.folder, name, place);
    walk_end(&walk);
    return error;
}
