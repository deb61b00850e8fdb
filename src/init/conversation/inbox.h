/* Signals that reached init, counted by number until a supervisor has taken them: told, acknowledged and in charge. One that
 * dies before leaves them to its successor. */
#ifndef TSINIT_INBOX_H
#define TSINIT_INBOX_H

#include "conversation/frame.h"

#include <sys/types.h>

/* The descriptor that becomes readable for every signal, 1 to 64. -1 with errno when the kernel has none. */
int inbox_open(void);
int inbox_fd(void);

/* Whether the end of a child makes the descriptor readable; what ended meanwhile is heard of afterwards. True at first. */
void inbox_hear_children(int hears);
int inbox_hears_children(void);

/* Fetches what is pending. Returns the first child that has ended, 0 for none; it may stand for any number of others. */
pid_t inbox_fetch(void);

/* Has the kernel told, since it was asked last, that somebody looked at a file of ours in /proc (copied_marks.h)? That is no signal for anybody else. */
int inbox_was_looked_at(void);

/* Fills in SIGNAL's payload for one number not yet told, and returns that number; 0: none. */
int inbox_peek(struct frame_writer *payload);
void inbox_told(int signal, uint32_t in_frame);

/* The supervisor is in charge and has handled that many frames. */
void inbox_settle(uint32_t handled_frames);
/* The supervisor is gone: what it may have missed is to be told again. */
void inbox_tell_again(void);

/* Which signals ask for a stop, bit n-1 for signal n. At first TERM, INT, QUIT, PWR, RTMIN+3. */
void inbox_set_stops(uint64_t signals);
/* The stop signal that no supervisor has taken yet, 0: none. */
int inbox_stop_signal(void);

#endif
