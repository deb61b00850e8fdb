/**
 * Time zones as POSIX writes them in TZ: `CET-1CEST,M3.5.0,M10.5.0/3`, `<+03>-3`, `EST5EDT`. Names have three letters or more, or stand in <>; offsets
 * count west of Greenwich; dates are Mmonth.week.day, Jn (1 to 365, without February 29) or n (0 to 365); times may be -167 to 167 hours, as in RFC 9636.
 */
import type { Zone } from './zone.ts';

type RuleDate = { readonly kind: 'month' | 'julian' | 'day'; readonly numbers: readonly number[]; readonly secondOfDay: number };

const NAME = String.raw`(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)`;
const TIME = String.raw`[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?`;
const DATE = String.raw`(?:M\d{1,2}\.\d\.\d|J\d{1,3}|\d{1,3})(?:/${TIME})?`;
const RULE = new RegExp(`^${NAME}(${TIME})(?:${NAME}(${TIME})?(?:,(${DATE}),(${DATE}))?)?$`);
const HAS_SUMMER = new RegExp(`^${NAME}${TIME}${NAME}`);

/** What libc takes for a zone with summer time and no dates: the rules of the United States. */
const USUAL_DATES = ['M3.2.0', 'M11.1.0'] as const;
const DAY_MS = 86_400_000;
const HOUR_S = 3600;
const TWO_O_CLOCK_S = 2 * HOUR_S;
const MOST_OFFSET_S = 24 * HOUR_S;
const MOST_TIME_S = 167 * HOUR_S;

/** Null: this is no such rule. */
export function parsePosixRule(text: string): Zone | null {
  const match = RULE.exec(text);
  if (match === null) return null;
  const standardS = 0 - secondsOf(match[1] as string);
  const summerS = match[2] === undefined ? standardS + HOUR_S : 0 - secondsOf(match[2]);
  const [begin, end] = [readDate(match[3] ?? USUAL_DATES[0]), readDate(match[4] ?? USUAL_DATES[1])];
  if (begin === null || end === null || Math.abs(standardS) > MOST_OFFSET_S || Math.abs(summerS) > MOST_OFFSET_S + HOUR_S) return null;
  const [standardMs, summerMs] = [standardS * 1000, summerS * 1000];
  if (!HAS_SUMMER.test(text)) return { offsetMs: () => standardMs };
  return {
    offsetMs: (atMs) => {
      const year = new Date(atMs + standardMs).getUTCFullYear();
      const [beginMs, endMs] = [instantOf(begin, year) - standardMs, instantOf(end, year) - summerMs];
      // South of the equator summer goes over the end of the year.
      const isSummer = beginMs < endMs ? atMs >= beginMs && atMs < endMs : atMs >= beginMs || atMs < endMs;
      return isSummer ? summerMs : standardMs;
    },
  };
}

function secondsOf(text: string): number {
  const [hours = '', minutes = '0', seconds = '0'] = text.replace(/^[+-]/, '').split(':');
  const total = Number(hours) * HOUR_S + Number(minutes) * 60 + Number(seconds);
  return text.startsWith('-') ? -total : total;
}

function readDate(text: string): RuleDate | null {
  const [date = '', time] = text.split('/');
  const secondOfDay = time === undefined ? TWO_O_CLOCK_S : secondsOf(time);
  const numbers = date.replace(/^[MJ]/, '').split('.').map(Number);
  const kind = date.startsWith('M') ? 'month' : date.startsWith('J') ? 'julian' : 'day';
  const [first = 0, week = 1, day = 0] = numbers;
  const isInBounds =
    kind === 'month' ? first >= 1 && first <= 12 && week >= 1 && week <= 5 && day <= 6 : kind === 'julian' ? first >= 1 && first <= 365 : first <= 365;
  return isInBounds && Math.abs(secondOfDay) <= MOST_TIME_S ? { kind, numbers, secondOfDay } : null;
}

/** On the clock that is in force until then, as if it were UTC. */
function instantOf({ kind, numbers, secondOfDay }: RuleDate, year: number): number {
  const [first = 0, week = 0, day = 0] = numbers;
  return (kind === 'month' ? nthDay(year, first, week, day) : dayOfYear(kind, year, first)) + secondOfDay * 1000;
}

function dayOfYear(kind: RuleDate['kind'], year: number, number: number): number {
  if (kind === 'day') return Date.UTC(year, 0, 1) + number * DAY_MS;
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return Date.UTC(year, 0, 1) + (number - 1 + (isLeap && number >= 60 ? 1 : 0)) * DAY_MS;
}

/** The fifth week is the last one. */
function nthDay(year: number, month: number, week: number, day: number): number {
  const firstMs = Date.UTC(year, month - 1, 1);
  const ahead = (day - new Date(firstMs).getUTCDay() + 7) % 7;
  const foundMs = firstMs + (ahead + (week - 1) * 7) * DAY_MS;
  return foundMs < Date.UTC(year, month, 1) ? foundMs : foundMs - 7 * DAY_MS;
}
