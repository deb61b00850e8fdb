/** When a run counts as ready, and what becomes of one that does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN_SERVICE } from '../simulate/specs.ts';
import { RUN, code, due, dueOf, exited, processOf, running, spawned, started } from './one-process.ts';

const ready = { type: 'readinessReported', run: RUN } as const;
const byLog = (more: Partial<typeof PLAIN_SERVICE> = {}) => ({
  service: { ...PLAIN_SERVICE, readyOn: { kind: 'log', pattern: 'up' } as const, readyTimeoutMs: 5000, ...more },
});
const asOneshot = { startMs: 0, autorestart: 'never', service: { ...PLAIN_SERVICE, isOneshot: true, readyOn: { kind: 'exit' } } } as const;

test('by default the start window is all there is to it', () => {
  running().expect({ isReady: true, deadlineMs: null }).on(ready).does();
});

test('told while it runs: ready, no deadline any more, and the failures are forgotten', () => {
  const process = running(byLog()).expect({ isReady: false, deadlineMs: 5005 });
  process.on(ready).does('info: ready: web').expect({ isReady: true, deadlineMs: null, failures: 0 });
  const before = process.state();
  assert.equal(process.on(ready).does().state(), before);
});

test('told within the start window: ready at once, RUNNING when the window is over', () => {
  started(byLog()).on(ready).expect({ name: 'STARTING', isReady: true }).at(1005).on(due).expect({ name: 'RUNNING', isReady: true, deadlineMs: null });
});

test('not ready in time is a failed start, once it is down', () => {
  const process = running(byLog()).at(5005).on(due);
  process.does(
    'warn: not ready: web has not become ready within 5 seconds (ready_timeout)',
    'debug: killing web (pid 42) process group with signal SIGTERM',
    'signal 15 group of 7',
  );
  process
    .expect({ name: 'STOPPING', wish: 'up', afterStop: 'retry' })
    .at(5100)
    .on(exited(code(0), 5100));
  process.expect({ name: 'BACKOFF', failures: 1, spawnError: 'not ready within 5 seconds', deadlineMs: 6100, afterStop: 'nothing' });
  // The count goes on until it is ready.
  process
    .at(6100)
    .on(due)
    .on(spawned(6101, RUN + 1))
    .at(7101)
    .on(dueOf(RUN + 1))
    .expect({ name: 'RUNNING', failures: 1, isReady: false });
});

test('too early, and stopped meanwhile', () => {
  running(byLog()).at(5004).on(due).does().expect({ name: 'RUNNING' });
  running(byLog())
    .at(5005)
    .on(due, { type: 'stopRequested' })
    .at(5100)
    .on(exited(code(0), 5100))
    .expect({ name: 'STOPPED', afterStop: 'nothing' });
  // A shutdown is under way: no retry.
  running(byLog())
    .on({ type: 'shutdownBegun' })
    .at(5005)
    .on(due)
    .at(5100)
    .on(exited(code(0), 5100))
    .expect({ name: 'STOPPED' });
});

test('ready_timeout_action=ignore counts it as ready', () => {
  running(byLog({ readyTimeoutAction: 'ignore' }))
    .at(5005)
    .on(due)
    .expect({ name: 'RUNNING', isReady: true, deadlineMs: null });
});

test('a oneshot that has not ended in time has failed, and its failures count on', () => {
  const late = { ...asOneshot, service: { ...asOneshot.service, readyTimeoutMs: 5000 } };
  const process = started(late).expect({ name: 'RUNNING', isReady: false, deadlineMs: 5005 }).at(5005).on(due);
  process.does(
    'warn: not done: web has not ended within 5 seconds (ready_timeout)',
    'debug: killing web (pid 42) process group with signal SIGTERM',
    'signal 15 group of 7',
  );
  process
    .at(5100)
    .on(exited(code(0), 5100))
    .expect({ name: 'BACKOFF', failures: 1, spawnError: 'not done within 5 seconds' });
  process
    .at(6100)
    .on(due)
    .on(spawned(6101, RUN + 1))
    .expect({ name: 'RUNNING', failures: 1 });
});

test('a oneshot is ready when it has ended as expected', () => {
  const up = () => processOf(asOneshot).on({ type: 'startRequested' }).at(5).on(spawned()).expect({ name: 'RUNNING', isReady: false, deadlineMs: null });
  up()
    .on(exited(code(0), 9))
    .expect({ name: 'EXITED', isReady: true });
  up()
    .on(exited(code(1), 9))
    .expect({ name: 'EXITED', isReady: false });
  const job = processOf(asOneshot).on({ type: 'startRequested' }).at(5).on(spawned());
  job.does("info: spawned: 'web' with pid 42", 'info: running: web, a oneshot: to its end');
  job.on(exited(code(0), 9)).does('info: completed: web (exit status 0)', 'release 7');
});

test('nobody is ready who does not run', () => {
  for (const process of [processOf(), started().on(exited(code(1), 6)), running().on({ type: 'stopRequested' })]) {
    const event = { ...ready, run: process.state().run };
    const before = process.state();
    assert.equal(process.on(event).does().state(), before);
  }
});

test('held: wanted, waiting, let go or given up', () => {
  const held = () => processOf().on({ type: 'holdRequested' }).does().expect({ name: 'STOPPED', wish: 'up', isHeld: true });
  const before = held();
  assert.equal(before.on({ type: 'holdRequested' }).state(), before.state());
  held().on({ type: 'startRequested' }).does('spawn 7').expect({ name: 'STARTING', isHeld: false });
  held().on({ type: 'stopRequested' }).does().expect({ name: 'STOPPED', wish: 'down', isHeld: false });
  held().on({ type: 'shutdownBegun' }).expect({ isHeld: false });
  held()
    .on({ type: 'dependencyFailed', name: 'db' })
    .does('error: gave up: web, for db, which it depends on, has failed')
    .expect({ name: 'FATAL', isHeld: false, spawnError: 'db, which it depends on, has failed' });
});

test('a hold changes nothing for one that is on its way, and is a restart for one that stops', () => {
  for (const process of [started(), running(), started().on(exited(code(1), 6))]) {
    const before = process.state();
    assert.equal(process.on({ type: 'holdRequested' }).does().state(), before);
  }
  running().on({ type: 'stopRequested' }, { type: 'holdRequested' }).expect({ name: 'STOPPING', wish: 'up' });
});

test('a dependency that fails under a living program: stopped, then FATAL', () => {
  for (const process of [started(), running()]) {
    process.on({ type: 'dependencyFailed', name: 'db' }).expect({ name: 'STOPPING', afterStop: 'fatal' });
    const stopping = process.state();
    assert.equal(process.on({ type: 'dependencyFailed', name: 'db' }).does().state(), stopping);
    process
      .at(2000)
      .on(exited(code(0), 2000))
      .expect({ name: 'FATAL', spawnError: 'db, which it depends on, has failed' });
  }
  started()
    .on(exited(code(1), 6))
    .on({ type: 'dependencyFailed', name: 'db' })
    .expect({ name: 'FATAL' });
  // A start that an operator asks for meanwhile wins.
  running()
    .on({ type: 'dependencyFailed', name: 'db' }, { type: 'startRequested' })
    .at(2000)
    .on(exited(code(0), 2000))
    .expect({ name: 'STARTING' });
});
