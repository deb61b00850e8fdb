/* A decoded SPAWN made true: pipes, launch, a place in the table. */
#ifndef TSINIT_SPAWN_H
#define TSINIT_SPAWN_H

#include "modes.h"
#include "runs/spawn_request.h"

/* 1: the run is in the table and is to be told. 0: *failure says why not. */
int spawn_run(const struct origin *origin, struct spawn_request *request, struct launch_failure *failure);

#endif
