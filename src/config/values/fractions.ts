/** Numbers with a point: parts of a whole, and factors. */
import { succeed } from '../../base/result.ts';
import { refuse, type ValueType } from './value-type.ts';

const MOST_FACTOR = 100;

/** 0 to 1. */
export const fraction: ValueType<number> = decimal('0 to 1', 0, 1);
/** 1 or more. */
export const factor: ValueType<number> = decimal('factor', 1, MOST_FACTOR);

function decimal(name: string, least: number, most: number): ValueType<number> {
  return {
    name,
    read: (text) => {
      const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most
        ? succeed(value)
        : refuse(`${text} is no number from ${least} to ${most}; write one as in ${(least + most) / 2}`, text);
    },
  };
}
