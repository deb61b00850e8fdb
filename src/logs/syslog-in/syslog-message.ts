/**
 * A message as programs send it to /dev/log: RFC 3164 as syslog(3) of glibc and musl writes it, with and without a time, a host and a process id;
 * RFC 5424. What is neither is a message all the same, under the tag `syslog`.
 */
import type { LogLevel } from '../../config/model/model.ts';

export type SyslogMessage = {
  /** Who says it. */
  readonly tag: string;
  readonly pid: number | null;
  readonly level: LogLevel;
  /** Lines, never empty ones. */
  readonly lines: readonly string[];
};

/** By severity. */
const LEVELS: readonly LogLevel[] = ['critical', 'critical', 'critical', 'error', 'warn', 'info', 'info', 'debug'];
const USUAL_SEVERITY = 6;
const UNKNOWN = 'syslog';
/** RFC 5424's APP-NAME. */
const LONGEST_TAG = 48;
const HIGHEST_PRIORITY = 191;
/** Of one message: each line gets its prefix, and all of them go out together. What is beyond stands in the last one. */
const MOST_LINES = 128;

const PRIORITY = /^<(\d{1,3})>/;
/** `Nov 29 11:00:00`, or an ISO date. */
const TIME = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) /;
/** `tag: `, `tag[12]: `. */
const TAG = /^([^\s:[\]<>]+)(?:\[(\d+)\])?: ?/;
/** Senders that write a time may write a host behind it. */
const HOST_AND_TAG = /^[^\s:[\]<>]+ ([^\s:[\]<>]+)(?:\[(\d+)\])?: ?/;
/** VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, then data in brackets or a dash. */
const HEAD_5424 = /^1 (?:-|\d{4}-\S+) \S+ (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+)(?: \uFEFF?|$)/s;

export const readSyslogMessage = (text: string): SyslogMessage => {
  const priority = PRIORITY.exec(text);
  const isPriority = priority !== null && Number(priority[1]) <= HIGHEST_PRIORITY;
  const severity = isPriority ? Number(priority[1]) & 7 : USUAL_SEVERITY;
  const rest = isPriority ? text.slice(priority[0].length) : text;
  const head = HEAD_5424.exec(rest);
  if (head !== null) return messageOf(head[1] === '-' ? undefined : head[1], head[2], severity, rest.slice(head[0].length));
  const time = TIME.exec(rest)?.[0] ?? '';
  const words = rest.slice(time.length);
  const tag = TAG.exec(words) ?? (time === '' ? null : HOST_AND_TAG.exec(words));
  return tag === null ? messageOf(undefined, undefined, severity, words) : messageOf(tag[1], tag[2], severity, words.slice(tag[0].length));
};

const messageOf = (tag: string | undefined, pid: string | undefined, severity: number, text: string): SyslogMessage => ({
  // eslint-disable-next-line no-control-regex -- a sender may write anything there
  tag: (tag ?? UNKNOWN).replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, LONGEST_TAG),
  pid: /^\d{1,9}$/.test(pid ?? '') ? Number(pid) : null,
  level: LEVELS[severity] ?? 'info',
  lines: linesOf(text),
});

/** Some senders end a message with a zero byte, some with a newline. */
const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/[\0\n]+/).filter((line) => line !== '');
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), lines.slice(MOST_LINES - 1).join(' ')];
};
