/**
 * Signals by name or number, as Linux numbers them on x86-64 and arm64. Real-time signals are counted from 34, the
 * kernel's numbers under glibc, whatever C library an image uses. tsinit also takes RTMIN+n and RTMAX-n.
 */
import { nearest } from '../../../base/nearest.ts';
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import type { Forwarding, SignalNumber } from '../../model/model.ts';
import type { Personality } from '../../model/settings.ts';
import { listOf } from '../text/lists.ts';
import { parseInteger } from '../numbers.ts';
import { refuse, type ValueType } from '../value-type.ts';

/** From number 1 on, without SIG. */
export const SIGNAL_NAMES: readonly string[] = [
  'HUP',
  'INT',
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
  'STKFLT',
  'CHLD',
  'CONT',
  'STOP',
  'TSTP',
  'TTIN',
  'TTOU',
  'URG',
  'XCPU',
  'XFSZ',
  'VTALRM',
  'PROF',
  'WINCH',
  'IO',
  'PWR',
  'SYS',
];

const FIRST_REAL_TIME = 34;
const LAST_REAL_TIME = 64;

const NUMBERS: ReadonlyMap<string, number> = new Map<string, number>([
  ...SIGNAL_NAMES.map((name, index): [string, number] => [name, index + 1]),
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
  ['RTMIN', FIRST_REAL_TIME],
  ['RTMAX', LAST_REAL_TIME],
]);

export const signal: ValueType<SignalNumber> = {
  name: 'signal',
  read: (text, { personality }) => {
    const found = findSignal(text, personality);
    if (found !== null) return succeed(found);
    if (parseInteger(text) !== null) {
      return refuse(
        `${text} is no signal number; write 1 to 31, ${FIRST_REAL_TIME} to ${LAST_REAL_TIME}, or a name as in TERM`,
        `value ${quoteLikePython(text)} is not a valid signal number`,
      );
    }
    const near = nearest(bareName(text), NUMBERS.keys());
    return refuse(
      `${quoteLikePython(text)} is no signal${near === null ? '' : ` (did you mean ${near}?)`}; write a name as in TERM, or a number`,
      `value ${quoteLikePython(text)} is not a valid signal name`,
    );
  },
};

/** Nobody can receive KILL and STOP, and CHLD is about tsinit's own children. */
const UNHEARD: ReadonlySet<SignalNumber> = new Set([9, 17, 19]);

/** Several of them: what the option `--stop-signals` of direct mode takes, too. At least one. */
export const signals: ValueType<readonly SignalNumber[]> = {
  name: 'signals',
  read: (text, scope) => {
    const found: SignalNumber[] = [];
    for (const word of listOf(text)) {
      const reading = signal.read(word, { ...scope, personality: 'tsinit' });
      if (!reading.ok) return reading;
      if (UNHEARD.has(reading.value)) {
        const sentence = `${word} is no signal that could reach tsinit; write others, as in TERM, INT`;
        return refuse(sentence, sentence);
      }
      found.push(reading.value);
    }
    if (found.length > 0) return succeed([...new Set(found)]);
    return refuse('no signal is named; write one at least, as in TERM, INT', `value ${quoteLikePython(text)} names no signal`);
  },
};

/** What a program is passed on of the signals to the container: what its processes catch; all; or those that are named, and then whether it catches them or not. */
export const forwarding: ValueType<Forwarding> = {
  name: 'caught, all, none, signals',
  read: (text, scope) => {
    const word = text.trim().toLowerCase();
    if (word === 'caught' || word === 'all') return succeed(word);
    return word === 'none' ? succeed([]) : signals.read(text, scope);
  },
};

/** The number of a signal by its name, with or without SIG, or by its number. */
export function findSignal(text: string, personality: Personality): SignalNumber | null {
  const number = parseInteger(text);
  if (number !== null) return isKnownNumber(number, personality === 'supervisord') ? number : null;
  const name = bareName(text);
  return NUMBERS.get(name) ?? (personality === 'tsinit' ? realTimeNumber(name) : null);
}

function bareName(text: string): string {
  return text.trim().toUpperCase().replace(/^SIG/, '');
}

/** `TERM` for 15, `RTMIN+3` for 37. */
export function signalName(number: SignalNumber): string {
  if (number === FIRST_REAL_TIME) return 'RTMIN';
  return SIGNAL_NAMES[number - 1] ?? `RTMIN+${number - FIRST_REAL_TIME}`;
}

/** supervisord takes 0, which delivers nothing; a stop signal that never arrives is a mistake. */
function isKnownNumber(number: number, allowsZero: boolean): boolean {
  if (number === 0) return allowsZero;
  return (number >= 1 && number <= SIGNAL_NAMES.length) || (number >= FIRST_REAL_TIME && number <= LAST_REAL_TIME);
}

function realTimeNumber(name: string): number | null {
  const match = /^RT(MIN\+|MAX-)(\d{1,2})$/.exec(name);
  if (match === null) return null;
  const distance = Number(match[2]);
  const number = match[1] === 'MIN+' ? FIRST_REAL_TIME + distance : LAST_REAL_TIME - distance;
  return number >= FIRST_REAL_TIME && number <= LAST_REAL_TIME ? number : null;
}
