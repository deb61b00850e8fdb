/* Files that root writes where others may write, too: opened, renamed and removed without following what others can put in the way (init's
 * walk.h). */
#include "native.h"
#include "../../init/sockets/walk.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nobody else makes names in it. */
static bool is_own_folder(int folder)
{
    struct stat status;
    return fstat(folder, &status) == 0 && walk_is_trusted_owner(status.st_uid) && !(status.st_mode & (S_IWGRP | S_IWOTH));
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
    walk_end(&walk);
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
    walk_end(&walk);
    return number(env, error);
}

const struct function place_functions[] = { { "openPlace", open_place }, { "movePlace", move_place }, { NULL, NULL } };
