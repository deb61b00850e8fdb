/** Names of the kernel's signals by number (x86-64 and arm64 agree), for messages. Parsing names is config's job. */
import type { SignalNumber } from '../config/model/model.ts';
import { SIGNAL_NAMES } from '../config/values/machine/signals.ts';

const REAL_TIME_FIRST = 34;
const SIGNAL_LAST = 64;

/** `SIGTERM`, `SIGRTMIN+3`; null where there is no such signal or no name for it. */
export const signalName = (signal: SignalNumber): string | null => {
  if (signal === REAL_TIME_FIRST) return 'SIGRTMIN';
  if (signal > REAL_TIME_FIRST && signal <= SIGNAL_LAST) return `SIGRTMIN+${signal - REAL_TIME_FIRST}`;
  const name = SIGNAL_NAMES[signal - 1];
  return name ? `SIG${name}` : null;
};
