/* The way to a file, for root in folders where others may write as well: no link that others can make is followed. Every step goes by the
 * descriptor of the folder before it, so that nothing can be exchanged meanwhile. Shared with the kernel addon (src/kernel/native). */
#ifndef TSINIT_WALK_H
#define TSINIT_WALK_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/* `folder`: a descriptor of ours (O_PATH) for the folder of the last name; -1: none. `is_ours`: nobody but root and this process's user can
 * exchange a name on the way, the last one included. */
struct walk { char rest[PATH_MAX]; int folder, links, is_ours; };

/* Walks to the folder of the last name, which is put into `name`. The last name is followed too where it is a link and `follows_last` says
 * so. 0, or -errno; walk_end() is due in both cases. */
int walk_to(struct walk *walk, const char *path, size_t length, int follows_last, char name[NAME_MAX + 1]);

void walk_end(struct walk *walk);

/* Root, or this process's user. */
int walk_is_trusted_owner(uid_t owner);

#endif
