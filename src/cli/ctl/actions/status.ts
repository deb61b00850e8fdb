/** `status` and `pid`: how the processes are. */
import type { Run } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT, isAtRest } from '../codes.ts';
import { thrown } from './outcomes.ts';
import { shownName, splitName, wordsOf } from '../names.ts';
import { infoOf, infosOf, numberOf, type ProcessInfo } from '../records.ts';
import type { Session } from '../shell/session.ts';

const SHORTEST_COLUMN = 30;

export const status: Run = async (session, argument) => {
  if (session.personality === 'tsinit' && argument.includes('--')) {
    const { statusOtherwise } = await import('./status-otherwise.ts');
    return statusOtherwise(session, argument);
  }
  const shown = await selected(session, argument);
  if (shown === null) return;
  for (const line of statusLines(shown)) session.line(line);
};

/** The processes asked for, in the order asked; sets the exit code. Null: the server cannot be asked. */
export const selected = async (session: Session, argument: string): Promise<readonly ProcessInfo[] | null> => {
  if (!(await isUsable(session))) {
    session.setExitCode(EXIT.unknown);
    return null;
  }
  const all = infosOf(await session.remote().ask('supervisor.getAllProcessInfo'));
  const shown = choose(session, all, argument);
  if (shown.some(({ state }) => isAtRest(state))) session.setExitCode(EXIT.stopped);
  return shown;
};

/** Those that are named, in that order; tells which names are none. */
export const choose = (session: Session, all: readonly ProcessInfo[], argument: string): readonly ProcessInfo[] => {
  const words = wordsOf(argument);
  if (words.length === 0 || words.includes('all')) return all;
  return words.flatMap((word) => {
    const { group, name } = splitName(word);
    const found = all.filter((info) => info.group === group && (name === null || info.name === name));
    if (found.length === 0) {
      session.line(name === null ? `${group}: ERROR (no such group)` : `${word}: ERROR (no such process)`);
      session.setExitCode(EXIT.unknown);
    }
    return found;
  });
};

/** Name, state and description in columns. */
export const statusLines = (infos: readonly ProcessInfo[]): readonly string[] => {
  const names = infos.map(({ group, name }) => shownName(group, name));
  const width = Math.max(SHORTEST_COLUMN, ...names.map((name) => name.length)) + 3;
  return infos.map(({ stateName, description }, index) => `${(names[index] ?? '').padEnd(width)}${stateName.padEnd(10)}${description}`);
};

export const pid: Run = async (session, argument) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  if (words.length === 0) session.line(String(numberOf(await session.remote().ask('supervisor.getPID'))));
  else if (words.includes('all')) {
    for (const info of infosOf(await session.remote().ask('supervisor.getAllProcessInfo'))) session.line(String(info.pid));
  } else for (const word of words) await pidOf(session, word);
};

const pidOf = async (session: Session, word: string): Promise<void> => {
  const answer = await session.remote().call('supervisor.getProcessInfo', word);
  if (answer.ok) {
    const info = infoOf(answer.value);
    session.line(String(info.pid));
    if (info.pid === 0) session.setExitCode(EXIT.notRunning);
    return;
  }
  session.setExitCode(EXIT.generic);
  if (answer.code !== FAULT.badName) throw thrown(answer);
  session.line(`No such process ${word}`);
};
