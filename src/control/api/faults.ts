/** How a command says no: supervisord's numbers and words, which clients match, and a few of our own beyond its range. */
import { fail } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Value } from '../xml/value.ts';

export const FAULT_CODES = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92,
  /** Ours: the login may not do this. */
  NO_ACCESS: 120,
  /** Ours: the answer, or what would be kept until it is read, is larger than we keep. */
  TOO_MUCH: 121,
  /** Ours: the program says no way to have it read its configuration again. */
  NO_RELOAD: 122,
} as const;

export type FaultName = keyof typeof FAULT_CODES;

export type Fault = { readonly name: FaultName; readonly code: number; readonly text: string };

/** What a command comes to. */
export type Outcome = Result<Value, Fault>;

/** `NAME`, or `NAME: extra`. */
export const fault = (name: FaultName, extra?: string | null): { readonly ok: false; readonly error: Fault } =>
  fail({ name, code: FAULT_CODES[name], text: extra === undefined || extra === null ? name : `${name}: ${extra}` });
