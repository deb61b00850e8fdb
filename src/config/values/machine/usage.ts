/** How much of the machine a program may use: sizes above nothing, `PERCENT` of a processor over a time, and as a share that the kernel keeps to. */
import { succeed } from '../../../base/result.ts';
import { periodMsOf } from '../time/durations.ts';
import { bytes } from './sizes.ts';
import { refuse, type ValueType } from '../value-type.ts';

/** More than any machine has: a typing mistake. */
const MOST_PERCENT = 1_000_000;
/** Time over which use is measured when none is written, and the shortest: use is looked at once a second at most. */
const USUAL_PERIOD_MS = 60_000;
const LEAST_MEASURED_MS = 1000;
/** The kernel's usual period, and the shortest and longest that it takes. */
const USUAL_PERIOD_US = 100_000;
const LEAST_PERIOD_US = 1_000;
const MOST_PERIOD_US = 1_000_000;

/** A size of at least one byte. */
export const someMemory: ValueType<number> = {
  name: 'size',
  read: (text, scope) => {
    const reading = bytes.read(text, scope);
    if (!reading.ok || reading.value > 0) return reading;
    return refuse(`${text} leaves it no memory; write a size as in 200MB, or leave the option out`, text);
  },
};

export type CpuLimit = { readonly percent: number; readonly periodMs: number };

/** `80`, `150/30`, `80/1m`: of one processor, on average over so long. */
export const cpuLimit: ValueType<CpuLimit> = {
  name: 'PERCENT/DURATION',
  read: (text) => {
    const match = /^(\d{1,7})\s*%?(?:\/(\S{1,20}))?$/.exec(text);
    const percent = Number(match?.[1]);
    const periodMs = match?.[2] === undefined ? USUAL_PERIOD_MS : periodMsOf(match[2]);
    if (percent > 0 && percent <= MOST_PERCENT && periodMs !== null && periodMs >= LEAST_MEASURED_MS) return succeed({ percent, periodMs });
    return refuse(`${text} is no limit of processor time; write percent of one processor, and over how long (a second or more), as in 80/60 or 80/5m`, text);
  },
};

/** Microseconds of processor time within each period. */
export type CpuMax = { readonly quotaUs: number; readonly periodUs: number };

/** `50`, `150`: of one processor; or as the kernel writes it, `50000 100000`. */
export const cpuMax: ValueType<CpuMax> = {
  name: 'PERCENT',
  read: (text) => {
    const percent = Number(/^(\d{1,7})\s*%?$/.exec(text)?.[1]);
    if (percent > 0 && percent <= MOST_PERCENT) return succeed({ quotaUs: (percent * USUAL_PERIOD_US) / 100, periodUs: USUAL_PERIOD_US });
    const match = /^(\d{1,12})\s+(\d{1,7})$/.exec(text);
    const [quotaUs, periodUs] = [Number(match?.[1]), Number(match?.[2])];
    if (quotaUs >= LEAST_PERIOD_US && periodUs >= LEAST_PERIOD_US && periodUs <= MOST_PERIOD_US) return succeed({ quotaUs, periodUs });
    return refuse(`${text} is no share of processor time; write percent of one processor, as in 150, or microseconds as in 50000 100000`, text);
  },
};
