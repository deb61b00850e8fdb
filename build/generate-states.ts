/**
 * Writes docs/states.md: the picture and the table of a process's states, made by asking the state machine itself
 * about every kind of state and every kind of event. `--check` compares instead of writing, and fails on a difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ProcessSpec } from '../src/config/model/model.ts';
import { INITIAL_STATE } from '../src/process/initial-state.ts';
import { step } from '../src/process/step.ts';
import type { EffectScope, ProcessEffect, ProcessEvent, ProcessState } from '../src/process/types.ts';

const FILE = new URL('../docs/states.md', import.meta.url);
const RUN = 1;
const NOW_MS = 60_000;
const ASKED_SIGNAL = 10;
const OK = { code: 0, signal: null, coreDumped: false } as const;
const FAILED = { code: 1, signal: null, coreDumped: false } as const;

const LIVE: ProcessState = { ...INITIAL_STATE, wish: 'up', run: RUN, pid: 42 };

const STRAY = { pid: 43, name: 'x', isStray: true } as const;

/** Every kind of state: a name and what in it decides. */
const STATES: readonly (readonly [label: string, state: ProcessState])[] = [
  ['STOPPED', INITIAL_STATE],
  ['STOPPED, waits for a dependency', { ...INITIAL_STATE, wish: 'up', isHeld: true }],
  ['STARTING, spawn not answered', { ...LIVE, name: 'STARTING', pid: 0, startedAtMs: NOW_MS }],
  ['STARTING', { ...LIVE, name: 'STARTING', startedAtMs: NOW_MS - 1000, deadlineMs: NOW_MS }],
  ['RUNNING', { ...LIVE, name: 'RUNNING' }],
  ['BACKOFF', { ...LIVE, name: 'BACKOFF', pid: 0, failures: 1, deadlineMs: NOW_MS }],
  ['STOPPING, spawn not answered', { ...LIVE, name: 'STOPPING', wish: 'down', pid: 0 }],
  ['STOPPING', { ...LIVE, name: 'STOPPING', wish: 'down', deadlineMs: NOW_MS }],
  ['STOPPING, before half of the time', { ...LIVE, name: 'STOPPING', wish: 'down', deadlineMs: NOW_MS, killAtMs: NOW_MS + 1 }],
  ['STOPPING, restart wished', { ...LIVE, name: 'STOPPING', wish: 'up', deadlineMs: NOW_MS }],
  ['STOPPING, then a failure', { ...LIVE, name: 'STOPPING', wish: 'down', deadlineMs: NOW_MS, afterStop: 'fatal' }],
  ['STOPPING, something is left', { ...LIVE, name: 'STOPPING', wish: 'down', pid: 0, lingering: true, deadlineMs: NOW_MS }],
  ['BACKOFF, something is left', { ...LIVE, name: 'BACKOFF', pid: 0, failures: 1, lingering: true, deadlineMs: NOW_MS, killAtMs: NOW_MS }],
  ['EXITED', { ...LIVE, name: 'EXITED', pid: 0, exit: OK }],
  ['EXITED, something is left', { ...LIVE, name: 'EXITED', pid: 0, exit: OK, leftPid: STRAY.pid }],
  ['EXITED, restart waits for what is left', { ...LIVE, name: 'EXITED', pid: 0, exit: FAILED, lingering: true, deadlineMs: NOW_MS }],
  ['EXITED, ends what is left', { ...LIVE, name: 'EXITED', wish: 'down', pid: 0, exit: OK, leftPid: STRAY.pid, lingering: true, deadlineMs: NOW_MS }],
  ['EXITED, ends what is left, then starts', { ...LIVE, name: 'EXITED', pid: 0, exit: OK, leftPid: STRAY.pid, lingering: true, deadlineMs: NOW_MS }],
  ['FATAL', { ...LIVE, name: 'FATAL', pid: 0 }],
  ['UNKNOWN', { ...LIVE, name: 'UNKNOWN', pid: 0 }],
];

type Exited = Extract<ProcessEvent, { type: 'exited' }>;

const exited = (status: typeof OK | typeof FAILED, groupEnded: boolean, atMs: number): Exited => ({ type: 'exited', run: RUN, status, groupEnded, atMs });

const SPAWN_FAILED: ProcessEvent = { type: 'spawnFailed', run: RUN, reason: '', exitCode: 127 };

const STARTING = /^STARTING/u;
const ANSWERED = /^STARTING$/u;
const UP = /^(?:STARTING|RUNNING)$/u;
const STOPPING = /^STOPPING/u;

