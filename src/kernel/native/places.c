/* Files that root writes where others may write, too: opened, renamed and removed without following what others can put in the way.
 * A link counts when its owner, and the owner of the folder it lies in, is root or this process's user, and no stranger can write to
 * that folder (unless it is sticky). Every step goes by the descriptor of the folder before it, so that nothing can be exchanged meanwhile. */
#include "native.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

/* What is still to be walked, and where the walk stands. `folder` is a descriptor of ours. */
struct walk { char rest[PATH_MAX]; int folder, links; };

static bool is_trusted_owner(uid_t owner) { return owner == 0 || owner == geteuid(); }

static bool is_trusted_folder(int folder)
{
    struct stat status;
    return fstat(folder, &status) == 0 && is_trusted_owner(status.st_uid) && (!(status.st_mode & S_IWOTH) || (status.st_mode & S_ISVTX));
}

static int step_to(struct walk *walk, int next)
{
    if (next < 0)
        return -errno;
    close(walk->folder);
    walk->folder = next;
    return 0;
}

static int to_root(struct walk *walk) { return step_to(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)); }

/* Puts the target of the link `name` in front of the rest. */
static int follow(struct walk *walk, const char *name)
{
    char target[PATH_MAX], rest[PATH_MAX];
    struct stat link;
    if (fstatat(walk->folder, name, &link, AT_SYMLINK_NOFOLLOW) != 0)
        return -errno;
    if (!is_trusted_owner(link.st_uid) || !is_trusted_folder(walk->folder) || ++walk->links > MOST_LINKS)
        return -ELOOP;
    ssize_t length = readlinkat(walk->folder, name, target, sizeof target - 1);
    if (length < 0)
        return -errno;
    target[length] = 0;
    int size = snprintf(rest, sizeof rest, "%s%s%s", target, walk->rest[0] ? "/" : "", walk->rest);
    if (size < 0 || (size_t)size >= sizeof rest)
        return -ENAMETOOLONG;
    memcpy(walk->rest, rest, (size_t)size + 1);
    return walk->rest[0] == '/' ? to_root(walk) : 0;
}

/* Takes the next name off the rest; false: there is none. */
static bool take_name(struct walk *walk, char name[NAME_MAX + 1])
{
    char *from = walk->rest + strspn(walk->rest, "/");
    size_t length = strcspn(from, "/");
    if (length == 0 || length > NAME_MAX)
        return false;
    memcpy(name, from, length);
    name[length] = 0;
    from += length;
    from += strspn(from, "/");
    memmove(walk->rest, from, strlen(from) + 1);
    return true;
}

static int is_link(int folder, const char *name)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

/* Walks to the folder of the last name, which is put into `name`. The last name is followed too where it is a link and `last` says so. */
static int walk_to(struct walk *walk, const char *path, size_t length, bool last, char name[NAME_MAX + 1])
{
    if (length == 0 || length >= sizeof walk->rest)
        return length == 0 ? -ENOENT : -ENAMETOOLONG;
    memcpy(walk->rest, path, length);
    walk->rest[length] = 0;
    walk->links = 0;
    walk->folder = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (walk->folder < 0)
        return -errno;
    for (;;) {
        if (!take_name(walk, name))
            return walk->rest[strspn(walk->rest, "/")] ? -ENAMETOOLONG : -EISDIR;
        bool is_last = walk->rest[0] == 0;
        int error = 0;
        if ((!is_last || last) && is_link(walk->folder, name))
            error = follow(walk, name);
        else if (is_last)
            return 0;
        else
            error = step_to(walk, openat(walk->folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (error != 0)
            return error;
    }
}

/* Nobody else makes names in it. */
static bool is_own_folder(int folder)
{
    struct stat status;
    return fstat(folder, &status) == 0 && is_trusted_owner(status.st_uid) && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/* Another name for a file of root's is as good as a link to it. */
static int refuse_second_name(int folder, int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0 && (!S_ISREG(status.st_mode) || status.st_nlink < 2 || is_own_folder(folder)))
        return fd;
    close(fd);
    return -EMLINK;
}

static const char *path_of(napi_env env, napi_value value, size_t *length)
{
    napi_typedarray_type type;
    void *bytes = NULL;
    *length = 0;
    bool is_bytes = napi_get_typedarray_info(env, value, &type, length, &bytes, NULL, NULL) == napi_ok && type == napi_uint8_array;
    return is_bytes ? bytes : NULL;
}

/* openPlace(path, flags, mode). O_TRUNC counts once it is known which file it is; with O_EXCL no link is followed at the end. */
static napi_value open_place(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    struct walk walk = { .folder = -1 };
    char name[NAME_MAX + 1];
    size_t length = 0;
    const char *path = path_of(env, values[0], &length);
    int flags = as_int(env, values[1]), fd = path ? walk_to(&walk, path, length, !(flags & O_EXCL), name) : -EINVAL;
    if (fd == 0) {
        fd = openat(walk.folder, name, (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, (mode_t)as_int(env, values[2]));
        fd = fd < 0 ? -errno : refuse_second_name(walk.folder, fd);
        struct stat status;
        if (fd >= 0 && (flags & O_TRUNC) && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(fd, 0) != 0) {
            int error = errno;
            close(fd);
            fd = -error;
        }
    }
    if (walk.folder >= 0)
        close(walk.folder);
    return number(env, fd);
}

/* movePlace(path, name): `name` of the same folder is what the file is called then. An empty one: the file is removed. */
static napi_value move_place(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    struct walk walk = { .folder = -1 };
    char name[NAME_MAX + 1], to[NAME_MAX + 1];
    size_t length = 0, to_length = 0;
    const char *path = path_of(env, values[0], &length), *other = path_of(env, values[1], &to_length);
    int error = path && to_length <= NAME_MAX ? walk_to(&walk, path, length, false, name) : -EINVAL;
    if (error == 0) {
        if (to_length > 0)
            memcpy(to, other, to_length);
        to[to_length] = 0;
        int failed = to_length == 0 ? unlinkat(walk.folder, name, 0) : renameat(walk.folder, name, walk.folder, to);
        error = failed == 0 ? 0 : -errno;
    }
    if (walk.folder >= 0)
        close(walk.folder);
    return number(env, error);
}

const struct function place_functions[] = { { "openPlace", open_place }, { "movePlace", move_place }, { NULL, NULL } };
