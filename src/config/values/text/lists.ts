import { succeed } from '../../../base/result.ts';
import type { ValueType } from '../value-type.ts';

/** Words with commas or blanks between them. */
export const listOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** Such words, as they stand. */
export const words: ValueType<readonly string[]> = { name: 'words', read: (text) => succeed(listOf(text)) };
