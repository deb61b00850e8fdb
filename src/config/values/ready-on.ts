/** When a run counts as ready: `started`, `exit`, `check`, `notify`, `log:REGEX`. */
import { nearest } from '../../base/nearest.ts';
import { succeed } from '../../base/result.ts';
import type { ReadyOn } from '../service-model.ts';
import { refuse, type ValueType } from './value-type.ts';

const WORDS = ['started', 'exit', 'check', 'notify', 'log:'] as const;
const LOG = 'log:';

export const readyOn: ValueType<ReadyOn> = {
  name: 'started, exit, check, notify or log:REGEX',
  read: (text) => {
    if (text === 'started' || text === 'exit' || text === 'check' || text === 'notify') return succeed({ kind: text });
    if (!text.startsWith(LOG)) {
      const near = nearest(text, WORDS);
      return refuse(`${text} is no readiness${near === null ? '' : ` (did you mean ${near}?)`}; write started, exit, check, notify or log:REGEX`, text);
    }
    const pattern = text.slice(LOG.length);
    try {
      RegExp(pattern, 'u');
    } catch (error) {
      return refuse(`${pattern} is no regular expression: ${(error as Error).message}; write one as JavaScript has them`, text);
    }
    return pattern === '' ? refuse('log: needs a regular expression behind it, as in log:listening on', text) : succeed({ kind: 'log', pattern });
  },
};
