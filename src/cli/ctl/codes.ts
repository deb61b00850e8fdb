/** Numbers that clients and servers agreed on: exit codes, faults, states. */

export const EXIT = {
  ok: 0,
  generic: 1,
  invalid: 2,
  /** The server lacks the methods, or (status) a process is not running. */
  unimplemented: 3,
  stopped: 3,
  /** Nobody listens, or (status) nothing is known. */
  refused: 4,
  unknown: 4,
  version: 5,
  notRunning: 7,
} as const;

export const FAULT = {
  unknownMethod: 1,
  badArguments: 3,
  shutdown: 6,
  badName: 10,
  badSignal: 11,
  noFile: 20,
  notExecutable: 21,
  failed: 30,
  abnormal: 40,
  spawn: 50,
  alreadyStarted: 60,
  notRunning: 70,
  success: 80,
  alreadyAdded: 90,
  stillRunning: 91,
  cannotReread: 92,
  noReload: 122,
} as const;

export const STATE = { stopped: 0, starting: 10, running: 20, backoff: 30, stopping: 40, exited: 100, fatal: 200, unknown: 1000 } as const;

const AT_REST: ReadonlySet<number> = new Set([STATE.stopped, STATE.exited, STATE.fatal, STATE.unknown]);

export const isAtRest = (state: number): boolean => AT_REST.has(state);
