/* The black box: memory with a descriptor that outlives every supervisor. init never looks into it; it notes there
 * when there is no supervisor (absence.h). */
#ifndef TSINIT_BOX_H
#define TSINIT_BOX_H

/* An empty file in memory, close-on-exec; -1 where none can be made (then a successor starts over). */
int box_make(void);

#endif
