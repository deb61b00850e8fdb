/** One line for the client: its action found and run, whatever goes wrong told. */
import { failureOf } from '../../control/client/failure.ts';
import { nearest } from '../../base/nearest.ts';
import type { Action } from './actions/action.ts';
import { EXIT } from './codes.ts';
import { tellFailure } from './failures.ts';
import type { Session } from './shell/session.ts';

export type Actions = ReadonlyMap<string, Action>;

/** Resolves to true when the shell is to be left. */
export const runLine = async (session: Session, actions: Actions, line: string): Promise<boolean> => {
  const text = line.trim();
  if (text === '') return false;
  const [name, argument] = takeApart(text, actions);
  if (name === 'help' || name === '?') {
    const { tellHelp } = await import('./actions/action-help.ts');
    tellHelp(session, actions, argument);
    return false;
  }
  const action = actions.get(name === 'EOF' ? 'quit' : name);
  if (action === undefined) {
    tellUnknown(session, actions, text, name);
    return false;
  }
  await runAction(session, action, argument);
  return action.name === 'quit' || action.name === 'exit';
};

/** A name ends where letters do, as supervisorctl has it, unless a whole word is one. */
const takeApart = (text: string, actions: Actions): readonly [name: string, argument: string] => {
  const [word = ''] = text.split(/\s/u);
  const [letters = ''] = /^(?:\?|[A-Za-z0-9_]*)/u.exec(text) ?? [];
  const name = actions.has(word) ? word : letters;
  return [name, text.slice(name.length).trim()];
};

const tellUnknown = (session: Session, actions: Actions, text: string, name: string): void => {
  session.setExitCode(EXIT.generic);
  const meant = session.personality === 'tsinit' ? nearest(name, actions.keys()) : null;
  session.line(`*** Unknown syntax: ${text}${meant === null ? '' : `; did you mean ${meant}?`}`);
};

const runAction = async (session: Session, action: Action, argument: string): Promise<void> => {
  try {
    await action.run(session, argument, action);
  } catch (error) {
    const failure = failureOf(error);
    const isLocked = failure?.kind === 'status' && failure.status === 401;
    if (isLocked && session.isInteractive && (await logIn(session))) return runAction(session, action, argument);
    tellFailure(session, error);
  }
};

const logIn = async (session: Session): Promise<boolean> => {
  session.line('Server requires authentication');
  const username = await session.question('Username:', false);
  const password = username === null ? null : await session.question('Password:', true);
  if (username === null || password === null) return false;
  session.line('');
  session.connectTo({ ...session.target(), username, password });
  return true;
};
