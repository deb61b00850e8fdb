/**
 * Values that are one of a few words: booleans, log levels, restart and exit policies. Case never matters. The nearest
 * known word is offered for a mistyped one.
 */
import { nearest } from '../../../base/nearest.ts';
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import type { Autorestart, ExitPolicy, LogLevel } from '../../model/model.ts';
import type { ServerAccess } from '../../model/server-model.ts';
import { refuse, type ValueType } from '../value-type.ts';

const TRUE_WORDS = ['true', 'yes', 'on', '1'];
const FALSE_WORDS = ['false', 'no', 'off', '0'];

export const boolean: ValueType<boolean> = {
  name: 'boolean',
  read: (text) => {
    const truth = truthOf(text);
    if (truth !== null) return succeed(truth);
    return refuse(`${quoteLikePython(text)} is not a boolean; write true or false`, `not a valid boolean value: ${quoteLikePython(text)}`);
  },
};

export const autorestart: ValueType<Autorestart> = {
  name: 'true, false or unexpected',
  read: (text) => {
    if (text.toLowerCase() === 'unexpected') return succeed('unexpected');
    const truth = truthOf(text);
    if (truth !== null) return succeed(truth ? 'always' : 'never');
    return refuse(`${quoteLikePython(text)} is no restart policy; write true, false or unexpected`, `invalid 'autorestart' value ${quoteLikePython(text)}`);
  },
};

export const logLevel: ValueType<LogLevel> = oneOf(
  ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'],
  'log level',
  (text) => `bad logging level name ${quoteLikePython(text)}`,
);

export const exitPolicy: ValueType<ExitPolicy> = oneOf(['never', 'any', 'all', 'essential'], 'exit policy');

export const serverAccess: ValueType<ServerAccess> = oneOf(['read', 'operate', 'admin'], 'access level');

/** A type with a closed set of words; `peer` is supervisord's refusal, where it has one. */
export function oneOf<const Word extends string>(words: readonly Word[], what: string, peer?: (text: string) => string): ValueType<Word> {
  return {
    name: words.join(', '),
    read: (text) => {
      const lower = text.toLowerCase();
      const found = words.find((word) => word === lower);
      if (found !== undefined) return succeed(found);
      const near = nearest(lower, words);
      const ours = `${quoteLikePython(text)} is no ${what}${near === null ? '' : ` (did you mean ${near}?)`}; write one of ${words.join(', ')}`;
      return refuse(ours, peer === undefined ? ours : peer(text));
    },
  };
}

function truthOf(text: string): boolean | null {
  const lower = text.toLowerCase();
  if (TRUE_WORDS.includes(lower)) return true;
  return FALSE_WORDS.includes(lower) ? false : null;
}
