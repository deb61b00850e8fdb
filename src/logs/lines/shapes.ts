/**
 * What the black box holds of a stream whose lines have a shape of their own: what stands in front of each line, and what it may
 * drop. Beside the stream's slot, and complete like it, so that a successor shapes lines of programs it does not know yet.
 */
import { LOG_FORMATS, LOG_TIMES } from '../../config/log-shape.ts';
import type { LogFormat, LogShape, LogTime } from '../../config/log-shape.ts';
import { SHAPES_AT, SHAPE_BYTES } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';

/** Words of a record. From LIMITED on: how many lines have been dropped that nobody has been told of, the state of the line under way, and
 *  the lines of the present second. */
export const SHAPE = {
  FORMAT: 0,
  TIME: 1,
  LIMIT: 2,
  CAN_DROP: 3,
  TEXT_LENGTH: 4,
  LIMITED: 5,
  OVERFLOWED: 6,
  SKIPPING: 7,
  WINDOW_AT: 8,
  WINDOW_LINES: 9,
} as const;

const TEXT_OFFSET = 64;
export const SHAPE_TEXT_BYTES = SHAPE_BYTES - TEXT_OFFSET;

/** Index of the first word of a slot's shape. */
export const shapeWord = (slot: number): number => (SHAPES_AT + slot * SHAPE_BYTES) / 4;

export type ShapeRecord = {
  readonly format: LogFormat;
  readonly time: LogTime;
  readonly linesPerSecond: number;
  readonly canDrop: boolean;
  /** In front of each line; a zero byte stands for the time. Of format raw: the name, for what is said of dropped lines. */
  readonly text: Uint8Array;
};

export const readShape = ({ words, bytes }: Box, slot: number): ShapeRecord => {
  const word = shapeWord(slot);
  const at = word * 4 + TEXT_OFFSET;
  return {
    format: LOG_FORMATS[words[word + SHAPE.FORMAT] ?? 0] ?? 'prefix',
    time: LOG_TIMES[words[word + SHAPE.TIME] ?? 0] ?? 'none',
    linesPerSecond: words[word + SHAPE.LIMIT] ?? 0,
    canDrop: words[word + SHAPE.CAN_DROP] === 1,
    text: bytes.slice(at, at + (words[word + SHAPE.TEXT_LENGTH] ?? 0)),
  };
};

/** `isNew`: nothing has been dropped yet. Of a stream that is taken over the same is written again. */
export const writeShape = ({ words, bytes }: Box, slot: number, shape: LogShape, text: Uint8Array, isNew: boolean): void => {
  const word = shapeWord(slot);
  words[word + SHAPE.FORMAT] = LOG_FORMATS.indexOf(shape.format);
  words[word + SHAPE.TIME] = LOG_TIMES.indexOf(shape.time);
  words[word + SHAPE.LIMIT] = shape.linesPerSecond;
  words[word + SHAPE.CAN_DROP] = shape.overflow === 'drop' ? 1 : 0;
  words[word + SHAPE.TEXT_LENGTH] = text.length;
  bytes.set(text, word * 4 + TEXT_OFFSET);
  if (isNew) words.fill(0, word + SHAPE.LIMITED, word + SHAPE.WINDOW_LINES + 1);
};
