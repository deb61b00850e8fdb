/* What the supervisor asks for, done. */
#ifndef TSINIT_ORDERS_H
#define TSINIT_ORDERS_H

#include "conversation/frame.h"
#include "modes.h"

/* What the conversation has come to; read and reset by successor.c. */
struct conversation {
    int is_ready;      /* READY came */
    int is_stopping;   /* STOPPING came */
    uint32_t handled;  /* latest ACK */
    uint32_t sweep_grace_ms; int wants_sweep;
    int exit_code;     /* -1: EXIT did not come */
    int leaves_others; /* EXIT: what lives on is none of our business */
};

/* Carries out one frame. A frame that breaks the contract becomes a refusal and changes nothing. */
void order_obey(const struct origin *origin, const struct frame *frame, struct conversation *conversation);

#endif
