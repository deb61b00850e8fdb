/** What stands in front of each line of a stream, but for the time: a zero byte holds its place. */
import type { LogShape, LogTime, PrefixPart } from '../../config/log-shape.ts';
import { coloured } from './prefix.ts';
import { SHAPE_TEXT_BYTES } from './shapes.ts';
import type { StreamName } from '../box/slots.ts';

export const TIME_MARK = '\0';

/** Whose lines they are. */
export type Speaker = {
  /** As people call it: `name`, or `group:name`. */
  readonly name: string;
  readonly stream: StreamName;
  /** Null: not known. */
  readonly pid: number | null;
  /** Of the longest name. */
  readonly width: number;
  /** On a terminal; null: none. */
  readonly colour: number | null;
};

/** A name longer than this is cut: what it is part of is copied into every line. */
const LONGEST_NAME = 100;
const DEFAULT_PREFIX: readonly PrefixPart[] = [{ word: 'program', width: 'longest' }, ' | '];

/** At most SHAPE_TEXT_BYTES. */
export const shapeText = (shape: LogShape, speaker: Speaker): Uint8Array => {
  const name = speaker.name.slice(0, LONGEST_NAME);
  const text = textOf(shape, { ...speaker, name });
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= SHAPE_TEXT_BYTES) return encoded;
  const bytes = new Uint8Array(SHAPE_TEXT_BYTES);
  const { written } = new TextEncoder().encodeInto(textOf({ ...shape, labels: [] }, { ...speaker, name }), bytes);
  return bytes.subarray(0, written);
};

const textOf = (shape: LogShape, speaker: Speaker): string => {
  switch (shape.format) {
    case 'raw':
      return speaker.name;
    case 'prefix':
      return coloured(prefixText(shape, speaker), speaker.colour);
    case 'json':
      return `{${fieldsOf(shape, speaker)
        .map(([name, value]) => `${JSON.stringify(name)}:${jsonValue(value, shape.time)},`)
        .join('')}`;
    case 'logfmt':
      return fieldsOf(shape, speaker)
        .map(([name, value]) => `${name}=${logfmtValue(value)} `)
        .join('');
  }
};

const prefixText = ({ prefix, time }: LogShape, speaker: Speaker): string => {
  const parts = prefix ?? DEFAULT_PREFIX;
  const text = parts.map((part) => (typeof part === 'string' ? part : wordText(part, speaker))).join('');
  return time === 'none' || text.includes(TIME_MARK) ? text : `${TIME_MARK} ${text}`;
};

const wordText = ({ word, width }: Exclude<PrefixPart, string>, { name, stream, pid, width: longest }: Speaker): string => {
  const words = {
    program: name,
    group: name.includes(':') ? name.slice(0, name.indexOf(':')) : name,
    stream,
    pid: pid === null ? '-' : String(pid),
    time: TIME_MARK,
  };
  return words[word].padEnd(width === 'longest' ? longest : width);
};

type Field = readonly [name: string, value: string | number];

const fieldsOf = ({ time, labels }: LogShape, { name, stream, pid }: Speaker): readonly Field[] => [
  ...(time === 'none' ? [] : ([['ts', TIME_MARK]] as const)),
  ['program', name],
  ['stream', stream],
  ...(pid === null ? [] : ([['pid', pid]] as const)),
  ...labels,
];

const isNumber = (time: LogTime): boolean => time === 'unix' || time === 'unix_ms';

const jsonValue = (value: string | number, time: LogTime): string => {
  if (value !== TIME_MARK) return JSON.stringify(value);
  return isNumber(time) ? TIME_MARK : `"${TIME_MARK}"`;
};

const logfmtValue = (value: string | number): string =>
  value === TIME_MARK || /^[^\s"=\\\p{C}]+$/u.test(String(value)) ? String(value) : JSON.stringify(value);
