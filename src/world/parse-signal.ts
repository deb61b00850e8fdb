/** Signals as operators write them, for the layers above. */
import { findSignal } from '../config/values/machine/signals.ts';

/** By name or number; 0, which asks whether a process is there, counts. Null: there is none of that name. */
export const parseSignal = (text: string): number | null => (text.trim() === '0' ? 0 : findSignal(text, 'tsinit'));
