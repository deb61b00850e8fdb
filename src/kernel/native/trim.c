/* Memory that start-up needed and idling does not: free heap, and pages of files that can be had again from the page
 * cache. Only mappings without a single private page are touched: dropping a page that was written to would undo the write. */
#include "native.h"
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 16384, STACK_BYTES = 131072 };

/* The mapping whose lines of /proc/self/smaps are being read. */
struct mapping { uintptr_t start, end; int candidate, written; };

static void settle(const struct mapping *mapping)
{
    if (mapping->candidate && !mapping->written)
        madvise((void *)mapping->start, mapping->end - mapping->start, MADV_DONTNEED);
}

/* A header is `start-end perms offset device inode path`; all else is `Name: value kB`. */
static void take_line(struct mapping *mapping, const char *line)
{
    unsigned long start, end, inode, kilobytes;
    char permissions[5];
    if (sscanf(line, "%lx-%lx %4s %*x %*s %lu", &start, &end, permissions, &inode) == 4) {
        settle(mapping);
        /* Not writable, private, of a file. The stack we stand on and this very code come back by a page fault. */
        int candidate = inode != 0 && permissions[1] == '-' && permissions[3] == 'p';
        *mapping = (struct mapping){ start, end, candidate, 0 };
    } else if (sscanf(line, "Anonymous: %lu", &kilobytes) == 1 || sscanf(line, "Swap: %lu", &kilobytes) == 1
        || sscanf(line, "Private_Dirty: %lu", &kilobytes) == 1) {
        mapping->written |= kilobytes != 0;
    }
}

static void drop_clean_pages(void)
{
    int fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
    char *text = fd < 0 ? NULL : malloc(BLOCK);
    struct mapping mapping = { 0, 0, 0, 0 };
    size_t held = 0;
    ssize_t count;
    while (text && (count = read(fd, text + held, BLOCK - 1 - held)) > 0) {
        char *line = text, *newline;
        held += (size_t)count;
        text[held] = 0;
        for (; (newline = strchr(line, '\n')); line = newline + 1) {
            *newline = 0;
            take_line(&mapping, line);
        }
        held -= (size_t)(line - text);
        memmove(text, line, held);
        if (held == BLOCK - 1)
            held = 0; /* a path longer than that: its line is no header we understand */
    }
    settle(&mapping);
    free(text);
    if (fd >= 0)
        close(fd);
}

/* On a thread of its own, a moment later: what the caller still runs on its way to sleep would fetch its pages back at once. */
static void *drop_later(void *nothing)
{
    const struct timespec moment = { 0, 50 * 1000 * 1000 };
    nanosleep(&moment, NULL);
    drop_clean_pages();
    return nothing;
}

static void start_dropping(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (pthread_create(&thread, &attributes, drop_later, NULL) != 0)
        drop_clean_pages();
    pthread_attr_destroy(&attributes);
}

static napi_value trim(napi_env env, napi_callback_info info)
{
    (void)env, (void)info;
    give_library_copies_back();
    malloc_trim(0);
    start_dropping();
    return NULL;
}

const struct function trim_functions[] = { { "trim", trim }, { NULL, NULL } };
