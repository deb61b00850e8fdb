/** One sentence for each state: why it is so, and what would change it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec } from '../../../src/config/model/model.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import { TOO_QUICKLY } from '../../../src/process/exit.ts';
import type { ProcessState, StateName } from '../../../src/process/types.ts';
import { makePlan } from '../../../src/world/plan.ts';
import type { World } from '../../../src/world/types.ts';
import { why } from '../../../src/world/show/why.ts';
import { createWorld } from '../../../src/world/world.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

const NOON_MS = new Date(2026, 10, 21, 12, 0).getTime();
const moment = { nowMs: 60_000, wallOffsetMs: NOON_MS };
const code = (value: number) => ({ code: value, signal: null, coreDumped: false });

type Overrides = Parameters<typeof specOf>[1];

/** The sentence without the name in front of it. */
const said = (name: StateName, state: Partial<ProcessState>, overrides: Overrides = {}, world: Partial<World> = {}): string => {
  const plan = makePlan(modelOf([specOf('web', { startRetries: 3, ...overrides })]), { stopGroupsOneByOne: false });
  const states: ProcessState[] = [{ ...INITIAL_STATE, wish: 'up', run: 3, ...state, name }];
  const text = why(plan, { ...createWorld(plan), states, ...world }, 0, moment);
  assert.match(text, /^web .+\.$/u);
  assert.doesNotMatch(text, /\n|undefined|NaN/u);
  return text.slice('web '.length, -1);
};

test('STOPPED: never started, stopped, killed, stopped between two tries', () => {
  assert.equal(said('STOPPED', { run: 0 }, { autostart: false }), 'has never been started: autostart=false waits for a start command');
  assert.equal(said('STOPPED', { run: 0 }), 'has not been started yet');
  assert.equal(said('STOPPED', { exit: code(0), stoppedAtMs: 1 }), 'was stopped on request at Nov 21 12:00 PM (exit status 0)');
  assert.equal(said('STOPPED', {}), 'was stopped on request while it waited for another try');
  const killed = said('STOPPED', { exit: { code: -1, signal: 9, coreDumped: false }, killed: true, stoppedAtMs: 1 });
  assert.equal(killed, 'was stopped on request at Nov 21 12:00 PM: it did not end within 10 s of SIGTERM and was killed');
  const over = said('STOPPED', { exit: code(0), stoppedAtMs: 1, spawnError: 'over memory_limit: 3 MiB of 2 MiB' });
  assert.equal(over, 'was stopped at Nov 21 12:00 PM: over memory_limit: 3 MiB of 2 MiB; only a start command starts it again');
  assert.equal(said('STOPPED', { spawnError: "can't find command 'x'" }), "was stopped on request while it waited for another try: can't find command 'x'");
});

test('STARTING: asked for, in its start window, after failures', () => {
  assert.equal(said('STARTING', {}), 'is just being started');
  assert.equal(
    said('STARTING', { pid: 42, startedAtMs: 59_600, failures: 1 }),
    'was started 0.4 s ago with pid 42, try 2 of 4: it counts as running when it has survived 1 s (startsecs)',
  );
});

test('RUNNING and UNKNOWN', () => {
  assert.equal(said('RUNNING', { pid: 42, startedAtMs: 0 }), 'is running with pid 42, for 0:01:00 now');
  assert.equal(said('UNKNOWN', {}), 'is in an unknown state; a start command leads out of it');
});

test('BACKOFF: what failed, which try follows when', () => {
  const state = { failures: 2, deadlineMs: 61_500, exit: code(3), spawnError: TOO_QUICKLY };
  assert.equal(said('BACKOFF', state), 'could not be started: it ended too quickly, with exit status 3; its log may say why; try 3 of 4 follows in 1.5 s');
  assert.equal(said('BACKOFF', { ...state, deadlineMs: null, exit: null }), `could not be started: ${TOO_QUICKLY}; try 3 of 4 follows in 0 s`);
});

