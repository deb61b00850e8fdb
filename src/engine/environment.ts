/**
 * What a program finds in its environment: the original one byte for byte, then HOME, USER and LOGNAME of
 * another user that it becomes (supervisord leaves them), then SUPERVISOR_*, then what the configuration adds. Later wins. Order of section 2.6 of supervisord's behaviour.
 */
import type { ProcessSpec, UserIdentity } from '../config/model/model.ts';
import { socketVariables } from './listening.ts';

const encoder = new TextEncoder();
const EQUALS = 61;
const US_PER_MS = 1000;
/** Known to init alone: it writes the process id there. */
export const WATCHDOG_PID = 'WATCHDOG_PID';
const PLACE_OF_PID = '0'.repeat(11);

/** Original entries by name; entries without `=` are passed on as they are. */
export type BaseEnvironment = { readonly byName: ReadonlyMap<string, Uint8Array>; readonly nameless: readonly Uint8Array[] };

export const baseEnvironment = (entries: readonly Uint8Array[]): BaseEnvironment => {
  const byName = new Map<string, Uint8Array>();
  const nameless: Uint8Array[] = [];
  for (const entry of entries) {
    const equals = entry.indexOf(EQUALS);
    if (equals <= 0) nameless.push(entry);
    else byName.set(latin1(entry.subarray(0, equals)), entry);
  }
  return { byName, nameless };
};

/** As text, for the configuration's %(ENV_x)s. Names that every object has are no variables. */
export const environmentText = (entries: readonly Uint8Array[]): Record<string, string> => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = Object.create(null) as Record<string, string>;
  for (const entry of entries) {
    const equals = entry.indexOf(EQUALS);
    if (equals > 0) text[decoder.decode(entry.subarray(0, equals))] = decoder.decode(entry.subarray(equals + 1));
  }
  return text;
};

/** `serverUrl`: where a program that says nothing else finds the control interface. `user`: whom it becomes; null: it stays who tsinit is. */
type Given = { readonly serverUrl: string | null; readonly user: Pick<UserIdentity, 'name' | 'home'> | null };

/** Entries for one program, `KEY=value`. `notifySocket`: where it is to say that it is ready, whatever else the configuration names. */
export const programEnvironment = (base: BaseEnvironment, spec: ProcessSpec, { serverUrl, user }: Given, notifySocket: string | null): Uint8Array[] => {
  const url = spec.serverUrl ?? serverUrl;
  const added = new Map<string, string>([
    ...variablesOf(user),
    ['SUPERVISOR_ENABLED', '1'],
    ['SUPERVISOR_PROCESS_NAME', spec.name],
    ['SUPERVISOR_GROUP_NAME', spec.group],
  ]);
  if (url !== null) added.set('SUPERVISOR_SERVER_URL', url);
  for (const [name, value] of Object.entries(spec.environment)) added.set(name, value);
  if (notifySocket !== null) {
    added.set('NOTIFY_SOCKET', notifySocket);
    const { watchdog } = spec.service;
    if (watchdog !== null) added.set('WATCHDOG_USEC', String(watchdog.periodMs * US_PER_MS)).set(WATCHDOG_PID, PLACE_OF_PID);
  }
  for (const [name, value] of socketVariables(spec)) added.set(name, value);
  const path = base.byName.get('PATH');
  const inherited: Iterable<readonly [string, Uint8Array]> = spec.clearsEnvironment ? (path === undefined ? [] : [['PATH', path]]) : base.byName;
  const entries = spec.clearsEnvironment ? [] : [...base.nameless];
  for (const [name, entry] of inherited) if (!added.has(name)) entries.push(entry);
  for (const [name, value] of added) entries.push(encoder.encode(`${name}=${value}`));
  return entries;
};

const variablesOf = (user: Given['user']): readonly (readonly [string, string])[] =>
  user === null || user.home === null
    ? []
    : [
        ['HOME', user.home],
        ['USER', user.name],
        ['LOGNAME', user.name],
      ];

/** Names compare by bytes: latin1 maps each byte to one character, and ASCII names are what the configuration can write. */
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
