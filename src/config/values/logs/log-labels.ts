/** `pod=%(ENV_POD)s, team="core", NODE_NAME`: further fields of every line. A bare name is a variable of the environment, left out where there is none. */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { Given } from '../../read/given.ts';
import type { LogLabel } from '../../log-shape.ts';
import { refuse, type ValueType } from '../value-type.ts';

/** They are copied into every line. */
const MOST_BYTES = 500;
/** Fields that lines have themselves. */
const TAKEN = new Set(['ts', 'program', 'stream', 'pid', 'level', 'continued', 'dropped', 'line']);
const NAME = /^[A-Za-z_][\w.-]*$/;
const LABEL = /\s*([A-Za-z_][\w.-]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*?)))?\s*(?:,\s*|$)/dy;

export const logLabels: ValueType<readonly LogLabel[]> = {
  name: 'name=value, ...',
  read: (text, { world, given = [] }) => {
    const masked = withoutSyntax(text, given);
    const labels = new Map<string, string>();
    LABEL.lastIndex = 0;
    for (let position = 0; position < text.length; position = LABEL.lastIndex) {
      LABEL.lastIndex = position;
      const match = LABEL.exec(masked);
      const [, nameAt, quotedAt, plainAt] = match?.indices ?? [];
      const name = nameAt === undefined ? '' : text.slice(...nameAt);
      if (match === null || !NAME.test(name))
        return refuse(`cannot read ${quoteLikePython(text.slice(position, position + 20))}; write labels as in pod="web-1", NODE_NAME`, text);
      if (TAKEN.has(name)) return refuse(`${name} is a field that every line has; choose another name`, text);
      const written = plainAt === undefined ? '' : text.slice(...plainAt);
      const value = match[0].includes('=') ? (quotedAt === undefined ? written : unescaped(text, masked, quotedAt)) : world.environment[name];
      if (value !== undefined) labels.set(name, value);
    }
    const bytes = [...labels].reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(JSON.stringify(value)), 0);
    if (bytes > MOST_BYTES) return refuse(`the labels have ${bytes} bytes; ${MOST_BYTES} at most go into every line`, text);
    return succeed([...labels]);
  },
};

/** The text with a letter in the place of each character that a name has brought: none of them is syntax. */
const withoutSyntax = (text: string, given: readonly Given[]): string =>
  given.reduce((masked, { start, end }) => masked.slice(0, start) + 'x'.repeat(end - start) + masked.slice(end), text);

/** Without the backslashes that were written to protect the next character. */
const unescaped = (text: string, masked: string, [start, end]: readonly [number, number]): string => {
  let value = '';
  for (let index = start; index < end; index++) value += text.charAt(masked.charAt(index) === '\\' ? ++index : index);
  return value;
};

const bytesOf = (text: string): number => encodeUtf8(text, Number.POSITIVE_INFINITY).length;
