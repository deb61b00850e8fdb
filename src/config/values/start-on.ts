/** `start_on`: `socket:web, path:/spool/*.job, program:db:failed, signal:USR1`. */
import { nearest } from '../../base/nearest.ts';
import { fail, type Result, succeed } from '../../base/result.ts';
import type { ProgramEvent, Trigger } from '../model/activation-model.ts';
import { listOf } from './text/lists.ts';
import { findSignal, signalName } from './machine/signals.ts';
import { refuse, type ValueType } from './value-type.ts';

export const PROGRAM_EVENTS: readonly ProgramEvent[] = ['started', 'ready', 'completed', 'failed', 'exited', 'stopped', 'backoff', 'fatal'];
const KINDS = ['socket', 'path', 'program', 'signal'] as const;
const EXAMPLES = 'socket:NAME, path:GLOB, program:NAME:EVENT or signal:NAME';

/** What these mean to tsinit itself, beside those that stop everything (trigger-checks.ts). */
const TAKEN: ReadonlyMap<string, string> = new Map([
  ['HUP', 'reads the configuration again'],
  ['USR2', 'opens log files again'],
  ...['KILL', 'STOP', 'CHLD', 'TTIN', 'TTOU'].map((name): [string, string] => [name, 'cannot be passed on']),
]);

export const startOn: ValueType<readonly Trigger[]> = {
  name: EXAMPLES,
  read: (text) => {
    const triggers: Trigger[] = [];
    for (const word of listOf(text)) {
      const trigger = readTrigger(word);
      if (!trigger.ok) return refuse(trigger.error, text);
      triggers.push(trigger.value);
    }
    return succeed(triggers);
  },
};

function readTrigger(word: string): Result<Trigger, string> {
  const colon = word.indexOf(':');
  const kind = KINDS.find((each) => each === word.slice(0, Math.max(0, colon)));
  const rest = word.slice(colon + 1);
  if (kind === undefined) return fail(`${word} starts nothing${hint(word.slice(0, Math.max(0, colon)), KINDS)}; write ${EXAMPLES}`);
  if (rest === '') return fail(`${word} lacks what is to come behind the colon; write ${EXAMPLES}`);
  switch (kind) {
    case 'socket':
      return succeed({ kind, name: rest });
    case 'path':
      return succeed({ kind, pattern: rest });
    case 'program':
      return readProgram(word, rest);
    case 'signal':
      return readSignal(rest);
  }
}

function readProgram(word: string, rest: string): Result<Trigger, string> {
  const parts = rest.split(':');
  const name = parts.slice(0, -1).join(':');
  const last = parts.at(-1) as string;
  const event = PROGRAM_EVENTS.find((each) => each === last);
  if (event !== undefined && name !== '') return succeed({ kind: 'program', name, event });
  return fail(`${word} names no event${hint(last, PROGRAM_EVENTS)}; write program:NAME:EVENT, the event being one of ${PROGRAM_EVENTS.join(', ')}`);
}

function readSignal(name: string): Result<Trigger, string> {
  const signal = findSignal(name, 'tsinit');
  if (signal === null) return fail(`${name} is no signal; write a name as in USR1, or a number`);
  const meaning = TAKEN.get(signalName(signal));
  return meaning === undefined ? succeed({ kind: 'signal', signal }) : fail(`signal ${signalName(signal)} ${meaning}; take another one, as USR1`);
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : ` (did you mean ${near}?)`;
}