type EventKind = { readonly label: string; readonly event: ProcessEvent; readonly spec?: Partial<ProcessSpec>; readonly tellsOf?: RegExp };

/** Every kind of event, with the circumstance that matters; `tellsOf`: the states for which it is a row of its own. */
const EVENTS: readonly EventKind[] = [
  { label: 'start requested', event: { type: 'startRequested' } },
  { label: 'stop requested', event: { type: 'stopRequested' } },
  { label: 'start wanted, a dependency is missing', event: { type: 'holdRequested' } },
  { label: 'a dependency failed, on_dependency_failure=fatal', event: { type: 'dependencyFailed', name: 'db' } },
  { label: 'shutdown begun', event: { type: 'shutdownBegun' } },
  { label: 'signal requested', event: { type: 'signalRequested', signal: ASKED_SIGNAL } },
  { label: 'spawned', event: { type: 'spawned', run: RUN, pid: 42, atMs: NOW_MS } },
  { label: 'spawned, startsecs=0', event: { type: 'spawned', run: RUN, pid: 42, atMs: NOW_MS }, spec: { startMs: 0 }, tellsOf: STARTING },
  { label: 'spawn failed, retries left', event: SPAWN_FAILED, tellsOf: STARTING },
  { label: 'spawn failed, no retries left', event: SPAWN_FAILED, spec: { startRetries: 0 }, tellsOf: STARTING },
  { label: 'spawn failed', event: SPAWN_FAILED, tellsOf: STOPPING },
  { label: 'ended within startsecs, retries left', event: exited(FAILED, true, NOW_MS - 999), tellsOf: ANSWERED },
  { label: 'ended within startsecs, process group left', event: exited(FAILED, false, NOW_MS - 999), tellsOf: ANSWERED },
  { label: 'ended within startsecs, no retries left', event: exited(FAILED, true, NOW_MS - 999), spec: { startRetries: 0 }, tellsOf: ANSWERED },
  { label: 'ended, no restart', event: exited(OK, true, NOW_MS + 1000), tellsOf: UP },
  { label: 'ended, to be restarted', event: exited(FAILED, true, NOW_MS + 1000), tellsOf: UP },
  { label: 'ended, to be restarted, process group left', event: exited(FAILED, false, NOW_MS + 1000), tellsOf: UP },
  { label: 'ended', event: exited(OK, true, NOW_MS), tellsOf: STOPPING },
  { label: 'ended, process group left', event: exited(OK, false, NOW_MS), tellsOf: STOPPING },
  { label: 'ended, no restart, strays left', event: { ...exited(OK, true, NOW_MS + 1000), left: STRAY }, tellsOf: UP },
  { label: 'ended, strays left', event: { ...exited(OK, true, NOW_MS), left: STRAY }, tellsOf: STOPPING },
  { label: 'pid file followed', event: { type: 'followed', run: RUN, pid: 43 } },
  { label: 'process group ended', event: { type: 'groupEnded', run: RUN } },
  { label: 'process group ended, strays left', event: { type: 'groupEnded', run: RUN, left: STRAY } },
  { label: 'strays ended', event: { type: 'treeEnded', run: RUN } },
  { label: 'deadline reached', event: { type: 'deadlineReached', run: RUN } },
];

type Transition = { readonly from: string; readonly event: string; readonly to: string; readonly effects: string };

/** Every pair that changes the state or asks for something; pairs left out are ignored. */
export const listTransitions = (spec: ProcessSpec): readonly Transition[] =>
  STATES.flatMap(([from, state]) =>
    EVENTS.flatMap(({ label, event, spec: overrides, tellsOf }) => {
      const result = step(state, event, { spec: { ...spec, ...overrides }, nowMs: NOW_MS, nextRun: RUN + 1 });
      const to = labelOf(result.state);
      const effects = result.effects
        .filter(({ type }) => type !== 'notice')
        .map(showEffect)
        .join(', ');
      const isRow = (to !== from || effects !== '') && (tellsOf === undefined || tellsOf.test(from)) && !isImpossible(from, event);
      return isRow ? [{ from, event: label, to, effects }] : [];
    }),
  );

/** The machine answers it, but init tells of a spawn before it tells of an end. */
const isImpossible = (from: string, event: ProcessEvent): boolean => event.type === 'exited' && from.endsWith('spawn not answered');

