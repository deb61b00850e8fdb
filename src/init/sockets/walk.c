/* A link counts when its owner, and the owner of the folder it lies in, is root or this process's user, and no stranger can write to that
 * folder (unless it is sticky). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "sockets/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

int walk_is_trusted_owner(uid_t owner) { return owner == 0 || owner == geteuid(); }

/* `writers`: S_IWOTH alone, or with S_IWGRP. */
static int is_trusted_folder(int folder, mode_t writers) {
    struct stat status;
    return fstat(folder, &status) == 0 && walk_is_trusted_owner(status.st_uid) && ((status.st_mode & writers) == 0 || (status.st_mode & S_ISVTX) != 0);
}

static int step_to(struct walk *walk, int next) {
    if (next < 0) return -errno;
    if (walk->folder >= 0) close(walk->folder);
    walk->folder = next;
    walk->is_ours &= is_trusted_folder(next, S_IWOTH | S_IWGRP);
    return 0;
}

static int to_start(struct walk *walk, const char *path) {
    return step_to(walk, open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Puts the target of the link `name` in front of the rest. */
static int follow(struct walk *walk, const char *name) {
    char target[PATH_MAX];
    struct stat link;
    if (fstatat(walk->folder, name, &link, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    if (!walk_is_trusted_owner(link.st_uid) || !is_trusted_folder(walk->folder, S_IWOTH) || ++walk->links > MOST_LINKS) return -ELOOP;
    ssize_t length = readlinkat(walk->folder, name, target, sizeof target - 1);
    if (length < 0) return -errno;
    size_t front = (size_t)length, left = strlen(walk->rest), slash = left > 0;
    if (front + slash + left >= sizeof walk->rest) return -ENAMETOOLONG;
    memmove(walk->rest + front + slash, walk->rest, left + 1);
    memcpy(walk->rest, target, front);
    if (slash) walk->rest[front] = '/';
    return walk->rest[0] == '/' ? to_start(walk, walk->rest) : 0;
}

/* Takes the next name off the rest. Returns 0 when there is none. */
static int take_name(struct walk *walk, char name[NAME_MAX + 1]) {
    char *from = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(from, "/");
    if (length == 0 || length > NAME_MAX) return 0;
    memcpy(name, from, length);
    name[length] = 0;
    from += length;
    from += strspn(from, "/");
    memmove(walk->rest, from, strlen(from) + 1);
    return 1;
}

static int is_link(int folder, const char *name) {
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

int walk_to(struct walk *walk, const char *path, size_t length, int follows_last, char name[NAME_MAX + 1]) {
    walk->folder = -1;
    walk->links = 0;
    walk->is_ours = 1;
    if (length == 0 || length >= sizeof walk->rest) return length == 0 ? -ENOENT : -ENAMETOOLONG;
    memcpy(walk->rest, path, length);
    walk->rest[length] = 0;
    int error = to_start(walk, walk->rest);
    while (error == 0) {
        if (!take_name(walk, name)) return walk->rest[strspn(walk->rest, "/")] != 0 ? -ENAMETOOLONG : -EISDIR;
        int is_last = walk->rest[0] == 0;
        if ((!is_last || follows_last) && is_link(walk->folder, name)) error = follow(walk, name);
        else if (is_last) return 0;
        else error = step_to(walk, openat(walk->folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    return error;
}

void walk_end(struct walk *walk) {
    if (walk->folder >= 0) close(walk->folder);
    walk->folder = -1;
}
