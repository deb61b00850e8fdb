/**
 * Who else hears what a program writes, beside its log: syslog line by line, the record in memory, the supervisor's log at level
 * debug, and whoever is told of messages in capture mode. A stream that nobody else hears has no tap at all.
 */
import type { LogSettings } from '../../config/model/model.ts';
import { createCommunication } from './communication.ts';
import type { Communication } from './communication.ts';
import type { ReadBack } from './read-back.ts';
import type { StreamName } from '../box/slots.ts';
import { stripAnsi } from '../lines/strip-ansi.ts';

/** A chunk in [from, to) of `bytes`; `isEnd`: the last one, perhaps empty. */
export type Tap = (bytes: Uint8Array, from: number, to: number, isEnd: boolean) => void;

export type TapOptions = {
  readonly isStripped: boolean;
  readonly syslog: (text: string) => void;
  /** Null: what programs write is not repeated in the supervisor's log. */
  readonly repeat: ((text: string) => void) | null;
  /** Keeps the record in memory, for as long as somebody may ask for it. */
  readonly recordTap: ReadBack['tapOf'];
  readonly isRecorded: () => boolean;
  readonly events: EventTaps;
  /** A line matched the stream's readyPattern. */
  readonly onReady: (run: number) => void;
};

/** Streams that events are made of. */
export type EventTaps = {
  /** Null: nothing is made of this one. `pieceOf`: number of the piece that is being heard. */
  readonly hearerOf: (process: string, run: number, stream: StreamName, settings: LogSettings, pieceOf: () => number) => Tap | null;
  /** Does it speak the listeners' protocol, to which answers are waited for? It has no messages between tokens then. */
  readonly isPrompt: (process: string, stream: StreamName) => boolean;
  readonly onMessage: (process: string, run: number, stream: StreamName, message: Uint8Array, settings: LogSettings) => void;
};

export const NO_EVENT_TAPS: EventTaps = { hearerOf: () => null, isPrompt: () => false, onMessage: () => {} };

export type Taps = {
  /** `pieceOf`: number of the piece of output that is being heard. */
  readonly tapOf: (process: string, run: number, stream: StreamName, settings: LogSettings, pieceOf: () => number) => Tap | null;
  readonly communicationOf: (process: string, run: number, stream: StreamName, settings: LogSettings) => Communication | null;
};

/** A line without an end must not make memory grow. */
const LONGEST_LINE = 65_536;

export const createTaps = (options: TapOptions): Taps => {
  const { isStripped, repeat, events } = options;

  const syslogTap = (process: string): Tap => {
    const shown = process.slice(process.lastIndexOf(':') + 1);
    return byLine((line) => options.syslog(`${shown} ${line}`));
  };

  return {
    tapOf: (process, run, stream, settings, pieceOf) => {
      const taps: Tap[] = [];
      if (settings.syslog || settings.target.kind === 'syslog') taps.push(syslogTap(process));
      if (settings.readyPattern !== null) taps.push(readyTap(settings.readyPattern, () => options.onReady(run)));
      const record = options.recordTap(process, stream, settings);
      if (record !== null) taps.push(record);
      if (repeat !== null) {
        const shown = process.slice(process.lastIndexOf(':') + 1);
        taps.push((bytes, from, to) => {
          if (from < to) repeat(`'${shown}' ${stream} output:\n${new TextDecoder().decode(bytes.subarray(from, to))}`);
        });
      }
      const hearer = events.hearerOf(process, run, stream, settings, pieceOf);
      if (hearer !== null) taps.push(hearer);
      if (taps.length === 0) return null;
      const all: Tap = (bytes, from, to, isEnd) => taps.forEach((tap) => tap(bytes, from, to, isEnd));
      if (!isStripped) return all;
      return record !== null && taps.length === 1 ? whenever(options.isRecorded, stripped(all)) : stripped(all);
    },
    communicationOf: (process, run, stream, settings) =>
      settings.captureMaxBytes === 0 || events.isPrompt(process, stream)
        ? null
        : createCommunication(settings.captureMaxBytes, (message) => events.onMessage(process, run, stream, message, settings)),
  };
};

/** What nobody hears at the moment needs no copy. */
const whenever =
  (isHeard: () => boolean, tap: Tap): Tap =>
  (bytes, from, to, isEnd) => {
    if (isHeard()) tap(bytes, from, to, isEnd);
  };

const stripped =
  (tap: Tap): Tap =>
  (bytes, from, to, isEnd) => {
    const copy = bytes.slice(from, to);
    tap(copy, 0, stripAnsi(copy, 0, copy.length), isEnd);
  };

// eslint-disable-next-line no-control-regex -- terminal sequences begin with a control character
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/gu;

/** The line as people read it: without colours and the like, and without the carriage return that terminals write at its end. */
const plainText = (line: string): string => line.replace(ESCAPES, '').replace(/\r+$/u, '');

/** Looks at lines until one matches. */
const readyTap = (pattern: string, onReady: () => void): Tap => {
  const expression = new RegExp(pattern, 'u');
  let isReady = false;
  const look = byLine((line) => {
    if (isReady || !expression.test(plainText(line))) return;
    isReady = true;
    onReady();
  });
  return (bytes, from, to, isEnd) => {
    if (!isReady) look(bytes, from, to, isEnd);
  };
};

/** Puts chunks together to whole lines; what has no newline at the end is a line too. */
const byLine = (say: (line: string) => void): Tap => {
  let decoder = new TextDecoder();
  let rest = '';
  return (bytes, from, to, isEnd) => {
    const lines = (rest + decoder.decode(bytes.subarray(from, to), { stream: !isEnd })).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(say);
    if (rest.length > LONGEST_LINE || (isEnd && rest !== '')) {
      say(rest);
      rest = '';
    }
    if (isEnd) decoder = new TextDecoder();
  };
};
