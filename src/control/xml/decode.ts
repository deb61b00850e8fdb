/**
 * XML-RPC text -> a call. Reads what supervisord reads: bare text in a value is a string, a boolean is true for `1`
 * alone, elements that it does not know give their text. Refuses to judge methods and parameters.
 */
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { readElements, refuse } from './elements.ts';
import type { Opened } from './elements.ts';
import type { Struct, Value } from './value.ts';

export type Call = { readonly method: string; readonly params: readonly Value[] };

/** About 3,000 calls in one multicall. */
const MAXIMUM_ELEMENTS = 50_000;

type Content = { readonly values: Value[]; readonly members: (readonly [string, Value])[] };

/** A request's text as a call; else what is wrong with it. `method` may be empty: that is another mistake. */
export const decodeCall = (text: string): Result<Call, string> => {
  let method = '';
  let params: readonly Value[] = [];
  const close = (element: Opened<Content>, parent: Content | null): void => {
    const { tag, content } = element;
    if (tag === 'methodName') method = element.text;
    else if (tag === 'params') params = content.values;
    else if (tag === 'member') parent?.members.push(memberOf(content));
    else parent?.values.push(valueOf(element));
  };
  const read = readElements(text, { open: () => ({ values: [], members: [] }), close }, MAXIMUM_ELEMENTS);
  if (!read.ok) return read;
  return read.value === 'methodCall' ? succeed({ method, params }) : fail(`it is a <${read.value}>, not a <methodCall>`);
};

const memberOf = ({ values }: Content): readonly [string, Value] => {
  const [name, value] = values;
  if (values.length !== 2 || value === undefined) return refuse('a member of a struct needs a name and a value');
  return [typeof name === 'string' ? name : '', value];
};

const valueOf = ({ tag, text, content: { values, members } }: Opened<Content>): Value => {
  switch (tag) {
    case 'value':
      return values[0] === undefined ? text : values[0];
    case 'string':
      return text;
    case 'int':
    case 'i4':
    case 'i8':
    case 'ex:i8':
      return wholeNumber(text);
    case 'boolean':
      return text === '1';
    case 'double':
      return floatingNumber(text);
    case 'struct':
      return structOf(members);
    case 'data':
      return values;
    case 'array':
    case 'param':
      return values[0] === undefined ? refuse(`an <${tag}> is empty`) : values[0];
    case 'base64':
      return textOfBase64(text);
    case 'dateTime.iso8601':
      return DATE_TIME.test(text) ? text : refuse(`'${text}' is not a date and time`);
    default:
      return text === '' ? null : text;
  }
};

const DATE_TIME = /^\d{8}T\d{2}:\d{2}:\d{2}$/u;

const wholeNumber = (text: string): number => {
  const number = /^\s*[+-]?\d+\s*$/u.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : refuse(`'${text}' is not a whole number`);
};

const floatingNumber = (text: string): number => {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : refuse(`'${text}' is not a number`);
};

const structOf = (members: readonly (readonly [string, Value])[]): Struct => {
  const struct: Record<string, Value> = Object.create(null) as Record<string, Value>;
  for (const [name, value] of members) struct[name] = value;
  return struct;
};

const textOfBase64 = (text: string): string => {
  const bare = text.replaceAll(/\s/gu, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(bare)) return refuse('what should be base64 is not');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bare, 'base64'));
  } catch {
    return refuse('what stands in base64 is not UTF-8');
  }
};
