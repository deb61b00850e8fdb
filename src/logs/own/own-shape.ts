/** A line of tsinit's own in the shape that the configuration gives them: its level is a field, or a word in front. */
import type { LogLevel } from '../../config/model/model.ts';
import type { LogShape } from '../../config/log-shape.ts';
import { timeText } from '../lines/line-time.ts';
import { TIME_MARK, shapeText } from '../lines/shape-text.ts';

export type OwnLine = (text: string, level: LogLevel) => string;

const NAME = 'tsinit';

/** Lines without their newline. `width`: of the longest prefix. */
export const ownLineOf = (shape: LogShape | null, width: number, wallMs: () => number): OwnLine => {
  if (shape === null) {
    const prefix = `${NAME.padEnd(width)} | `;
    return (text, level) => `${prefix}${withLevel(text, level)}`;
  }
  const front = new TextDecoder().decode(shapeText(shape, { name: NAME, stream: 'stderr', pid: null, width, colour: null }));
  return (text, level) => shapedLine(shape, front, text, level, wallMs());
};

/** `front`: the shape's text. */
export const shapedLine = ({ format, time }: LogShape, front: string, text: string, level: LogLevel, wallMs: number): string => {
  const head = front.replaceAll(TIME_MARK, timeText(time, wallMs));
  if (format === 'json') return `${head}"level":"${level}","line":${JSON.stringify(text)}}`;
  return format === 'logfmt' ? `${head}level=${level} line=${JSON.stringify(text)}` : `${head}${withLevel(text, level)}`;
};

const withLevel = (text: string, level: LogLevel): string => (level === 'info' ? text : `${level}: ${text}`);
