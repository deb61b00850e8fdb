/* Work that may wait for a disk or a terminal, done by a process of ours: init waits for it so long and no longer. */
#ifndef TSINIT_ERRAND_H
#define TSINIT_ERRAND_H

#include <stddef.h>
#include <sys/types.h>

struct errand { pid_t pid; /* 0: nobody is at work */ };

/* In that process. `fd` is what was given; `outcome` is filled. Returns a descriptor to be handed over, -1: none. */
typedef int errand_work(int fd, const void *context, void *outcome);

enum errand_state {
    ERRAND_DONE,
    ERRAND_UNDER_WAY, /* it takes longer than our patience */
    ERRAND_BUSY,      /* nothing was begun: the former one is still under way */
    ERRAND_IMPOSSIBLE /* there can be no such process; errno */
};
enum { ERRAND_OUTCOME = 64 /* bytes at most */ };

/* Has it done. Only when it is done there is an outcome, of `size` bytes, and a descriptor. The process has
 * open `fd`, the standard descriptors and no other, and closes them before it tells: a file that hangs at its close is the errand's affair. An errand that is given up goes on, and ends with init at the latest. */
enum errand_state errand_run(struct errand *errand, errand_work *work, int fd, const void *context, void *outcome, size_t size, int *descriptor,
                             int patience_ms);

/* Reaps it when it has ended. */
int errand_is_under_way(struct errand *errand);

#endif
