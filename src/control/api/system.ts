/** Rows about the table itself, and many calls in one. */
import { succeed } from '../../base/result.ts';
import { isStruct } from '../xml/value.ts';
import type { Value } from '../xml/value.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { internalError } from './internal-error.ts';
import { method } from './method.ts';
import type { Context, Method } from './method.ts';
import { list, text } from './parameters.ts';
import type { Session } from './session.ts';
import { weigh } from './weigh.ts';

/** What there is to call. */
export type Directory = {
  readonly names: () => readonly string[];
  readonly find: (name: string) => Method | null;
  readonly call: (session: Session, name: string, params: readonly Value[]) => Outcome | Promise<Outcome>;
};

/** Of one multicall: what a request may make us do, and what we keep until it is answered. */
const MAXIMUM_CALLS = 1_000;
const MAXIMUM_ANSWER_BYTES = 32 * 1024 * 1024;

/** So many calls are made before others get their turn. */
const CALLS_IN_A_ROW = 16;

/** The rows of `system`, for a table that they are part of. */
export const systemMethods = (directory: Directory): readonly Method[] => [
  method({
    name: 'system.listMethods',
    access: 'read',
    params: [],
    returns: 'array',
    help: 'The names of all methods.',
    run: () => succeed(directory.names()),
  }),
  method({
    name: 'system.methodHelp',
    access: 'read',
    params: [text('name', 'method')],
    returns: 'string',
    help: 'What a method does, takes and returns.',
    run: (_, name) => {
      const found = directory.find(name);
      return found === null ? fault('SIGNATURE_UNSUPPORTED') : succeed(helpOf(found));
    },
  }),
  method({
    name: 'system.methodSignature',
    access: 'read',
    params: [text('name', 'method')],
    returns: 'array',
    help: 'The types of what a method returns and takes.',
    run: (_, name) => {
      const found = directory.find(name);
      return found === null ? fault('SIGNATURE_UNSUPPORTED') : succeed([found.returns, ...found.params.map(({ type }) => type)]);
    },
  }),
  method({
    name: 'system.multicall',
    access: 'read',
    params: [list('calls', 'structs of methodName and params')],
    returns: 'array',
    help: `Makes up to ${MAXIMUM_CALLS} calls, one after the other. For each its bare result, or a struct of faultCode and faultString.`,
    run: (context, calls) => callAll(directory, context, calls),
  }),
];

const helpOf = ({ help, params, returns }: Method): string => {
  const tags = params.map(({ type, name, doc }) => `@param ${type} ${name}  ${doc}`);
  return [help, '', ...tags, `@return ${returns}`].join('\n');
};

const callAll = async (directory: Directory, context: Context, calls: readonly Value[]): Promise<Outcome> => {
  if (calls.length > MAXIMUM_CALLS) return fault('INCORRECT_PARAMETERS', `more than ${MAXIMUM_CALLS} calls`);
  const results: Value[] = [];
  let bytes = 0;
  for (const call of calls) {
    if (results.length % CALLS_IN_A_ROW === CALLS_IN_A_ROW - 1) await nextTurn();
    const outcome = bytes > MAXIMUM_ANSWER_BYTES ? fault('TOO_MUCH', 'the answers to the calls before are too large') : await callOne(directory, context, call);
    const result = outcome.ok ? outcome.value : { faultCode: outcome.error.code, faultString: outcome.error.text };
    bytes += weigh(result);
    results.push(result);
  }
  return succeed(results);
};

const callOne = async (directory: Directory, { port, session }: Context, call: Value): Promise<Outcome> => {
  if (!isStruct(call)) return fault('INCORRECT_PARAMETERS', 'a call is a struct');
  const { methodName = null, params = [] } = call;
  if (methodName === null) return fault('INCORRECT_PARAMETERS', 'No methodName');
  if (methodName === 'system.multicall') return fault('INCORRECT_PARAMETERS', 'Recursive system.multicall forbidden');
  if (typeof methodName !== 'string') return fault('UNKNOWN_METHOD');
  if (!isList(params)) return fault('INCORRECT_PARAMETERS');
  try {
    return await directory.call(session, methodName, params);
  } catch (problem) {
    port.notice('critical', internalError(methodName, problem));
    return fault('FAILED', problem instanceof Error ? problem.message : String(problem));
  }
};

/** Others get theirs. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
