/**
 * What a type of value is: a name for the documentation, and a way to read a text. Reading never throws; a refusal says
 * what is wrong and what would be right, and what supervisord would have said.
 */
import { fail, type Result, succeed } from '../../base/result.ts';
import type { Given } from '../read/given.ts';
import type { ConfigWorld } from '../model/model.ts';
import type { Wording } from '../problems.ts';
import type { Personality } from '../model/settings.ts';
import type { UserDatabase } from './machine/users.ts';

export type ValueScope = {
  readonly world: ConfigWorld;
  readonly personality: Personality;
  readonly users: () => UserDatabase;
  /** Parts of the text that are values of names, and not to be parsed as quotes. Absent: there are none. */
  readonly given?: readonly Given[];
};

/** A value that is taken otherwise than it is written carries a sentence about that, for tsinit's own personality. */
export type Reading<T> = Result<T, Wording> | { readonly ok: true; readonly value: T; readonly warning: string };

export type ValueType<T> = {
  /** For the option reference: `boolean`, `size`. */
  readonly name: string;
  readonly read: (text: string, scope: ValueScope) => Reading<T>;
};

export function succeedWith<T>(value: T, warning: string): Reading<T> {
  return { ok: true, value, warning };
}

export function refuse(ours: string, peer: string): { readonly ok: false; readonly error: Wording } {
  return fail({ ours, peer });
}

/** Any text, as it stands. */
export const plainText: ValueType<string> = { name: 'text', read: (text) => succeed(text) };

/** The same type with other words for supervisord's refusal. */
export function withPeerWords<T>(type: ValueType<T>, peer: (text: string) => string): ValueType<T> {
  return {
    name: type.name,
    read: (text, scope) => {
      const reading = type.read(text, scope);
      return reading.ok ? reading : refuse(reading.error.ours, peer(text));
    },
  };
}
