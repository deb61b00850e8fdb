/**
 * The command table, and the one way to call what is in it: name, access, number and types of parameters, whether everything is ending, in
 * this order; then the row. Every surface goes through here; none decides anything about a command itself.
 */
import type { Access } from '../exchange.ts';
import type { ControlPort } from '../port.ts';
import type { Value } from '../xml/value.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { groupMethods } from './groups.ts';
import { informationMethods } from './information.ts';
import { logMethods } from './logs.ts';
import type { Method } from './method.ts';
import { compareText } from './names.ts';
import { ownMethods } from './own.ts';
import { reloadingMethods } from './reloading.ts';
import { serverMethods } from './server.ts';
import { startingMethods } from './starting.ts';
import { stoppingMethods } from './stopping.ts';
import { systemMethods } from './system.ts';
import { updatingMethods } from './updating.ts';
import type { Directory } from './system.ts';
import { createWaiting } from './waiting.ts';

export type Api = Directory;

const SUPERVISOR = 'supervisor.';

/** The one that works while everything is ending. */
const ANYTIME = 'supervisor.sendRemoteCommEvent';

const LEVELS: Readonly<Record<Access, number>> = { read: 0, operate: 1, admin: 2 };

/** Does the first level include the second? */
export const includes = (has: Access, needs: Access): boolean => LEVELS[has] >= LEVELS[needs];

export const createApi = (port: ControlPort): Api => {
  const waiting = createWaiting(port);
  const find = (name: string): Method | null => table.get(name) ?? null;
  const call: Api['call'] = (session, name, params) => {
    const row = find(name);
    if (row === null) return fault('UNKNOWN_METHOD');
    if (!includes(session.access, row.access)) return fault('NO_ACCESS', `${name} is for those who may ${row.access}, you may ${session.access}`);
    if (params.length > row.params.length || params.length < leastOf(row)) return fault('INCORRECT_PARAMETERS');
    if (name.startsWith(SUPERVISOR) && name !== ANYTIME && (port.phase() !== 'running' || session.isEnding())) return fault('SHUTDOWN_STATE');
    const args = readArguments(row, params);
    return args.ok ? row.run({ port, waiting, session }, args.value) : args.fault;
  };
  const api: Api = { names: () => names, find, call };
  const { hasSupervisorMethods } = port.about();
  const rows = methodTable(api).filter(({ name }) => hasSupervisorMethods || !name.startsWith(SUPERVISOR));
  const table = new Map(rows.map((row) => [row.name, row]));
  const names = [...table.keys()].sort(compareText);
  return api;
};

/** All rows; those of `system` tell of `directory`. */
export const methodTable = (directory: Directory): readonly Method[] => [
  ...informationMethods,
  ...startingMethods,
  ...updatingMethods,
  ...stoppingMethods,
  ...logMethods,
  ...groupMethods,
  ...serverMethods,
  ...ownMethods,
  ...reloadingMethods,
  ...systemMethods(directory),
];

const leastOf = ({ params }: Method): number => params.filter(({ fallback }) => fallback === undefined).length;

type Read = { readonly ok: true; readonly value: readonly unknown[] } | { readonly ok: false; readonly fault: Outcome };

const readArguments = ({ params }: Method, given: readonly Value[]): Read => {
  const args: unknown[] = [];
  for (const [index, { read, fallback }] of params.entries()) {
    const value = given[index];
    const result = value === undefined ? null : read(value);
    if (result?.ok === false) return { ok: false, fault: fault('INCORRECT_PARAMETERS', result.error) };
    args.push(result === null ? fallback : result.value);
  }
  return { ok: true, value: args };
};
