/** `pod=%(ENV_POD)s, team="core", NODE_NAME`: further fields of every line. A bare name is a variable of the environment, left out where there is none. */
import { quoteLikePython } from '../../base/python-quote.ts';
import { succeed } from '../../base/result.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { LogLabel } from '../log-shape.ts';
import { refuse, type ValueType } from './value-type.ts';

/** They are copied into every line. */
const MOST_BYTES = 500;
/** Fields that lines have themselves. */
const TAKEN = new Set(['ts', 'program', 'stream', 'pid', 'level', 'continued', 'dropped', 'line']);
const LABEL = /\s*([A-Za-z_][\w.-]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*?)))?\s*(?:,\s*|$)/y;

export const logLabels: ValueType<readonly LogLabel[]> = {
  name: 'name=value, ...',
  read: (text, { world }) => {
    const labels = new Map<string, string>();
    LABEL.lastIndex = 0;
    for (let position = 0; position < text.length; position = LABEL.lastIndex) {
      LABEL.lastIndex = position;
      const match = LABEL.exec(text);
      if (match === null) return refuse(`cannot read ${quoteLikePython(text.slice(position, position + 20))}; write labels as in pod="web-1", NODE_NAME`, text);
      const name = match[1] as string;
      if (TAKEN.has(name)) return refuse(`${name} is a field that every line has; choose another name`, text);
      const isBare = !match[0].includes('=');
      const value = isBare ? world.environment[name] : (match[2]?.replace(/\\(.)/g, '$1') ?? match[3]);
      if (value !== undefined) labels.set(name, value);
    }
    const bytes = [...labels].reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(JSON.stringify(value)), 0);
    if (bytes > MOST_BYTES) return refuse(`the labels have ${bytes} bytes; ${MOST_BYTES} at most go into every line`, text);
    return succeed([...labels]);
  },
};

const bytesOf = (text: string): number => encodeUtf8(text, Number.POSITIVE_INFINITY).length;
