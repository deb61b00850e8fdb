/**
 * The shape in which a program's lines go to the container's streams, as the configuration says it. Files and syslog get what was
 * written, byte for byte.
 */

export const LOG_FORMATS = ['prefix', 'raw', 'json', 'logfmt'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** iso: UTC; local: with the offset of the container's time zone; unix: seconds since 1970; all to the millisecond. */
export const LOG_TIMES = ['none', 'iso', 'local', 'unix', 'unix_ms'] as const;
export type LogTime = (typeof LOG_TIMES)[number];

/** What a prefix may be made of, in braces. */
export const PREFIX_WORDS = ['program', 'group', 'stream', 'pid', 'time'] as const;
export type PrefixWord = (typeof PREFIX_WORDS)[number];

/** Text as it stands, or a word; `width`: filled up with blanks to so many characters, or to those of the longest name. */
export type PrefixPart = string | { readonly word: PrefixWord; readonly width: number | 'longest' };

export type LogLabel = readonly [name: string, value: string];

export type LogShape = {
  readonly format: LogFormat;
  /** Of format prefix. Null: the name, aligned, and a bar. */
  readonly prefix: readonly PrefixPart[] | null;
  readonly time: LogTime;
  readonly labels: readonly LogLabel[];
  /** 0: as many as there are. */
  readonly linesPerSecond: number;
  /** When the container's output is not read: the program waits, or its lines are dropped. */
  readonly overflow: 'block' | 'drop';
};
