/* What the engine lets this container have, as far as it can be read. */
#ifndef TSINIT_LIMITS_H
#define TSINIT_LIMITS_H

/* A number, or -1: no limit, or none that can be seen. Processes and threads together; bytes. */
long long limit_of_processes(void);
long long limit_of_memory(void);

#endif
