/** What XML-RPC can carry, as plain data. Text is never bytes here: what is not UTF-8 was replaced before it came. */

export type Value = string | number | boolean | null | readonly Value[] | Struct;

/** Decoded ones have no prototype: any name is just a name. */
export type Struct = { readonly [name: string]: Value };

export const isStruct = (value: Value | undefined): value is Struct => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What XML 1.0 cannot hold in any spelling. */
// oxlint-disable-next-line no-control-regex -- control characters are what it forbids
export const NOT_IN_XML = /[\0-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u;
