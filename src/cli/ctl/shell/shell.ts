/** The interactive shell: status first, then a prompt until the person leaves. Its exit code is always 0, as supervisorctl's. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Personality } from '../../../config/model/settings.ts';
import { actionsOf } from '../actions/actions.ts';
import { runLine } from '../command.ts';
import { completer } from './completion.ts';
import { openKeyboard } from './keyboard.ts';
import { makeSession, type Output, type Session } from './session.ts';
import type { Settings } from '../settings.ts';

const MOST_KEPT = 1000;

export const runShell = async ({ target, prompt, historyFile }: Settings, personality: Personality, output: Output): Promise<number> => {
  const actions = actionsOf(personality);
  const history: string[] = historyFile === null ? [] : readHistory(historyFile);
  const completion = completer(actions, () => session);
  const keyboard = openKeyboard({
    history: history.toReversed(),
    complete: completion.complete,
  });
  const session: Session = makeSession({
    ...output,
    personality,
    isInteractive: true,
    dial: null,
    target,
    question: keyboard.ask,
    interrupted: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      return { promise, end: keyboard.onInterrupt(resolve) };
    },
  });
  for (let line: string | null = 'status'; line !== null; ) {
    const stop = keyboard.onInterrupt(session.hangUp);
    const isLeft: boolean = await runLine(session, actions, line);
    stop();
    session.hangUp();
    completion.forget();
    if (isLeft) break;
    const typed: Awaited<ReturnType<typeof keyboard.command>> = await keyboard.command(`${prompt}> `);
    // The next prompt is not to stand behind this one.
    if (typeof typed !== 'string') session.line('');
    line = typeof typed === 'string' ? typed : null;
    if (line !== null && line.trim() !== '' && line !== history.at(-1)) history.push(line);
  }
  keyboard.close();
  if (historyFile !== null) keepHistory(historyFile, history);
  return 0;
};

/** Oldest first, as in the file. */
const readHistory = (path: string): string[] => {
  try {
    if (!isOrdinary(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
};

/** A named pipe would be waited for. */
const isOrdinary = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() !== false;

const keepHistory = (path: string, history: readonly string[]): void => {
  try {
    if (isOrdinary(path)) writeFileSync(path, `${history.slice(-MOST_KEPT).join('\n')}\n`, { mode: 0o600 });
  } catch {
    // A history is a convenience.
  }
};
