/**
 * Sizes in bytes. A unit is a power of 1024, whichever way it is written: `10k`, `10KB`, `10KiB`; `1.5g`. supervisord's own options take a whole
 * number with KB, MB or GB alone under its personality.
 */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { parseInteger, within } from '../numbers.ts';
import { type Reading, refuse, succeedWith, type ValueType } from '../value-type.ts';

const POWERS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };
const MOST = Number.MAX_SAFE_INTEGER;

/** Of an option that supervisord does not have. */
export const bytes: ValueType<number> = { name: 'size', read: (text) => readSize(text) };

/** Of an option of supervisord. */
export const size: ValueType<number> = {
  name: 'size',
  read: (text, { personality }) => (personality === 'supervisord' ? readPeerSize(text) : readSize(text)),
};

function readSize(text: string): Reading<number> {
  const match = /^([+-]?\d(?:_?\d)*)?(\.\d+)?\s*(?:([kmgt]?)(?:i?b)?)$/i.exec(text.trim());
  if (match === null || (match[1] ?? match[2]) === undefined) {
    return refuse(`${quoteLikePython(text)} is not a size; write a number of bytes, or one with KB, MB or GB (1024 each), as in 50MB, 10m or 1.5GiB`, text);
  }
  const count = Number(`${(match[1] ?? '0').replaceAll('_', '')}${match[2] ?? ''}`);
  const value = Math.round(count * 1024 ** (POWERS[(match[3] as string).toLowerCase()] as number));
  if (value <= MOST) return within(value, 0, MOST, text);
  return succeedWith(MOST, `${text} is more than tsinit counts; it is taken as ${MOST} bytes`);
}

/** int(), or int() in front of a suffix. What is below 0 acts as 0: no rotation, no capture. */
function readPeerSize(text: string): Reading<number> {
  const match = /^(.*?)(kb|mb|gb)$/s.exec(text.toLowerCase());
  const digits = match?.[1] ?? text;
  const count = parseInteger(digits);
  if (count === null) {
    const sentence = `invalid literal for int() with base 10: ${quoteLikePython(match ? digits : text.toLowerCase())}`;
    return refuse(sentence, sentence);
  }
  return succeed(Math.min(Math.max(0, count * ({ kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[match?.[2] ?? ''] ?? 1)), MOST));
}
