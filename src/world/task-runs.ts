/** Runs that belong to no process: health checks and the like. Their numbers lie above those of processes, which never get that far. */
export const FIRST_TASK_RUN = 0x8000_0000;

export const isTaskRun = (run: number): boolean => run >= FIRST_TASK_RUN;
