/** Starting: the start window, failed starts, and the back-off between them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RUN, code, due, exited, processOf, signal, spawned, started } from './one-process.ts';

describe('start', () => {
  test('a start asks for a spawn; the window opens when it is answered', () => {
    processOf()
      .on({ type: 'startRequested' })
      .does('spawn 7')
      .expect({ name: 'STARTING', wish: 'up', run: 7, pid: 0, deadlineMs: null })
      .at(6)
      .on(spawned(5))
      .does("info: spawned: 'web' with pid 42")
      .expect({ pid: 42, startedAtMs: 5, deadlineMs: 1005 })
      .at(1004)
      .on(due)
      .does()
      .expect({ name: 'STARTING' })
      .at(1005)
      .on(due)
      .expect({ name: 'RUNNING', failures: 0, deadlineMs: null })
      .does('info: running: web, up for 1 s (startsecs)');
  });
  test('startsecs=0 counts as started at once', () => {
    processOf({ startMs: 0 })
      .on({ type: 'startRequested' }, spawned())
      .expect({ name: 'RUNNING' })
      .does("info: spawned: 'web' with pid 42", 'info: running: web');
  });
  test('an end inside the window is a failed start, whatever the code and autorestart', () => {
    started({ autorestart: 'never' })
      .at(500)
      .on(exited(code(0), 500))
      .expect({ name: 'BACKOFF', failures: 1, deadlineMs: 1500, pid: 0, spawnError: 'Exited too quickly (process log may have details)' })
      .does('warn: exited: web (exit status 0; not expected)', 'release 7');
  });
  test('an end after the window that nobody had looked at counts as out of RUNNING', () => {
    started()
      .at(2000)
      .on(exited(code(0), 1005))
      .expect({ name: 'EXITED', failures: 0 });
  });
  test('a refusal that names the program already is said as it is', () => {
    processOf()
      .on({ type: 'startRequested' })
      .does('spawn 7')
      .on({ type: 'spawnFailed', run: RUN, reason: "can't find command 'x'", exitCode: 127, isNameless: true })
      .expect({ name: 'BACKOFF', spawnError: "can't find command 'x'" })
      .does("info: not started: can't find command 'x'");
  });
  test('a refused spawn is a failed start; its code is kept', () => {
    processOf()
      .on({ type: 'startRequested' }, { type: 'spawnFailed', run: RUN, reason: "can't find command 'x'", exitCode: 127 })
      .expect({ name: 'BACKOFF', spawnError: "can't find command 'x'", exit: code(127) })
      .does("info: not started: web: can't find command 'x'");
  });
});

describe('back-off', () => {
  test('waits one second more after each failure, then gives up', () => {
    let process = processOf({ startRetries: 2 }).on({ type: 'startRequested' });
    const runs: number[] = [];
    for (const failure of [1, 2]) {
      const { run } = process.state();
      runs.push(run);
      process = process
        .on({ type: 'exited', run, status: code(3), groupEnded: true, atMs: 0 })
        .expect({ name: 'BACKOFF', failures: failure, deadlineMs: failure * 1000 })
        .on({ type: 'deadlineReached', run })
        .expect({ name: 'BACKOFF' })
        .at(failure * 1000)
        .on({ type: 'deadlineReached', run })
        .expect({ name: 'STARTING', exit: null, spawnError: '' })
        .at(0);
    }
    const { run } = process.state();
    process
      .on({ type: 'exited', run, status: code(3), groupEnded: true, atMs: 0 })
      .expect({ name: 'FATAL', failures: 0, deadlineMs: null, exit: code(3) })
      .does(
        'warn: exited: web (exit status 3; not expected)',
        `release ${run}`,
        'error: gave up: web, after 3 tries (startretries=2); a start command tries again',
      );
    assert.deepEqual(runs, [7, 8]);
  });
  test('a stop ends it at once, without a signal, and keeps the count', () => {
    started()
      .on(exited(code(1), 6))
      .on({ type: 'stopRequested' })
      .expect({ name: 'STOPPED', failures: 1, deadlineMs: null, exit: null })
      .does();
  });
  test('the shutdown makes it FATAL, without a retry', () => {
    started()
      .on(exited(code(1), 6))
      .on({ type: 'shutdownBegun' })
      .expect({ name: 'FATAL', deadlineMs: null, wish: 'down' })
      .does();
  });
  test('what is left of the failed run is asked to end, then killed', () => {
    started()
      .on(exited(signal(11, true), 6, false))
      .expect({ name: 'BACKOFF' })
      .does('warn: exited: web (terminated by SIGSEGV (core dumped); not expected)', 'info: stopping what web has left behind', 'signal 15 group of 7');
  });
});
