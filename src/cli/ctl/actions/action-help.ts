/** `help`: the actions in columns, or what one of them does. */
import type { Action } from './action.ts';
import type { Session } from '../shell/session.ts';

const SCREEN_COLUMNS = 79;
const HEADER = 'default commands (type help <topic>):';

export const tellHelp = (session: Session, actions: ReadonlyMap<string, Action>, argument: string): void => {
  if (argument === 'help') {
    session.line('help\t\tPrint a list of available actions');
    session.line('help <action>\tPrint help for <action>');
  } else if (argument === '') {
    for (const line of ['', HEADER, '='.repeat(HEADER.length), ...columns([...actions.keys()].toSorted(), SCREEN_COLUMNS), '']) session.line(line);
  } else {
    for (const line of actions.get(argument)?.help ?? [`*** No help on ${argument}`]) session.line(line);
  }
};

/** Words down the columns, in as few lines as fit. */
export const columns = (words: readonly string[], width: number): readonly string[] => {
  for (let rows = 1; rows <= words.length; rows += 1) {
    const count = Math.ceil(words.length / rows);
    const widths = Array.from({ length: count }, (_, column) => Math.max(...words.slice(column * rows, (column + 1) * rows).map((word) => word.length)));
    if (rows < words.length && widths.reduce((sum, each) => sum + each + 2, -2) > width) continue;
    return Array.from({ length: rows }, (_, row) =>
      widths
        .flatMap((each, column) => {
          const word = words[column * rows + row];
          return word === undefined ? [] : [word.padEnd(each)];
        })
        .join('  '),
    );
  }
  return [];
};