test('STOPPING: which signal, when KILL follows, what is left', () => {
  const state = { pid: 42, deadlineMs: 67_000, wish: 'down' as const };
  assert.equal(said('STOPPING', state), 'is being stopped: SIGTERM has been sent, SIGKILL follows in 7 s unless it ends (stopwaitsecs=10)');
  assert.match(said('STOPPING', { ...state, deadlineMs: 62_000, killAtMs: 67_000 }), /SIGKILL follows in 7 s unless/u);
  assert.match(said('STOPPING', state, { stopSignal: 33 }), /: signal 33 has been sent/u);
  assert.match(said('STOPPING', { pid: 42, wish: 'up' }), /; then it starts again, as was asked for$/u);
  const killed = { ...state, killed: true };
  assert.equal(said('STOPPING', killed), 'did not end within 10 s of SIGTERM: SIGKILL has been sent, and the kernel has not ended it yet');
  assert.equal(said('STOPPING', { wish: 'down' }), 'is to be stopped as soon as its start has been answered');
  assert.equal(said('STOPPING', { wish: 'down', lingering: true, deadlineMs: 62_000 }), 'has ended, but not what it has left behind: SIGKILL follows in 2 s');
});

test('a schedule: when its next time comes', () => {
  const schedule = { patterns: ['* * * * *'] } as never;
  const service = { ...specOf('web').service, schedule };
  assert.equal(said('STOPPED', { run: 0 }, { autostart: false, service }), 'has not been started yet: its schedule starts it, or a start command');
  const plan = makePlan(modelOf([specOf('web', { autostart: false, service })]), { stopGroupsOneByOne: false });
  const next = new Date(2026, 10, 21, 15, 30).getTime();
  assert.match(why(plan, createWorld(plan), 0, moment, undefined, next), /, or a start command; its next time by the schedule is Nov 21 03:30 PM\.$/u);
});

test('EXITED: how, when, and why it stays so', () => {
  const when = 'ended by itself at Nov 21 12:00 PM with exit status';
  const at = { stoppedAtMs: 1 };
  assert.equal(said('EXITED', { ...at, exit: code(0) }), `${when} 0, as exitcodes expects: autorestart=unexpected leaves it so`);
  assert.equal(said('EXITED', { ...at, exit: code(3) }, { autorestart: 'never' }), `${when} 3: autorestart=false leaves it so`);
  assert.equal(said('EXITED', { ...at, exit: code(3), wish: 'down' }), `${when} 3, and was not to be restarted any more`);
  assert.equal(said('EXITED', { ...at, exit: code(0), wish: 'down' }, { autorestart: 'always' }), `${when} 0, and was not to be restarted any more`);
  const paced = { startedAtMs: 59_500, stoppedAtMs: 59_600, exit: code(3), lingering: true, killed: true, deadlineMs: 60_500 };
  assert.match(
    said('EXITED', paced, { autorestart: 'always' }),
    /exit status 3; it starts again in 0\.5 s: after so short a run not within a second of its start$/u,
  );
  const lingering = said('EXITED', { ...at, exit: code(3), lingering: true });
  assert.equal(lingering, `${when} 3, and starts again as soon as what it has left behind is gone`);
  const left = { ...at, exit: code(0), leftPid: 77 };
  assert.match(
    said('EXITED', left),
    /leaves it so; it has left process 77 behind, which lives on and is not supervised: let it run in the foreground, or name its pid file in pid_file$/u,
  );
  assert.match(said('EXITED', { ...left, lingering: true }), /leaves it so; process 77, which it has left behind, is being ended, then it starts$/u);
  assert.match(said('EXITED', { ...left, lingering: true, wish: 'down' }), /, is being ended$/u);
  assert.equal(said('EXITED', {}), 'has ended');
});

test('FATAL: after how many tries', () => {
  const state = { exit: code(127), spawnError: "cannot run 'x': not found in PATH" };
  assert.equal(said('FATAL', state), "was given up after 4 tries (startretries=3): cannot run 'x': not found in PATH; only a start command tries again");
  assert.match(said('FATAL', state, { startRetries: 0 }), /^was given up after 1 try \(startretries=0\): /u);
  assert.match(said('FATAL', { ...state, wish: 'down' }), /^is given up: .+; no other try follows, for it was not to run any more$/u);
});

