/** About how many bytes a value takes in an answer: for limits, not for headers. */
import type { Value } from '../xml/value.ts';

/** The elements around each value. */
const FRAME_BYTES = 40;

export const weigh = (value: Value): number => {
  if (typeof value === 'string') return FRAME_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return FRAME_BYTES;
  const inside = Object.values(value as Record<string, Value>).reduce((sum: number, each) => sum + weigh(each), 0);
  return FRAME_BYTES + inside;
};
