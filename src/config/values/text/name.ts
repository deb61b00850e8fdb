/** Names of programs, groups and processes: they stand in `group:process` and in paths, so blanks, `:` and `/` are out. */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { isWhiteSpace, strip } from '../../dialect/white-space.ts';
import { type Reading, refuse, type ValueScope, type ValueType } from '../value-type.ts';

export function readName(text: string): Reading<string> {
  const name = strip(text);
  const bad = [...name].find((character) => character === ':' || character === '/' || isWhiteSpace(character));
  if (name === '') return refuse('the name is empty; write one', `Invalid name: '${name}'`);
  if (bad === undefined) return succeed(name);
  return refuse(
    `${quoteLikePython(name)} holds ${quoteLikePython(bad)}; a name has no blank, no colon and no slash`,
    `Invalid name: ${quoteLikePython(name)} because of character: ${quoteLikePython(bad)}`,
  );
}

/** Names with commas between, each once. */
export const nameList: ValueType<readonly string[]> = {
  name: 'names',
  read: (text, scope) => succeed([...new Set(splitList(text, scope))]),
};

/** Parts with commas between, blanks around them dropped. supervisord finds an empty part behind a last comma. */
export function splitList(text: string, { personality }: ValueScope): readonly string[] {
  if (text === '') return [];
  const parts = text.split(',').map(strip);
  return personality === 'supervisord' ? parts : parts.filter((part) => part !== '');
}
