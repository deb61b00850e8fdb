/**
 * What the page's buttons do, by the command table alone, and the sentence that is shown afterwards: supervisord's, which scripts look for.
 */
import type { Api } from '../api/api.ts';
import type { Outcome } from '../api/faults.ts';
import type { Session } from '../api/session.ts';

export type Acting = {
  readonly api: Api;
  readonly session: Session;
  readonly action: string;
  readonly name: string | null;
  readonly now: () => Date;
};

/** The message, or null: there is no such action. */
export const act = async ({ api, session, action, name, now }: Acting): Promise<string | null> => {
  const call = async (method: string, ...params: readonly string[]): Promise<Outcome> =>
    api.call(session, method.includes('.') ? method : `supervisor.${method}`, params);
  switch (action) {
    case 'refresh':
      return `Page refreshed at ${timeOf(now())}`;
    case 'stopall':
      return (await refusal(call('stopAllProcesses'))) ?? `All stopped at ${timeOf(now())}`;
    case 'restartall':
      return (await refusal(call('stopAllProcesses'))) ?? (await refusal(call('startAllProcesses'))) ?? `All restarted at ${timeOf(now())}`;
    default:
      return name === null ? null : actOn(call, action, name);
  }
};

const actOn = async (call: (method: string, name: string) => Promise<Outcome>, action: string, name: string): Promise<string | null> => {
  switch (action) {
    case 'start':
      return startMessage(name, await call('startProcess', name), 'started');
    case 'restart': {
      const stopped = await call('stopProcess', name);
      // One that does not run only has to be started.
      if (!stopped.ok && stopped.error.name !== 'NOT_RUNNING') return faultMessage(name, stopped);
      return startMessage(name, await call('startProcess', name), 'restarted');
    }
    case 'stop':
      return faultMessage(name, await call('stopProcess', name)) ?? `Process ${name} stopped`;
    case 'reload':
      return faultMessage(name, await call('tsinit.reloadProcess', name)) ?? `Process ${name} reloaded`;
    case 'clearlog':
      return faultMessage(name, await call('clearProcessLogs', name)) ?? `Log for ${name} cleared`;
    default:
      return null;
  }
};

const REASONS: Readonly<Record<string, string>> = {
  NO_FILE: 'no such file',
  NOT_EXECUTABLE: 'file not executable',
  ALREADY_STARTED: 'already started',
  SPAWN_ERROR: 'spawn error',
  ABNORMAL_TERMINATION: 'abnormal termination',
};

const startMessage = (name: string, outcome: Outcome, done: string): string => {
  const reason = outcome.ok ? undefined : REASONS[outcome.error.name];
  if (reason !== undefined) return `ERROR: Process ${name}: ${reason}`;
  return faultMessage(name, outcome) ?? `Process ${name} ${done}`;
};

/** Null: it went well. */
const faultMessage = (name: string, outcome: Outcome): string | null => {
  if (outcome.ok) return null;
  return outcome.error.name === 'BAD_NAME' ? `No such process named ${name}` : unexpected(outcome.error);
};

const refusal = async (outcome: Promise<Outcome>): Promise<string | null> => {
  const known = await outcome;
  return known.ok ? null : unexpected(known.error);
};

const unexpected = ({ code, text }: { readonly code: number; readonly text: string }): string => `unexpected rpc fault [${code}] ${text}`;

/** `Sat Nov 21 14:05:09 2026`, as C's ctime writes it. */
const timeOf = (date: Date): string => {
  const [day = '', month = '', number = '', year = ''] = date.toDateString().split(' ');
  return `${day} ${month} ${number.replace(/^0/u, ' ')} ${date.toTimeString().slice(0, 8)} ${year}`;
};
