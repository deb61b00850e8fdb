/** What a half-typed line may become: actions, then groups or processes. The processes are asked for once a line. */
import { failureOf } from '../../../control/client/failure.ts';
import type { Actions } from '../command.ts';
import { infosOf, type ProcessInfo } from '../records.ts';
import type { Session } from './session.ts';

export type Completer = {
  readonly complete: (line: string) => Promise<readonly [matches: string[], part: string]>;
  readonly forget: () => void;
};

export const completer = (actions: Actions, session: () => Session): Completer => {
  let known: Promise<readonly ProcessInfo[]> | null = null;
  const processes = (): Promise<readonly ProcessInfo[]> => (known ??= ask(session()));
  return {
    forget: () => {
      known = null;
    },
    complete: async (line) => {
      const part = /\S*$/u.exec(line)?.[0] ?? '';
      const words = await candidates(actions, line.slice(0, line.length - part.length).trim(), part, processes);
      return [words.filter((word) => word.startsWith(part)).map((word) => `${word} `), part];
    },
  };
};

const candidates = async (actions: Actions, before: string, part: string, processes: () => Promise<readonly ProcessInfo[]>): Promise<readonly string[]> => {
  const [name] = before.split(/\s/u);
  const all = ['help', ...actions.keys()];
  if (name === undefined || name === '' || name === 'help') return all;
  const kind = actions.get(name)?.completes ?? 'nothing';
  if (kind === 'groups') return [...new Set((await processes()).map(({ group }) => group))];
  return kind === 'processes' ? namesOf(await processes(), part) : [];
};

/** Processes whose group has their name go by it alone, unless a colon was typed. */
export const namesOf = (infos: readonly ProcessInfo[], part: string): readonly string[] => [
  ...new Set(infos.flatMap(({ group, name }) => (part.includes(':') || name !== group ? [`${group}:${name}`, `${group}:*`] : [name]))),
];

const ask = async (session: Session): Promise<readonly ProcessInfo[]> => {
  try {
    return infosOf(await session.remote().ask('supervisor.getAllProcessInfo'));
  } catch (error) {
    // Nothing to complete with; the action will tell.
    if (failureOf(error) === null) throw error;
    return [];
  }
};
