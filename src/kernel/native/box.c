/* The black box: a file that outlives this process, mapped shared. Reading from a descriptor goes straight into it, so
 * that the bytes are safe in the very moment in which they leave the pipe; writing comes straight out of it. */
#include "native.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint8_t *box;
static size_t box_bytes;

static int inside(int64_t offset, int64_t length)
{
    return offset >= 0 && length >= 0 && (uint64_t)offset <= box_bytes && (uint64_t)length <= box_bytes - (uint64_t)offset;
}

static napi_value refuse(napi_env env, const char *what)
{
    napi_throw_error(env, strerrorname_np(errno), what);
    return NULL;
}

static void keep(napi_env env, void *data, void *hint)
{
    (void)env, (void)data, (void)hint; /* the mapping lives as long as the process */
}

static napi_value map_box(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS], buffer = NULL;
    arguments(env, info, values);
    int fd = as_int(env, values[0]);
    size_t bytes = (size_t)as_long(env, values[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        return refuse(env, "cannot look at the black box");
    if ((uint64_t)status.st_size < bytes && ftruncate(fd, (off_t)bytes) != 0)
        return refuse(env, "cannot grow the black box");
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return refuse(env, "cannot map the black box");
    box = at;
    box_bytes = bytes;
    if (napi_create_external_arraybuffer(env, at, bytes, keep, NULL, &buffer) != napi_ok)
        return NULL;
    return buffer;
}

static napi_value punch_box(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int result = fallocate(as_int(env, values[0]), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
        (off_t)as_long(env, values[1]), (off_t)as_long(env, values[2]));
    return number(env, result == 0 ? 0 : -errno);
}

static napi_value read_box(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int64_t offset = as_long(env, values[1]), length = as_long(env, values[2]);
    if (!inside(offset, length))
        return number(env, -EFAULT);
    ssize_t count = read(as_int(env, values[0]), box + offset, (size_t)length);
    return number(env, count >= 0 ? count : -errno);
}

static bool is_shared(napi_env env, napi_value value)
{
    bool shared = false;
    napi_get_value_bool(env, value, &shared);
    return shared;
}

static napi_value write_box(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int64_t offset = as_long(env, values[1]), length = as_long(env, values[2]);
    if (!inside(offset, length))
        return number(env, -EFAULT);
    ssize_t count = (is_shared(env, values[3]) ? write_now : write)(as_int(env, values[0]), box + offset, (size_t)length);
    return number(env, count >= 0 ? count : -errno);
}

/* The longest piece that a pipe takes whole or not at all, ended after a newline where there is one. */
static size_t piece_of(const uint8_t *from, size_t left)
{
    if (left <= PIPE_BUF)
        return left;
    const uint8_t *newline = memrchr(from, '\n', PIPE_BUF);
    if (newline)
        return (size_t)(newline - from) + 1;
    newline = memchr(from + PIPE_BUF, '\n', left - PIPE_BUF);
    return newline ? (size_t)(newline - from) + 1 : left;
}

/* As write_box, but to a pipe in pieces of whole lines: a crash after any of them repeats lines, and cuts none. */
static napi_value write_lines(napi_env env, napi_callback_info info)
{
    napi_value values[ARGUMENTS];
    arguments(env, info, values);
    int fd = as_int(env, values[0]);
    int64_t offset = as_long(env, values[1]), length = as_long(env, values[2]), done = 0;
    ssize_t (*put)(int, const void *, size_t) = is_shared(env, values[3]) ? write_now : write;
    if (!inside(offset, length))
        return number(env, -EFAULT);
    while (done < length) {
        size_t piece = piece_of(box + offset + done, (size_t)(length - done));
        ssize_t count = put(fd, box + offset + done, piece);
        if (count < 0)
            return number(env, done ? done : -errno);
        done += count;
        if ((size_t)count < piece)
            break;
    }
    return number(env, done);
}

const struct function box_functions[] = {
    { "mapBox", map_box }, { "punchBox", punch_box }, { "readBox", read_box }, { "writeBox", write_box },
    { "writeLines", write_lines }, { NULL, NULL },
};
