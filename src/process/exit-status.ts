/**
 * What an exit status means: in words, as a shell's exit code, and by a program's list of expected codes.
 * Does not know what follows from it (restart.ts, and the exit policy in src/world/ending).
 */
import type { ProcessSpec, SignalNumber } from '../config/model/model.ts';
import { signalName } from './signal-names.ts';
import type { ExitStatus } from './types.ts';

const SIGNAL_EXIT_BASE = 128;

/** `exit status 3`, `terminated by SIGSEGV (core dumped)`, `terminated by signal 77`. */
export const describeExit = (status: ExitStatus): string => {
  const memory = status.outOfMemory === true ? ' (out of memory)' : '';
  if (status.signal === null) return `exit status ${status.code}${memory}`;
  const core = status.coreDumped ? ' (core dumped)' : memory;
  return `terminated by ${signalName(status.signal) ?? `signal ${status.signal}`}${core}`;
};

/** Is the code one of the program's exitcodes? A death by signal never is. */
export const isExpectedExit = (status: ExitStatus, spec: ProcessSpec): boolean => status.signal === null && spec.exitCodes.includes(status.code);

/** What a shell would report: the code, or 128 plus the signal. */
export const shellExitCode = (status: ExitStatus): number => (status.signal === null ? status.code : SIGNAL_EXIT_BASE + status.signal);

/** Did the program end as one does that obeyed this signal: by it, with 128 plus it, or successfully? */
export const obeyedSignal = (status: ExitStatus, signal: SignalNumber): boolean =>
  status.signal === signal || (status.signal === null && (status.code === 0 || status.code === SIGNAL_EXIT_BASE + signal));
