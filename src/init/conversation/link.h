/* init's end of the socket: whole frames in, whole frames out, never blocking, never allocating. Knows lengths and
 * descriptors, not meanings. One connection at a time. */
#ifndef TSINIT_LINK_H
#define TSINIT_LINK_H

#include "conversation/frame.h"

enum link_input { LINK_NOTHING, LINK_FRAME, LINK_CLOSED, LINK_BROKEN /* a length beyond the limit */ };

enum { LINK_DESCRIPTORS = 4 /* that go with one frame at most */ };

void link_open(int fd);
void link_close(void);
int link_fd(void); /* -1: not open */

/* Next whole frame; its payload stays valid until the next call. */
enum link_input link_receive(struct frame *frame);

/* Sends a frame with up to LINK_DESCRIPTORS descriptors. 1: it is on its way; 0: the socket is full, nothing was taken, ask again. */
int link_send(uint16_t type, const struct frame_writer *payload, const int *descriptors, int descriptor_count);

/* The same for HELLO: the strings (NUL included) follow the payload straight from where they are, `block_bytes` of them. */
int link_send_with_strings(uint16_t type, const struct frame_writer *payload, char *const *strings, uint32_t block_bytes);

/* Continues what was half sent. 1: nothing is left half sent. */
int link_flush(void);

int link_is_blocked(void);  /* wait until writable */
uint32_t link_sent(void);   /* frames sent on this connection */

#endif
