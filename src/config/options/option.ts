/**
 * One row per option: what it is called in files, the field it lands in, its type, what it is when absent, and a line
 * for the reference. Rows of a table are read together, over one set of expansion names, so the table also says who
 * may use which %(name)s. To add an option: one row in a table, one field in the model.
 */
import type { Personality } from '../model/settings.ts';
import type { ValueType } from '../values/value-type.ts';

export type Option<Field extends string = string, T = unknown> = {
  readonly field: Field;
  readonly type: ValueType<T>;
  /** Text that stands in for an absent option; null: then the field is null. */
  readonly fallback: Readonly<Record<Personality, string | null>>;
  /** What supervisord says when a required option is absent; null: it need not be there. */
  readonly missing: ((section: string) => string) | null;
  /** supervisord expands the value a second time: a percent sign is then %%%%. tsinit never does. */
  readonly isExpandedTwice: boolean;
  /** supervisord's refusal ends with ` in [section] option`. */
  readonly peerNamesOption: boolean;
  /** supervisord's complaint about an expansion leaves the section out. */
  readonly peerNamesOptionOnly: boolean;
  readonly doc: string;
};

export type OptionTable = Readonly<Record<string, Option>>;

/** Fields and values that a table yields. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name]['field']]: Table[Name] extends Option<string, infer T> ? T : never;
};

type Fallback = string | Readonly<Record<Personality, string>>;

/** An option that always has a value. */
export function option<const Field extends string, T>(field: Field, type: ValueType<T>, fallback: Fallback, doc: string): Option<Field, T> {
  const texts = typeof fallback === 'string' ? { tsinit: fallback, supervisord: fallback } : fallback;
  return { field, type, fallback: texts, missing: null, isExpandedTwice: false, peerNamesOption: false, peerNamesOptionOnly: false, doc };
}

/** An option that may be absent: its field is then null. */
export function optional<const Field extends string, T>(
  field: Field,
  type: ValueType<T>,
  doc: string,
  fallback: Readonly<Record<Personality, string | null>> = { tsinit: null, supervisord: null },
): Option<Field, T | null> {
  return { field, type, fallback, missing: null, isExpandedTwice: false, peerNamesOption: false, peerNamesOptionOnly: false, doc };
}

/** An option that must be there; `missing` is supervisord's complaint about a section without it. */
export function required<const Field extends string, T>(field: Field, type: ValueType<T>, missing: (section: string) => string, doc: string): Option<Field, T> {
  return {
    field,
    type,
    fallback: { tsinit: null, supervisord: null },
    missing,
    isExpandedTwice: false,
    peerNamesOption: false,
    peerNamesOptionOnly: false,
    doc,
  };
}

/** The same option, expanded twice by supervisord. */
export function expandedTwice<Field extends string, T>(row: Option<Field, T>): Option<Field, T> {
  return { ...row, isExpandedTwice: true };
}

/** The same option, whose refusal by supervisord names section and option. */
export function namedByPeer<Field extends string, T>(row: Option<Field, T>): Option<Field, T> {
  return { ...row, peerNamesOption: true };
}

/** The same option, expanded by supervisord apart from the others. */
export function expandedApart<Field extends string, T>(row: Option<Field, T>): Option<Field, T> {
  return { ...row, peerNamesOptionOnly: true };
}
