/** One line for what came of an order for one process, and what it does to the exit code. */
import { failed } from '../../../control/client/failure.ts';
import type { Fault } from '../../../control/client/remote.ts';
import { EXIT, FAULT } from '../codes.ts';
import { shownName } from '../names.ts';
import type { Outcome } from '../records.ts';
import type { Session } from '../shell/session.ts';

/** Faults that mean: it is not there to be asked. */
const DEAD: ReadonlySet<number> = new Set([FAULT.spawn, FAULT.abnormal, FAULT.notRunning]);

const WHY: Readonly<Record<number, string>> = {
  [FAULT.badName]: 'no such process',
  [FAULT.noFile]: 'no such file',
  [FAULT.notExecutable]: 'file is not executable',
  [FAULT.alreadyStarted]: 'already started',
  [FAULT.spawn]: 'spawn error',
  [FAULT.abnormal]: 'abnormal termination',
  [FAULT.badSignal]: 'bad signal name',
  [FAULT.notRunning]: 'not running',
};

/** An order: what it is called when done, which results it knows, which of them is no failure. */
export type Order = { readonly done: string; readonly knows: ReadonlySet<number>; readonly harmless: number | null };

export const STARTED: Order = {
  done: 'started',
  knows: new Set([FAULT.badName, FAULT.noFile, FAULT.notExecutable, FAULT.alreadyStarted, FAULT.spawn, FAULT.abnormal]),
  harmless: FAULT.alreadyStarted,
};
const REACHED: ReadonlySet<number> = new Set([FAULT.badName, FAULT.badSignal, FAULT.notRunning, FAULT.failed]);
export const STOPPED: Order = { done: 'stopped', knows: REACHED, harmless: FAULT.notRunning };
export const SIGNALLED: Order = { done: 'signalled', knows: REACHED, harmless: null };
export const CLEARED: Order = { done: 'cleared', knows: new Set([FAULT.badName, FAULT.failed]), harmless: null };

export const tellOutcome = (
  session: Session,
  order: Order,
  { group, name, status, description }: Omit<Outcome, 'name'> & { readonly name: string | null },
): void => {
  // supervisorctl takes `group:*` apart and writes Python's None where there is no name.
  const shown = shownName(group, name ?? 'None');
  if (status !== FAULT.success && !order.knows.has(status)) throw failed({ kind: 'result', code: status, name: shown, text: description });
  if (status === FAULT.success) session.line(`${shown}: ${order.done}`);
  else if (status === FAULT.failed) session.line(order === CLEARED ? `${shown}: ERROR (failed)` : description);
  else session.line(`${shown}: ERROR (${WHY[status]})`);
  if (status !== FAULT.success && status !== order.harmless) session.setExitCode(DEAD.has(status) ? EXIT.notRunning : EXIT.generic);
};

/** A fault that the action does not expect. */
export const thrown = ({ code, text }: Fault): Error => failed({ kind: 'fault', code, text });
