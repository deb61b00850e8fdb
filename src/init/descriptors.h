/* Many descriptors at a time. */
#ifndef TSINIT_DESCRIPTORS_H
#define TSINIT_DESCRIPTORS_H

/* Closes those from `first` to `last`. */
void descriptors_close(unsigned first, unsigned last);

/* None from `first` up survives exec. */
void descriptors_close_at_exec(unsigned first);

#endif
