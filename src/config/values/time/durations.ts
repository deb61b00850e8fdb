/**
 * Durations of options, in milliseconds: plain seconds, fractions too, or numbers with a unit (500ms, 30s, 5m, 2h, 1d). supervisord's own options
 * take whole seconds alone under its personality.
 */
import { parseDurationMs } from '../../../base/duration.ts';
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { parseInteger, refuseInteger } from '../numbers.ts';
import { type Reading, refuse, succeedWith, type ValueType } from '../value-type.ts';

/** About 31 years in seconds: more is as good as for ever, and milliseconds stay exact. */
const MOST_SECONDS = 1_000_000_000;
const MOST_MS = MOST_SECONDS * 1000;
const RIGHT = 'seconds, or a number with ms, s, m, h or d, as in 10, 0.5, 500ms, 30s, 5m';

/** Of an option that supervisord does not have. */
export const duration: ValueType<number> = { name: 'duration', read: (text) => readDuration(text) };

/** Of an option of supervisord: whole seconds there. Negative ones count as zero in both. */
export const seconds: ValueType<number> = {
  name: 'duration',
  read: (text, { personality }) => (personality === 'supervisord' ? readWholeSeconds(text) : readDuration(text)),
};

/** The second half of `5/60`, `5/1m`; null when it is no duration above 0. */
export function periodMsOf(text: string): number | null {
  const periodMs = parseDurationMs(text);
  return periodMs !== null && periodMs > 0 && periodMs <= MOST_MS ? periodMs : null;
}

function readWholeSeconds(text: string): Reading<number> {
  const value = parseInteger(text);
  return value === null ? refuseInteger(text) : succeed(Math.min(Math.max(0, value), MOST_SECONDS) * 1000);
}

function readDuration(text: string): Reading<number> {
  const whole = parseInteger(text);
  const readMs = whole === null ? parseDurationMs(text) : Math.max(0, whole) * 1000;
  if (readMs === null) return refuse(`${quoteLikePython(text)} is no duration; write ${RIGHT}`, text);
  if (readMs <= MOST_MS) return succeed(readMs);
  return succeedWith(MOST_MS, `${text} is longer than tsinit counts; it is taken as ${MOST_SECONDS} seconds (31 years)`);
}
