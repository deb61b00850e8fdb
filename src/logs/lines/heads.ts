/** What a shape puts around its lines: made once for each instant that lines show. */
import { timeText } from './line-time.ts';
import { TIME_MARK } from './shape-text.ts';
import type { ShapeRecord } from './shapes.ts';

/** Around a line as it is written, around what goes on with one that was too long, and the words for what was dropped. */
export type Heads = {
  readonly head: Uint8Array;
  readonly continuedHead: Uint8Array;
  /** The newline among it. Of format raw a line that has none gets none. */
  readonly tail: Uint8Array;
  readonly tailWithoutEnd: Uint8Array;
  readonly isQuoted: boolean;
  readonly isRaw: boolean;
  /** Whole lines. */
  readonly noticeOf: (limited: number, overflowed: number) => Uint8Array;
};

/** The heads of a stream, for the instant that is asked for last. */
export type Timed = { readonly at: (wallMs: number) => Heads };

export const createHeads = (record: ShapeRecord): Timed => {
  let atMs = Number.NaN;
  let time = '';
  let heads: Heads | null = null;
  /** A digit for a digit: most instants differ in nothing else, and there is one for every few lines. */
  const set = ({ head, continuedHead }: Heads, text: string): void => {
    let at = -1;
    for (let before = 0; ; before += text.length - 1) {
      at = record.text.indexOf(0, at + 1);
      if (at < 0) return;
      for (let index = 0; index < text.length; index += 1) head[at + before + index] = continuedHead[at + before + index] = text.charCodeAt(index);
    }
  };
  return {
    at: (wallMs) => {
      if (heads !== null && (wallMs === atMs || record.time === 'none')) return heads;
      const text = timeText(record.time, wallMs);
      const isSameLength = text.length === time.length;
      [atMs, time] = [wallMs, text];
      if (heads === null || !isSameLength) heads = headsOf(record, () => time);
      else set(heads, text);
      return heads;
    },
  };
};

const headsOf = (record: ShapeRecord, timeNow: () => string): Heads => {
  const encoder = new TextEncoder();
  const words = new TextDecoder().decode(record.text);
  const front = (): string => words.replaceAll(TIME_MARK, timeNow());
  const { head, continuedHead, tail } = around(record, front());
  const notice: Around['notice'] = (count, text) => around(record, front()).notice(count, text);
  return {
    head: encoder.encode(head),
    continuedHead: encoder.encode(continuedHead),
    tail: encoder.encode(tail),
    tailWithoutEnd: encoder.encode(record.format === 'raw' ? '' : tail),
    isRaw: record.format === 'raw',
    isQuoted: record.format === 'json' || record.format === 'logfmt',
    noticeOf: (limited, overflowed) => encoder.encode(`${saying(limited, 'log_limit', notice)}${saying(overflowed, 'log_overflow', notice)}`),
  };
};

type Around = {
  readonly head: string;
  readonly continuedHead: string;
  readonly tail: string;
  readonly notice: (count: number, text: (whose: string) => string) => string;
};

const saying = (count: number, option: string, notice: Around['notice']): string => {
  if (count === 0) return '';
  return `${notice(count, (whose) => `tsinit: ${count} ${count === 1 ? 'line' : 'lines'}${whose} dropped by ${option}`)}\n`;
};

const around = ({ format }: ShapeRecord, front: string): Around => {
  switch (format) {
    case 'prefix':
      return {
        head: front,
        // The plus sign stands in the place of the blank behind the bar.
        continuedHead: `${front.endsWith(' ') ? front.slice(0, -1) : front}+ `,
        tail: '\n',
        notice: (_count, text) => `${front}${text('')}`,
      };
    case 'raw':
      return { head: '', continuedHead: '', tail: '\n', notice: (_count, text) => text(` of ${front}`) };
    case 'json':
      return {
        head: `${front}"line":"`,
        continuedHead: `${front}"continued":true,"line":"`,
        tail: '"}\n',
        notice: (count, text) => `${front}"dropped":${count},"line":${JSON.stringify(text(''))}}`,
      };
    case 'logfmt':
      return {
        head: `${front}line="`,
        continuedHead: `${front}continued=true line="`,
        tail: '"\n',
        notice: (count, text) => `${front}dropped=${count} line=${JSON.stringify(text(''))}`,
      };
  }
};
