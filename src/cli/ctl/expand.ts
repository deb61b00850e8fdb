/** Names as they are typed -> processes that exist: `group:*` and `all` become all of theirs. */
import { EXIT } from './codes.ts';
import { shownName, splitName } from './names.ts';
import { infosOf, type ProcessInfo } from './records.ts';
import type { Session } from './shell/session.ts';

/** In the order typed, each once. Tells which names are none, and sets the exit code for them. */
export const processesNamed = async (session: Session, words: readonly string[]): Promise<readonly ProcessInfo[]> => {
  const all = infosOf(await session.remote().ask('supervisor.getAllProcessInfo'));
  const found = words.flatMap((word) => {
    const { group, name } = splitName(word);
    const matching = word === 'all' ? all : all.filter((info) => info.group === group && (name === null || info.name === name));
    if (matching.length === 0) {
      session.line(name === null ? `${group}: ERROR (no such group)` : `${word}: ERROR (no such process)`);
      session.setExitCode(EXIT.generic);
    }
    return matching;
  });
  return [...new Set(found)];
};

export const nameOf = ({ group, name }: ProcessInfo): string => shownName(group, name);
