/**
 * The supervisor's own log: which lines are said, in which words, and where they go: its file (or syslog), and the
 * container's streams. A log that cannot be written never holds anything up: it is said once on stderr, and the rest goes on.
 * A line that a way out causes while it takes another line never goes to that same way: its failure is not told through itself.
 */
import { localDate } from '../../base/zone/local-time.ts';
import type { LogLevel } from '../../config/model/model.ts';

/** Importance, and the name in dated lines: supervisord's. */
const LEVELS: Readonly<Record<LogLevel, { readonly rank: number; readonly name: string }>> = {
  critical: { rank: 50, name: 'CRIT' },
  error: { rank: 40, name: 'ERRO' },
  warn: { rank: 30, name: 'WARN' },
  info: { rank: 20, name: 'INFO' },
  debug: { rank: 10, name: 'DEBG' },
  trace: { rank: 5, name: 'TRAC' },
  blather: { rank: 3, name: 'BLAT' },
};

export type OwnLogSettings = {
  /** Least important level that is said. */
  readonly level: LogLevel;
  /** notices: `tsinit | warn: text` on stderr. stdout: dated lines on stdout, as supervisord in the foreground. */
  readonly copies: 'notices' | 'stdout' | 'none';
};

/** Where lines can go; all of them take whole lines and never block. */
export type OwnLogWays = {
  /** Text without a newline at its end, in the shape of our own lines, on stderr. */
  readonly notice: (text: string, level: LogLevel) => void;
  /** Whole lines on stdout as they are. */
  readonly stdout: (lines: string) => void;
  /** Null when no log file is configured. */
  readonly file: ((lines: string) => void) | null;
  /** One line. Null when the log does not go to syslog. */
  readonly syslog: ((text: string, level: LogLevel) => void) | null;
  /** Lines for syslog carry date and level as supervisord's do; else their priority says the level, and syslog dates them. */
  readonly isSyslogDated?: boolean;
  /** Keeps the last lines where there is no file for whoever asks for them; null: nobody can. */
  readonly memory?: ((lines: string) => void) | null;
};

export type OwnLog = {
  readonly write: (level: LogLevel, text: string) => void;
  readonly says: (level: LogLevel) => boolean;
};

/** `now` is wall-clock time: for the lines alone. */
export const createOwnLog = (settings: OwnLogSettings, ways: OwnLogWays, now: () => Date = () => new Date()): OwnLog => {
  const least = LEVELS[settings.level].rank;
  const notice = onceAtATime(ways.notice);
  const stdout = onceAtATime(ways.stdout);
  const file = ways.file === null ? null : onceAtATime(ways.file);
  const syslog = ways.syslog === null ? null : onceAtATime(ways.syslog);
  const says = (level: LogLevel): boolean => LEVELS[level].rank >= least;
  return {
    says,
    write: (level, text) => {
      if (!says(level)) return;
      const time = now();
      if (settings.copies === 'notices') notice(text, level);
      if (syslog !== null) for (const line of linesOf(text)) syslog(ways.isSyslogDated === true ? datedLine(time, level, line) : line, level);
      const memory = ways.memory ?? null;
      if (file === null && memory === null && settings.copies !== 'stdout') return;
      const line = datedLine(time, level, text);
      file?.(line);
      memory?.(line);
      if (settings.copies === 'stdout') stdout(line);
    },
  };
};

/** What is said while a way out is at work comes from that way: it is said by the others. */
const onceAtATime = <Rest extends readonly unknown[]>(way: (text: string, ...rest: Rest) => void): typeof way => {
  let isAtWork = false;
  return (text, ...rest) => {
    if (isAtWork) return;
    isAtWork = true;
    way(text, ...rest);
    isAtWork = false;
  };
};

const linesOf = (text: string): readonly string[] => text.replace(/\n+$/, '').split('\n');

/** `2026-11-21 07:55:16,042 INFO text` and a newline, in local time. */
export const datedLine = (instant: Date, level: LogLevel, text: string): string => {
  const time = localDate(instant.getTime());
  const date = `${time.getUTCFullYear()}-${digits(time.getUTCMonth() + 1, 2)}-${digits(time.getUTCDate(), 2)}`;
  const clock = `${digits(time.getUTCHours(), 2)}:${digits(time.getUTCMinutes(), 2)}:${digits(time.getUTCSeconds(), 2)},${digits(time.getUTCMilliseconds(), 3)}`;
  return `${date} ${clock} ${LEVELS[level].name} ${text}\n`;
};

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
