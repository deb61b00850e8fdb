/** `reload NAME...`: programs read their own configurations again. */
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { shownName, splitName } from '../names.ts';
import { thrown } from './outcomes.ts';
import { outcomesOf } from '../records.ts';
import type { Outcome } from '../records.ts';
import type { Session } from '../shell/session.ts';

export const reloadPrograms = async (session: Session, words: readonly string[]): Promise<void> => {
  if (!(await isUsable(session))) return;
  if (words.includes('all')) return tellMany(session, 'all', outcomesOf(await session.remote().ask('tsinit.reloadAllProcesses')));
  for (const word of words) await reloadOne(session, word);
};

const reloadOne = async (session: Session, word: string): Promise<void> => {
  const answer = await session.remote().call('tsinit.reloadProcess', word);
  const { group, name } = splitName(word);
  if (answer.ok && name === null) return tellMany(session, word, outcomesOf(answer.value));
  if (answer.ok) return tell(session, { group, name: name ?? '*', status: FAULT.success, description: '' });
  if (!KNOWN.has(answer.code)) throw thrown(answer);
  tell(session, { group, name: name ?? '*', status: answer.code, description: answer.text });
};

const tellMany = (session: Session, word: string, outcomes: readonly Outcome[]): void => {
  for (const outcome of outcomes) tell(session, outcome);
  if (outcomes.length > 0) return;
  session.line(`${word}: ERROR (none of them runs and has reload_command or reload_signal)`);
  session.setExitCode(EXIT.generic);
};

const KNOWN: ReadonlySet<number> = new Set([FAULT.badName, FAULT.notRunning, FAULT.failed, FAULT.noReload]);

const tell = (session: Session, { group, name, status, description }: Outcome): void => {
  const shown = shownName(group, name);
  if (status === FAULT.success) return session.line(`${shown}: reloaded`);
  session.line(`${shown}: ERROR (${why(status, description)})`);
  session.setExitCode(status === FAULT.notRunning ? EXIT.notRunning : EXIT.generic);
};

const why = (status: number, description: string): string => {
  if (status === FAULT.badName) return 'no such process';
  if (status === FAULT.notRunning) return 'not running';
  // The fault's name is in front of its reason.
  return status === FAULT.noReload ? 'it has neither reload_command nor reload_signal' : description.replace(/^FAILED: /u, '');
};