export const renderStates = (): string => {
  const transitions = listTransitions(SPEC);
  const arrows = new Map<string, Set<string>>();
  for (const { from, to, event } of transitions) {
    const [source, target] = [nameOf(from), nameOf(to)];
    if (source === target || source === 'UNKNOWN') continue;
    const key = `${source} --> ${target}`;
    arrows.set(key, (arrows.get(key) ?? new Set()).add(event.replace(/,.*/u, '')));
  }
  const picture = [...arrows].map(([arrow, events]) => `    ${arrow}: ${[...events].join(' / ')}`);
  const rows = transitions.map(({ from, event, to, effects }) => `| ${from} | ${event} | ${to} | ${effects || '–'} |`);
  return [...HEAD, '```mermaid', 'stateDiagram-v2', '    [*] --> STOPPED', ...picture, '```', '', ...TABLE_HEAD, ...rows, ''].join('\n');
};

const HEAD = [
  '# States of a process',
  '',
  '<!-- Generated by build/generate-states.ts from src/process. Do not edit. -->',
  '',
  'A process is what one slot of a program is at a given time. Each change below is one call of the state machine;',
  'log lines are left out. What is not in the table changes nothing, and neither does an event of an earlier run.',
  '',
];

const TABLE_HEAD = [
  'The table is for the defaults: autorestart=unexpected, no stop_scope, startretries=3. Strays are what a program has started in sessions',
  'of their own and left behind: in the background. "Restart" and',
  '"retries" are as autorestart and startretries say; once the shutdown has begun there are none.',
  '',
  '| state | what happens | next state | what is asked of init |',
  '|---|---|---|---|',
];

const SPEC = {
  name: 'x',
  startMs: 1000,
  startRetries: 3,
  autorestart: 'unexpected',
  exitCodes: [0],
  stopSignal: 15,
  stopWaitMs: 10_000,
  stopScopes: { signal: 'process', wait: 'tree', kill: 'tree', later: 'group', wakes: true },
  service: {
    readyOn: { kind: 'started' },
    readyTimeoutMs: 0,
    readyTimeoutAction: 'fail',
    restart: { delayMs: null, mostDelayMs: 0, factor: 1, jitter: 0, budget: null },
  },
} as unknown as ProcessSpec;

const labelOf = ({ name, pid, leftPid, lingering, wish, isHeld, afterStop, killAtMs }: ProcessState): string => {
  if (isHeld) return `${name}, waits for a dependency`;
  if (afterStop !== 'nothing') return `${name}, then a failure`;
  if (name === 'EXITED' && lingering && leftPid === 0) return 'EXITED, restart waits for what is left';
  if (name === 'EXITED' && lingering) return `EXITED, ends what is left${wish === 'up' ? ', then starts' : ''}`;
  if (name === 'EXITED' && leftPid !== 0) return 'EXITED, something is left';
  if (name === 'BACKOFF' && lingering) return 'BACKOFF, something is left';
  if (name === 'STOPPING' && killAtMs !== null && wish === 'down') return 'STOPPING, before half of the time';
  if (name === 'STOPPING' && lingering) return 'STOPPING, something is left';
  if ((name === 'STARTING' || name === 'STOPPING') && pid === 0) return `${name}, spawn not answered`;
  return name === 'STOPPING' && wish === 'up' ? 'STOPPING, restart wished' : name;
};

const nameOf = (label: string): string => label.replace(/,.*/u, '');

const showEffect = (effect: ProcessEffect): string => {
  switch (effect.type) {
    case 'signal':
      if (effect.signal === 9) return `KILL the ${showScope(effect.scope)}`;
      return `${effect.signal === ASKED_SIGNAL ? 'that' : 'stop'} signal to the ${showScope(effect.scope)}`;
    case 'spawn':
      return 'spawn a new run';
    case 'cancel':
      return 'call the spawn off';
    case 'release':
      return 'release the run';
    case 'notice':
      return '';
  }
};

const showScope = (scope: EffectScope): string => SCOPES[scope];

const SCOPES = {
  process: 'process',
  group: 'process group',
  tree: 'process tree',
  groupRest: 'rest of the process group',
  treeRest: 'rest of the process tree',
  strays: 'strays',
} as const;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = renderStates();
  if (!process.argv.includes('--check')) writeFileSync(FILE, text);
  else if (text !== readFileSync(FILE, 'utf8')) {
    console.error('docs/states.md is not what the state machine does: run node build/generate-states.ts');
    process.exitCode = 1;
  }
}
