/* What a new child does between fork and exec, in order. Runs in a copy of init's memory: no allocation, no stdio. */
#ifndef TSINIT_CHILD_STEPS_H
#define TSINIT_CHILD_STEPS_H

#include "launch/launch.h"

/* Gives the calling process everything that the request says. Returns STAGE_NONE, or the step that failed with *error. */
enum launch_stage child_prepare(const struct launch *request, int *error);

/* Makes descriptors 0, 1, 2 of `sources` (-1: /dev/null), which may themselves be 0, 1 or 2. 0, or errno. */
int child_streams(const int sources[3]);

/* Supplementary groups, group and user of the calling process. 0, or errno. */
int child_become(const gid_t *groups, int count, gid_t gid, uid_t uid);

#endif
