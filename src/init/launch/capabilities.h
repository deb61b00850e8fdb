/* Taking capabilities away from the calling process, for good. Bit n of a set is capability n of Linux. */
#ifndef TSINIT_CAPABILITIES_H
#define TSINIT_CAPABILITIES_H

#include <stdint.h>

/* Out of the bounding and ambient sets: no program executed from here on gets them back. Before uid is given up. 0, or errno. */
int capabilities_drop_bounding(uint64_t drop);

/* Out of permitted, effective and inheritable: after uid has been given up, which may itself need one of them. 0, or errno. */
int capabilities_drop_own(uint64_t drop);

/* Only these are left, in every set, ambient too, so that programs of any user have them. The first call comes before uid is given
 * up, the second after it. 0, or errno: EPERM when one of them is not there to be kept. */
int capabilities_prepare_keep(uint64_t kept);
int capabilities_keep(uint64_t kept);

#endif
