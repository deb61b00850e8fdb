/** The structs of answers, typed; a field that is missing or of another kind is empty. */
import type { Value } from '../../control/client/remote.ts';

export type ProcessInfo = {
  readonly group: string;
  readonly name: string;
  readonly state: number;
  readonly stateName: string;
  readonly description: string;
  readonly pid: number;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly spawnError: string;
  readonly exitStatus: number;
  readonly stdoutLog: string;
  readonly stderrLog: string;
};

/** What came of one of the processes that an order was for. */
export type Outcome = { readonly group: string; readonly name: string; readonly status: number; readonly description: string };

export const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: Value | undefined): number => (typeof value === 'number' ? value : 0);
export const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? (value as readonly Value[]) : []);
export const structOf = (value: Value | undefined): { readonly [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [name: string]: Value }) : {};
export const textsOf = (value: Value | undefined): readonly string[] => listOf(value).map(textOf);

export const infoOf = (value: Value): ProcessInfo => {
  const fields = structOf(value);
  return {
    group: textOf(fields['group']),
    name: textOf(fields['name']),
    state: numberOf(fields['state']),
    stateName: textOf(fields['statename']),
    description: textOf(fields['description']),
    pid: numberOf(fields['pid']),
    start: numberOf(fields['start']),
    stop: numberOf(fields['stop']),
    now: numberOf(fields['now']),
    spawnError: textOf(fields['spawnerr']),
    exitStatus: numberOf(fields['exitstatus']),
    stdoutLog: textOf(fields['stdout_logfile']),
    stderrLog: textOf(fields['stderr_logfile']),
  };
};

export const infosOf = (value: Value): readonly ProcessInfo[] => listOf(value).map(infoOf);

export const outcomesOf = (value: Value): readonly Outcome[] =>
  listOf(value).map((each) => {
    const fields = structOf(each);
    return { group: textOf(fields['group']), name: textOf(fields['name']), status: numberOf(fields['status']), description: textOf(fields['description']) };
  });
