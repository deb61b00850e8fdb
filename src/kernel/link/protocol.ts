/** Numbers of protocol.md. A test compares them with that page and with src/init/conversation/protocol.h. */

export const PROTOCOL_VERSION = 1;
/** Longest payload in bytes; HELLO alone may have up to twice that. */
export const FRAME_LIMIT_BYTES = 2_097_152;
/** u32 length of the payload, u16 type, u16 zero. */
export const FRAME_HEADER_BYTES = 8;
export const LINK_FD = 3;
export const BOX_FD = 4;
export const ADDON_FD = 5;

export const FRAME = {
  HELLO: 1,
  RUN: 2,
  SYNCED: 3,
  SPAWNED: 4,
  SPAWN_FAILED: 5,
  EXITED: 6,
  GROUP_ENDED: 7,
  SIGNAL: 8,
  SWEPT: 9,
  PROTOCOL_ERROR: 10,
  TREE_ENDED: 11,
  KILLED: 12,
  FOLLOWED: 13,
  LISTENING: 20,
  READY: 65,
  SPAWN: 66,
  KILL: 67,
  RELEASE: 68,
  SWEEP: 69,
  EXIT: 70,
  ACK: 71,
  STOPPING: 72,
  FOLLOW: 73,
  STOP_SIGNALS: 74,
  FORWARD: 75,
  ALLOW: 76,
  BECOME: 77,
  LISTEN: 80,
} as const;

export const ATTRIBUTE = {
  ARGV: 1,
  FILE: 2,
  ENVP: 3,
  DIRECTORY: 4,
  UID: 5,
  GID: 6,
  GROUPS: 7,
  UMASK: 8,
  NICE: 9,
  LIMIT: 10,
  OOM_SCORE: 11,
  NO_NEW_PRIVILEGES: 12,
  DROP_CAPABILITIES: 13,
  STDIN: 14,
  STDOUT: 15,
  STDERR: 16,
  GROUP: 17,
  STOP: 18,
  CHROOT: 19,
  PARENT_DEATH: 20,
  LISTEN: 21,
  AFFINITY: 22,
  IO_PRIORITY: 23,
  KEEP_CAPABILITIES: 24,
  TERMINAL: 25,
  READY_DESCRIPTOR: 26,
  PID_VARIABLE: 27,
  CONTROL_GROUP: 30,
  SOCKET: 40,
  ACCEPT: 41,
} as const;

export const HELLO_FLAG = { PID1: 1, SUBREAPER: 2, TAKEOVER: 4, TERMINAL: 8 } as const;
export const RUN_STATE = { RUNNING: 1, EXITED: 2, GROUP_ENDED: 4, STRAYS: 8, LAUNCHING: 16 } as const;
export const EXITED_FLAG = { GROUP_ENDED: 1, STRAYS: 2 } as const;
/** Added to the code of EXIT: what lives on is left alone. */
export const EXIT_LEAVES = 256;
/** Scopes of KILL and STOP. */
export const SCOPE = { process: 0, group: 1, tree: 2, groupRest: 4, treeRest: 5, strays: 6 } as const;
/** Of a KILL alone: the process while it has not been executed. */
export const SCOPE_LAUNCH = 3;
/** Added to the scope of KILL: CONT behind the signal. */
export const KILL_WAKES = 256;
export const STREAM = { STDIN: 1, STDOUT: 2, STDERR: 4, READY: 8 } as const;
