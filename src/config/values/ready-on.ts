/** When a run counts as ready: `started`, `exit`, `check`, `notify`, `fd:N`, `log:REGEX`. */
import { nearest } from '../../base/nearest.ts';
import { succeed } from '../../base/result.ts';
import type { ReadyOn } from '../model/service-model.ts';
import { type Reading, refuse, type ValueType } from './value-type.ts';

const WORDS = ['started', 'exit', 'check', 'notify', 'fd:', 'log:'] as const;
const LOG = 'log:';
const FD = 'fd:';
/** Those below are the program's streams, those above may be out of its limits. */
const FIRST_FD = 3;
const LAST_FD = 63;

export const readyOn: ValueType<ReadyOn> = {
  name: 'started, exit, check, notify, fd:N or log:REGEX',
  read: (text) => {
    if (text === 'started' || text === 'exit' || text === 'check' || text === 'notify') return succeed({ kind: text });
    if (text.startsWith(FD)) return descriptor(text);
    if (!text.startsWith(LOG)) {
      const near = nearest(text, WORDS);
      return refuse(`${text} is no readiness${near === null ? '' : ` (did you mean ${near}?)`}; write started, exit, check, notify, fd:N or log:REGEX`, text);
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

const descriptor = (text: string): Reading<ReadyOn> => {
  const number = /^\d{1,2}$/.test(text.slice(FD.length)) ? Number(text.slice(FD.length)) : 0;
  if (number >= FIRST_FD && number <= LAST_FD) return succeed({ kind: 'fd', descriptor: number });
  return refuse(`${text} names no descriptor on which it could say that it is ready; write fd:${FIRST_FD} to fd:${LAST_FD}`, text);
};
