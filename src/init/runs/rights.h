/* What init does for a supervisor that has become a lesser user (user= in [tsinit]): only that user's programs, and those of the configuration
 * that was read at the start, exactly as they were. See docs/decisions/0016-lesser-user.md. */
#ifndef TSINIT_RIGHTS_H
#define TSINIT_RIGHTS_H

#include "conversation/frame.h"
#include "runs/spawn_request.h"

/* ALLOW: a request as SPAWN has it, which is granted later on too. NULL, or what is wrong with it. */
const char *rights_allow(const struct frame *frame);

/* BECOME: from now on. NULL, or what is wrong with it. */
const char *rights_become(const struct frame *frame);

/* NULL: it is granted. Otherwise why it is not, for people. */
const char *rights_refuse(const struct frame *frame, const struct spawn_request *request);

/* The same for a listening socket that LISTEN asks for; before BECOME it is noted as granted. */
int rights_may_listen(const unsigned char *bytes, uint32_t length);

/* In the child that becomes a supervisor: forgets the key and what is granted, takes that user's identity, if there is one. 0, or errno. */
int rights_lower(void);

#endif