test('a program that others depend on, or that depends on others', () => {
  const serviceOf = (more: Partial<ProcessSpec['service']>) => ({ service: { ...specOf('x').service, ...more } });
  const listening = serviceOf({ readyOn: { kind: 'log', pattern: 'listening' } });
  const running = { pid: 42, startedAtMs: 0 };
  const notReady = 'is running with pid 42, for 0:01:00 now, but is not ready: no line of its output has matched listening yet';
  assert.equal(said('RUNNING', running, listening), notReady);
  assert.equal(said('RUNNING', { ...running, deadlineMs: 65_000 }, listening), `${notReady}, which must come within 5 s`);
  const notifying = serviceOf({ readyOn: { kind: 'notify' } });
  assert.match(said('RUNNING', running, notifying), /, but is not ready: it has not said READY=1 on NOTIFY_SOCKET yet$/u);
  assert.equal(said('RUNNING', { ...running, isReady: true }, listening), 'is running with pid 42, for 0:01:00 now');
  const late = { pid: 42, spawnError: 'not ready within 5 seconds', deadlineMs: 61_000 };
  assert.equal(said('STOPPING', { ...late, wish: 'down', afterStop: 'retry' }), 'is being stopped: not ready within 5 seconds; then it is tried again');
  assert.match(said('STOPPING', { ...late, wish: 'down', afterStop: 'fatal' }), /; then it is given up$/u);
  const failed = { spawnError: 'db:ready, which it depends on, has failed' };
  assert.equal(said('FATAL', failed), 'was given up: db:ready, which it depends on, has failed; only a start command tries again');
  const done = said('EXITED', { exit: code(0), stoppedAtMs: 1 }, serviceOf({ isOneshot: true }));
  assert.equal(done, 'ended by itself at Nov 21 12:00 PM with exit status 0: it is a oneshot, and has done its work');
});

test('restarts that wait, and too many of them', () => {
  assert.equal(
    said('BACKOFF', { failures: 0, stoppedAtMs: 1, deadlineMs: 62_000 }),
    'ended by itself at Nov 21 12:00 PM; it starts again in 2 s (restart_delay)',
  );
  const { service } = specOf('x');
  const budget = { service: { ...service, restart: { ...service.restart, budget: { count: 3, periodMs: 60_000 } } } };
  const state = { exit: code(3), spawnError: 'exit status 3' };
  assert.equal(
    said('FATAL', { ...state, restarts: 3 }, budget),
    'was given up after 3 restarts within 60 s (restart_budget): exit status 3; only a start command tries again',
  );
  assert.match(said('FATAL', { ...state, restarts: 2 }, budget), /^was given up after 4 tries/u);
});

test('what it waits for is named', () => {
  const { service } = specOf('x');
  const dependsOn = [
    { name: 'db', condition: 'ready', isSoft: false },
    { name: 'cache', condition: 'started', isSoft: false },
  ] as const;
  const specs = [specOf('db', { priority: 1 }), specOf('cache', { priority: 2 }), specOf('web', { service: { ...service, dependsOn }, priority: 3 })];
  const plan = makePlan(modelOf(specs), { stopGroupsOneByOne: false });
  const states: ProcessState[] = [INITIAL_STATE, INITIAL_STATE, { ...INITIAL_STATE, wish: 'up', isHeld: true }];
  assert.equal(why(plan, { ...createWorld(plan), states }, 2, moment), 'web waits for db:ready and cache, as depends_on says.');
});

test('what goes on with everything is part of it', () => {
  const state = { run: 0 };
  for (const phase of ['stopping', 'sweeping', 'draining', 'ended'] as const) {
    assert.equal(said('STOPPED', state, {}, { phase }), 'has not been started yet; everything is being stopped');
  }
  assert.match(said('STOPPED', state, {}, { phase: 'unready' }), /; everything will be stopped when drain_delay is over$/u);
  assert.equal(said('STOPPED', state, {}, { phase: 'restarting' }), 'has not been started yet; everything is being restarted');
  assert.match(said('STOPPED', state, {}, { phase: 'reloading', leaving: [0] }), /; its group is leaving for another configuration$/u);
  assert.equal(said('STOPPED', state, {}, { phase: 'reloading' }), 'has not been started yet');
});

test('nobody has that index; data that broke its type is loud', () => {
  const plan = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false });
  const world = createWorld(plan);
  assert.equal(why(plan, world, 1, moment), 'There is no such process.');
  assert.equal(why(plan, { ...world, states: [] }, 0, moment), 'There is no such process.');
  assert.throws(() => said('LOST' as StateName, {}), /internal error/u);
  assert.throws(() => said('UNKNOWN', {}, {}, { phase: 'lost' as World['phase'] }), /internal error/u);
});
