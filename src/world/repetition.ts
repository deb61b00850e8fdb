/**
 * Sums up the lines about one program that repeat, as in a crash loop: the first few of each kind are said, the rest is counted. The count
 * is said once a minute at most, before the next line of another kind, and when the loop is over. Pure: time comes in. A program that
 * has had no line for a minute is no longer in a loop. What belongs to a command of an operator is not repetition: the caller then ends
 * the loop. Two lines are of one kind when nothing but process ids differs.
 */
import type { NoticeLevel } from '../process/types.ts';

export type Line = { readonly level: NoticeLevel; readonly text: string };

export type Repetition = {
  /** Kinds of lines, and how often each has come. Never empty. */
  readonly counts: ReadonlyMap<string, number>;
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Null: every line has been said. */
  readonly held: Held | null;
};

/** Lines that have not been said. */
type Held = {
  readonly counts: ReadonlyMap<string, number>;
  readonly sinceMs: number;
  /** The most important one, and of several the last. */
  readonly worst: Line;
};

export type Heard = { readonly repetition: Repetition; readonly lines: readonly Line[] };

/** So many lines of one kind are said. */
export const FEW = 3;
/** Between two sums; also the silence after which a loop is over. */
const MINUTE_MS = 60_000;
/** Bounds what is remembered of one program; further kinds count as one for each first word. */
const MOST_KINDS = 16;

const RANK: Readonly<Record<NoticeLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, critical: 4 };

/** `name`: the program's, for the sum. `before`: null for a program that is in no loop. */
export const hearLine = (before: Repetition | null, name: string, line: Line, nowMs: number): Heard => {
  const past = before === null || isOver(before, nowMs) ? { counts: new Map<string, number>(), sinceMs: nowMs, lastMs: nowMs, held: null } : before;
  const kind = kindOf(line.text, past.counts);
  const count = (past.counts.get(kind) ?? 0) + 1;
  const repetition: Repetition = { ...past, counts: new Map(past.counts).set(kind, count), lastMs: nowMs };
  if (count > FEW) return { repetition: { ...repetition, held: hold(past.held, kind, line, nowMs) }, lines: [] };
  return { repetition: { ...repetition, held: null }, lines: [...sumOf(past, name, nowMs), line] };
};

/** The instant at which the sum is due; null: every line has been said. */
export const sumDueMs = ({ held }: Repetition): number | null => (held === null ? null : held.sinceMs + MINUTE_MS);

/** Silent for a minute, with nothing left to say. */
export const isOver = ({ held, lastMs }: Repetition, nowMs: number): boolean => held === null && nowMs >= lastMs + MINUTE_MS;

/** One line about those that were not said; none when all were. */
export const sumOf = ({ counts, sinceMs, held }: Repetition, name: string, nowMs: number): readonly Line[] => {
  if (held === null) return [];
  const more = most(held.counts);
  const times = `${more} more ${more === 1 ? 'time' : 'times'} in ${span(nowMs - held.sinceMs)}`;
  const all = `${most(counts)} times in ${span(nowMs - sinceMs)}`;
  return [{ level: held.worst.level, text: `repeated: ${name}, the same lines ${times} (${all} in all), for example: ${held.worst.text}` }];
};

const hold = (held: Held | null, kind: string, line: Line, nowMs: number): Held => {
  const counts = new Map(held?.counts);
  const isWorst = held === null || RANK[line.level] >= RANK[held.worst.level];
  return { counts: counts.set(kind, (counts.get(kind) ?? 0) + 1), sinceMs: held?.sinceMs ?? nowMs, worst: isWorst ? line : held.worst };
};

/** Lines of several kinds come with each run: the most frequent kind counts the runs. */
const most = (counts: ReadonlyMap<string, number>): number => Math.max(...counts.values());

const kindOf = (text: string, known: ReadonlyMap<string, number>): string => {
  const kind = text.replace(/\b(pid|process) \d+/g, '$1');
  return known.has(kind) || known.size < MOST_KINDS ? kind : `${kind.split(':', 1)[0]}:`;
};

const SECONDS_UP_TO = 120;
const MINUTES_UP_TO = 120;
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;

/** `59 s`, `119 min`, `30 h`; at least one second. */
const span = (durationMs: number): string => {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  if (seconds < SECONDS_UP_TO) return `${seconds} s`;
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  return minutes < MINUTES_UP_TO ? `${minutes} min` : `${Math.round(minutes / MINUTES_PER_HOUR)} h`;
};
