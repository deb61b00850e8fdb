/** Commands beside the programs: asked of init, answered once, killed when their time is over. */
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
  stop: { signal: 15, waitMs: 1, scope: 'group' },
};

const bench = (lastRun = 0) => {
  const asked: string[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    nowMs: () => 0,
    at: (_atMs, callback) => {
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
  const tasks = createTasks(kernel, clock, lastRun);
  const ends: unknown[] = [];
  const cancel = tasks.start(LIKE, { argv: ['check', 'it'], timeoutMs: 1000 }, (end) => ends.push(end));
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
    cancel,
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

test('its end is told, what it left is killed, the run is let go', () => {
  const { asked, ends, tasks, exited, timers } = bench();
  tasks.onEvent(exited(3, false));
  assert.deepEqual(ends, [{ kind: 'ended', code: 3, signal: null }]);
  assert.deepEqual(asked, ['spawn check it', 'kill 9 group', 'release']);
  assert.equal(timers.size, 0);
  tasks.onEvent(exited(3));
  assert.equal(ends.length, 1);
});

test('its time is over: killed, told once', () => {
  const { asked, ends, tasks, exited, fire } = bench();
  fire();
  tasks.onEvent(exited(-1));
  assert.deepEqual(ends, [{ kind: 'timedOut' }]);
  assert.deepEqual(asked, ['spawn check it', 'kill 9 group', 'release']);
});

test('one that cannot be started, one that is given up, and events that do not end it', () => {
  const refused = bench();
  refused.tasks.onEvent({ type: 'spawnFailed', run: refused.run, reason: 'not found', exitCode: 127 });
  assert.deepEqual(refused.ends, [{ kind: 'notStarted', reason: 'not found' }]);
  refused.cancel();
  const given = bench();
  given.tasks.onEvent({ type: 'groupEnded', run: given.run });
  given.cancel();
  given.tasks.onEvent(given.exited(0));
  assert.deepEqual(given.ends, []);
  assert.deepEqual(given.asked, ['spawn check it', 'kill 9 group', 'release']);
});
