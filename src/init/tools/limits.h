/* What the engine lets this container have, as far as it can be read. */
#ifndef TSINIT_LIMITS_H
#define TSINIT_LIMITS_H

/* A number, or -1: no limit, or none that can be seen. Processes and threads together; bytes. */
long long limit_of_processes(void);
long long limit_of_memory(void);

/* For the embedded Node, which reserves far more than it uses: raises our own limit of address space as far as it goes. 0, or what there is
 * in MiB when that is too little. Programs are init's children and keep what was found. */
long long limit_of_addresses_raised(void);

/* Raises our own limit of data as far as it goes; NULL, or what keeps Node from getting the memory that it reserves. */
const char *limit_of_data_raised(void);

#endif
