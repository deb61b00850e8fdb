/** Disk priority as `ionice` has it: a class, and a level from 0 (first) to 7. */
import { succeed } from '../../../base/result.ts';
import { refuse, type ValueType } from '../value-type.ts';

const CLASSES: Readonly<Record<string, number>> = { realtime: 1, 'best-effort': 2, idle: 3 };
const IDLE = 3;
const CLASS_SHIFT = 13;
const DEFAULT_LEVEL = 4;

/** As the kernel has it: class << 13 | level. */
export const ioPriority: ValueType<number> = {
  name: 'class or class:level',
  read: (text) => {
    const match = /^([a-z-]+)(?::([0-7]))?$/.exec(text.toLowerCase());
    const kind = CLASSES[match?.[1] ?? ''];
    if (kind === undefined || (kind === IDLE && match?.[2] !== undefined)) {
      return refuse(`${text} is no disk priority; write idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7`, text);
    }
    return succeed((kind << CLASS_SHIFT) | (kind === IDLE ? 0 : Number(match?.[2] ?? DEFAULT_LEVEL)));
  },
};
