/** Copies few bytes or many, within one area or between two. */

/** From this length on, a call is cheaper than a loop. */
const WORTH_A_CALL_BYTES = 48;

export const copyBytes = (target: Uint8Array, at: number, source: Uint8Array, from: number, length: number): void => {
  if (length < WORTH_A_CALL_BYTES) for (let index = 0; index < length; index += 1) target[at + index] = source[from + index] ?? 0;
  else if (source === target) target.copyWithin(at, from, from + length);
  else target.set(length === source.length ? source : source.subarray(from, from + length), at);
};
