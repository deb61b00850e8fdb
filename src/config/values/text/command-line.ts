/** The text of a `command`, with what of it names have brought. Its words are made of it by readArgv(), which knows where it stands. */
import { succeed } from '../../../base/result.ts';
import type { Given } from '../../read/given.ts';
import type { ValueType } from '../value-type.ts';

export type CommandLine = { readonly text: string; readonly given: readonly Given[] };

export const commandLine: ValueType<CommandLine> = { name: 'text', read: (text, { given }) => succeed({ text, given: given ?? [] }) };
