/** Commands beside the programs: asked of init, answered once, stopped as programs are when their time is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTasks } from '../../src/engine/tasks.ts';
import type { Clock, Kernel, KernelEvent, SpawnRequest } from '../../src/kernel/kernel.ts';

const LIKE: SpawnRequest = {
  run: 1,
  argv: ['web'],
  environment: [],
  directory: '/srv',
  user: { uid: 1, gid: 2, groups: [] },
  umask: null,
  limits: [],
  stdin: 'pipe',
  stdout: 'pipe',
  stderr: 'pipe',
  stop: { signal: 15, waitMs: 500, scope: 'group' },
};

const bench = (lastRun = 0, more: { readonly isWithin?: boolean } = {}) => {
  const asked: string[] = [];
  const said: string[] = [];
  const abouts = new Set<string | undefined>();
  const at: number[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    nowMs: () => 0,
    at: (atMs, callback) => {
      at.push(Math.round(atMs));
      timers.add(callback);
      return () => void timers.delete(callback);
    },
  };
  let request: SpawnRequest | null = null;
  const kernel = {
    spawn: (given: SpawnRequest) => {
      request = given;
      asked.push(`spawn ${given.argv.join(' ')}`);
    },
    kill: (_run: number, signal: number, scope: string) => asked.push(`kill ${signal} ${scope}`),
    release: () => asked.push('release'),
    flush: () => {},
  } as unknown as Kernel;
  const tasks = createTasks({ kernel, clock, lastRun, warn: (text, about) => (said.push(text), void abouts.add(about)) });
  const ends: unknown[] = [];
  const started = tasks.start(LIKE, { name: 'the check of web', about: 'web', argv: ['check', 'it'], timeoutMs: 1000, ...more }, (end) => ends.push(end));
  const run = (request as SpawnRequest | null)?.run ?? 0;
  const exited = (code: number, groupEnded = true): Extract<KernelEvent, { type: 'exited' }> => ({
    type: 'exited',
    run,
    pid: 5,
    status: { code, signal: null, coreDumped: false },
    groupEnded,
    atMs: 1,
    usage: { userUs: 0, systemUs: 0, maxRssKib: 0 },
  });
  return {
    asked,
    ends,
    tasks,
    started,
    said,
    abouts,
    at,
    exited,
    run,
    fire: () => [...timers].forEach((timer) => timer()),
    timers,
    request: () => request as unknown as SpawnRequest,
  };
};

test('it is given what its program is given, without its streams', () => {
  const { request, run } = bench();
  assert.deepEqual(
    { ...request(), run: 0 },
    { ...LIKE, run: 0, argv: ['check', 'it'], stdin: 'null', stdout: 'null', stderr: 'null', attributes: { hasTerminal: false } },
  );
  assert.ok(run >= 0x8000_0000);
});

test('its number comes after that of the predecessor, and the highest is followed by the lowest', () => {
  assert.equal(bench().run, 0x8000_0000);
  assert.equal(bench(0x8000_0004).run, 0x8000_0005);
  assert.equal(bench(0xffff_fffd).run, 0xffff_fffe);
  assert.equal(bench(0xffff_fffe).run, 0x8000_0000);
});

test('its end is told, what it left is asked to end, the run is let go when that is gone', () => {
  const { asked, ends, tasks, exited, run, timers } = bench();
  tasks.onEvent(exited(3, false));
  assert.deepEqual(ends, [{ kind: 'ended', code: 3, signal: null }]);
  assert.deepEqual(asked, ['spawn check it', 'kill 15 group']);
  tasks.onEvent({ type: 'groupEnded', run });
  assert.deepEqual(asked.slice(2), ['release']);
  assert.equal(timers.size, 0);
  tasks.onEvent(exited(3));
  assert.equal(ends.length, 1);
});

test('what it left and does not end in its time is killed, and named; the lines are about its program', () => {
  const { asked, ends, said, abouts, tasks, exited, run, fire } = bench();
  tasks.onEvent(exited(0, false));
  fire();
  tasks.onEvent({ type: 'killed', run, count: 2, named: [{ pid: 7, name: 'sleep' }] });
  tasks.onEvent({ type: 'groupEnded', run });
  assert.deepEqual(asked, ['spawn check it', 'kill 15 group', 'kill 9 group', 'release']);
  assert.deepEqual(ends, [{ kind: 'ended', code: 0, signal: null }]);
  assert.deepEqual(said, ['killed what did not end in its time: process 7 ("sleep") of the check of web', 'killed what did not end in its time: 1 more']);
  assert.deepEqual([...abouts], ['web']);
});

test('its time is over: the main process is asked, then the rest, then all is killed and named; told once', () => {
  const { asked, ends, said, tasks, exited, run, fire } = bench();
  tasks.onEvent({ type: 'spawned', run, pid: 5, atMs: 0, streams: { stdin: null, stdout: null, stderr: null } });
  fire();
  assert.deepEqual(asked, ['spawn check it', 'kill 15 process']);
  assert.deepEqual(ends, []);
  fire();
  tasks.onEvent(exited(-1, false));
  assert.deepEqual(ends, [{ kind: 'timedOut' }]);
  assert.deepEqual(asked, ['spawn check it', 'kill 15 process', 'kill 15 groupRest', 'kill 9 group', 'kill 9 group']);
  tasks.onEvent({ type: 'groupEnded', run });
  assert.deepEqual(asked.slice(5), ['release']);
  assert.deepEqual(said, ['killed what did not end in its time: process 5 ("check") of the check of web']);
});

test('one that ends when it is asked: what is left of it is asked then; one that is to be over within its time is asked before', () => {
  const { asked, ends, tasks, exited, run, fire, at } = bench(0, { isWithin: true });
  assert.deepEqual(at, [800]);
  fire();
  tasks.onEvent(exited(0, false));
  assert.deepEqual(ends, [{ kind: 'timedOut' }]);
  assert.deepEqual(asked, ['spawn check it', 'kill 15 process', 'kill 15 group']);
  tasks.onEvent({ type: 'groupEnded', run });
  assert.deepEqual(asked.slice(3), ['release']);
  assert.deepEqual(at, [800, 100, 200]);
});

test('a stop that may take less time moves the end and asks nobody again; after KILL it does nothing', () => {
  const { asked, ends, started, fire, at } = bench();
  started.stop(100);
  started.stop(40);
  assert.deepEqual(at.slice(1), [50, 100, 20, 40]);
  fire();
  started.stop(10);
  assert.deepEqual(asked, ['spawn check it', 'kill 15 process', 'kill 15 groupRest', 'kill 9 group']);
  assert.deepEqual(ends, [{ kind: 'timedOut' }]);
});

test('one that cannot be started, one that is given up, and events that do not end it', () => {
  const refused = bench();
  refused.tasks.onEvent({ type: 'spawnFailed', run: refused.run, reason: 'not found', exitCode: 127 });
  assert.deepEqual(refused.ends, [{ kind: 'notStarted', reason: 'not found' }]);
  const given = bench();
  given.tasks.onEvent({ type: 'groupEnded', run: given.run });
  given.started.giveUp();
  given.tasks.onEvent(given.exited(0));
  assert.deepEqual(given.ends, []);
  assert.deepEqual(given.asked, ['spawn check it', 'kill 15 process', 'release']);
});

test('one that is over is not stopped any more: nothing is sent for a run that is gone, and no timer stays', () => {
  for (const say of ['giveUp', 'stop'] as const) {
    const { asked, tasks, exited, started, timers } = bench();
    tasks.onEvent(exited(0));
    started[say](100);
    assert.deepEqual(asked, ['spawn check it', 'release']);
    assert.equal(timers.size, 0);
  }
});

test('what a predecessor has started is stopped: asked, KILLed after two seconds and named; starts wait until then', () => {
  const { asked, said, tasks, run, at, fire } = bench();
  const old = run + 5;
  const went: string[] = [];
  assert.ok(tasks.isClear());
  tasks.abandon({ type: 'abandon', run: old, pid: 9, isRunning: true });
  tasks.abandon({ type: 'abandon', run: old + 1, pid: 8, isRunning: false });
  assert.ok(!tasks.isClear());
  tasks.whenClear(() => went.push('later'));
  assert.deepEqual(asked.slice(1), ['kill 15 process', 'kill 15 group']);
  assert.deepEqual(at.slice(-2), [1000, 2000]);
  tasks.onEvent({ type: 'groupEnded', run: old + 1 });
  assert.deepEqual(went, []);
  fire();
  assert.deepEqual(went, ['later']);
  assert.ok(tasks.isClear());
  assert.deepEqual(said, ['killed what did not end in its time: process 9 ("hook or check") of the supervisor before']);
});
