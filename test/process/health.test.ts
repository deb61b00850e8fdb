/** What becomes of a process whose health checks fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUN, code, exited, processOf, running, started } from './one-process.ts';

const unhealthy = (outcome: 'retry' | 'fatal' | 'stop') => ({ type: 'unhealthy', run: RUN, reason: 'no answer', outcome }) as const;

test('stopped, then as after a failed start', () => {
  for (const process of [started(), running()]) {
    process
      .on(unhealthy('retry'))
      .does('warn: unhealthy: web (no answer)', 'debug: killing web (pid 42) process group with signal SIGTERM', 'signal 15 group of 7');
    process
      .expect({ name: 'STOPPING', wish: 'up' })
      .at(3000)
      .on(exited(code(0), 3000))
      .expect({ name: 'BACKOFF', spawnError: 'no answer', failures: 1 });
  }
});

test('stopped, then given up', () => {
  running()
    .on(unhealthy('fatal'))
    .expect({ name: 'STOPPING', wish: 'down' })
    .at(3000)
    .on(exited(code(0), 3000))
    .expect({ name: 'FATAL', spawnError: 'no answer' });
});

test('stopped, and left so', () => {
  running()
    .on(unhealthy('stop'))
    .expect({ name: 'STOPPING', wish: 'down' })
    .at(3000)
    .on(exited(code(0), 3000))
    .expect({ name: 'STOPPED', spawnError: 'no answer' });
});

test('one that is not up is not unhealthy', () => {
  for (const process of [processOf(), started().on(exited(code(1), 6)), running().on({ type: 'stopRequested' })]) {
    const before = process.state();
    assert.equal(
      process
        .on({ ...unhealthy('retry'), run: before.run })
        .does()
        .state(),
      before,
    );
  }
});
