/** Messages of syslog as lines on the container's stdout: under the sender's tag, in the shape of tsinit's own lines. */
import type { LogShape } from '../../config/log-shape.ts';
import { shapedLine } from '../own/own-shape.ts';
import { shapeText } from '../lines/shape-text.ts';
import { stripAnsi } from '../lines/strip-ansi.ts';
import { readSyslogMessage } from './syslog-message.ts';

export type SyslogLines = (message: Uint8Array) => Uint8Array;

export type SyslogLook = {
  readonly shape: LogShape | null;
  /** Of the longest prefix. */
  readonly width: number;
  readonly isStripped: boolean;
};

/** Whole lines; none for an empty message. */
export const createSyslogLines = ({ shape, width, isStripped }: SyslogLook, wallMs: () => number): SyslogLines => {
  const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
  return (message) => {
    const { tag, pid, level, lines } = readSyslogMessage(decoder.decode(message));
    const front = shape === null ? '' : decoder.decode(shapeText(shape, { name: tag, stream: 'stdout', pid, width, colour: null }));
    // In a prefix the level is not shown: programs say it themselves where it matters.
    const lineOf = (line: string): string =>
      shape === null ? `${tag.padEnd(width)} | ${line}` : shapedLine(shape, front, line, shape.format === 'prefix' ? 'info' : level, wallMs());
    const bytes = encoder.encode(lines.map((line) => `${lineOf(line)}\n`).join(''));
    return isStripped ? bytes.subarray(0, stripAnsi(bytes, 0, bytes.length)) : bytes;
  };
};
