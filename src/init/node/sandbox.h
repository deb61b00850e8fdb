/* What a sandbox refuses in a way that the C library does not understand. */
#ifndef TSINIT_SANDBOX_H
#define TSINIT_SANDBOX_H

/* For the embedded Node alone: it starts no programs, so that what is given up here (new privileges) is nobody's loss. */
void sandbox_allow_threads(void);

#endif
