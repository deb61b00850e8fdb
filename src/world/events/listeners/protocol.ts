/**
 * What a listener says on its standard output, as its state machine takes it: `READY`, and after an event `RESULT n` with n bytes. Words
 * come in any pieces, several at once. Whoever breaks the protocol is UNKNOWN for the rest of its run.
 */
import { quoteBytesLikePython } from '../../../base/python-quote.ts';
import { decodeUtf8 } from '../../../base/utf8.ts';
import type { NoticeLevel } from '../../../process/types.ts';
import type { Answer, Listener, ListenerState, PoolEvent } from './types.ts';

const READY = 'READY\n';
const RESULT = 'RESULT ';
/** What an answer says when the event was dealt with. */
const OK = 'OK';
/** A line that announces an answer is short; what never ends must not make memory grow. */
const LONGEST_LINE = 4_096;

export type Heard = {
  readonly listener: Listener;
  readonly notices: readonly { readonly level: NoticeLevel; readonly text: string }[];
  /** Events that were not dealt with: they are to be sent again. */
  readonly rejected: readonly PoolEvent[];
};

type Step = {
  readonly listener: Listener;
  readonly notices?: Heard['notices'];
  readonly rejected?: PoolEvent | null;
};

/** `text`: one character for each byte. */
export const hear = (listener: Listener, text: string): Heard => {
  const notices: Heard['notices'][number][] = [];
  const rejected: PoolEvent[] = [];
  let now: Listener = { ...listener, input: listener.input + text };
  for (let step = take(now); step !== null; step = take(now)) {
    now = step.listener;
    notices.push(...(step.notices ?? []));
    if (step.rejected) rejected.push(step.rejected);
  }
  return { listener: now, notices, rejected };
};

/** The next word, or null when more has to come first. */
const take = (listener: Listener): Step | null => {
  if (listener.input === '' && listener.answer === null) return null;
  switch (listener.state) {
    case 'UNKNOWN':
      return { listener: { ...listener, input: '' } };
    case 'ACKNOWLEDGED':
      return takeReady(listener);
    case 'READY':
      return listener.mayAnswerTwice ? takeSecondAnswer(listener) : lose(listener);
    case 'BUSY':
      return listener.answer === null ? takeLine(listener) : takeAnswer(listener, listener.answer);
  }
};

const takeReady = (listener: Listener): Step | null => {
  const { input } = listener;
  if (input.length < READY.length) return null;
  return input.startsWith(READY) ? become({ ...listener, input: input.slice(READY.length) }, 'READY') : lose(listener);
};

const takeLine = (listener: Listener): Step | null => {
  const { input } = listener;
  const end = input.indexOf('\n');
  if (end < 0 && input.length < LONGEST_LINE) return null;
  const line = end < 0 ? input : input.slice(0, end);
  const length = lengthIn(line.slice(RESULT.length));
  if (end >= 0 && length !== null) return { listener: { ...listener, input: input.slice(end + 1), answer: { length, received: 0, head: '' } } };
  const lost = lose(listener);
  const said = { level: 'warn', text: `${listener.name}: bad result line: '${shown(line)}'` } as const;
  return { ...lost, notices: [said, ...lost.notices], rejected: listener.event };
};

const takeAnswer = (listener: Listener, answer: Answer): Step | null => {
  const part = listener.input.slice(0, answer.length - answer.received);
  if (part === '' && answer.received < answer.length) return null;
  const received = answer.received + part.length;
  const head = (answer.head + part).slice(0, OK.length + 1);
  const rest = { ...listener, input: listener.input.slice(part.length) };
  if (received < answer.length) return { listener: { ...rest, answer: { ...answer, received, head } } };
  const isGood = head === OK;
  const done = become({ ...rest, answer: null, event: null }, 'ACKNOWLEDGED');
  const text = `${listener.name}: event was ${isGood ? 'processed' : 'rejected'}`;
  return {
    ...done,
    notices: [{ level: isGood ? 'debug' : 'warn', text }, ...done.notices],
    rejected: isGood ? null : listener.event,
  };
};

/** It was given one event twice: its second answer and the READY behind it answer nothing. */
const takeSecondAnswer = (listener: Listener): Step | null => {
  const { input } = listener;
  const end = input.indexOf('\n');
  if (end < 0 && input.length < LONGEST_LINE) return null;
  const length = input.startsWith(RESULT) ? lengthIn(input.slice(RESULT.length, end)) : null;
  if (end < 0 || length === null) return lose(listener);
  const whole = end + 1 + length + READY.length;
  if (input.length < whole) return input.length > LONGEST_LINE ? lose(listener) : null;
  return { listener: { ...listener, input: input.slice(whole), mayAnswerTwice: false } };
};

const lose = (listener: Listener): Changed => {
  const changed = become({ ...listener, input: '', answer: null, event: null }, 'UNKNOWN');
  const text = `${listener.name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol`;
  return { ...changed, notices: [...changed.notices, { level: 'warn', text }] };
};

type Changed = { readonly listener: Listener; readonly notices: Heard['notices'] };

const become = (listener: Listener, state: ListenerState): Changed => ({
  listener: { ...listener, state },
  notices: [{ level: 'debug', text: `${listener.name}: ${listener.state} -> ${state}` }],
});

/** As Python's int() reads it; null: no number, or none that counts bytes. */
const lengthIn = (text: string): number | null => {
  if (!/^[\s]*[+]?[0-9]+(?:_[0-9]+)*[\s]*$/u.test(text)) return null;
  const length = Number(text.replaceAll('_', ''));
  return Number.isSafeInteger(length) ? length : null;
};

/** The line as text, if it is one. */
const shown = (line: string): string => {
  const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
  return decodeUtf8(bytes) ?? `Undecodable: ${quoteBytesLikePython(bytes)}`;
};
