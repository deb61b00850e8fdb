/** The ladder of a stop: the main process first, the rest once, KILL for all; and what is left before another run. */
import { describe, test } from 'node:test';
import type { StopScopes } from '../../src/config/model/model.ts';
import type { ProcessEvent } from '../../src/process/types.ts';
import { PLAIN_SERVICE } from '../simulate/specs.ts';
import { code, due, exited, processOf, RUN, running, started } from './one-process.ts';

const usual: { readonly stopScopes: StopScopes } = { stopScopes: { signal: 'process', wait: 'tree', kill: 'tree', later: 'group', wakes: true } };
const stray = { pid: 77, name: 'far', isStray: true } as const;
const toStop: ProcessEvent = { type: 'stopRequested' };
const shutdown: ProcessEvent = { type: 'shutdownBegun' };
const groupEnded: ProcessEvent = { type: 'groupEnded', run: RUN };
const treeEnded: ProcessEvent = { type: 'treeEnded', run: RUN };
const strayLeft = (event: ProcessEvent): ProcessEvent => ({ ...event, left: stray }) as ProcessEvent;
const stopping = (more: Partial<StopScopes> = {}) =>
  running({ stopScopes: { ...usual.stopScopes, ...more } })
    .at(2000)
    .on(toStop);

describe('a stop', () => {
  test('asks the main process, which ends with all of its own', () => {
    stopping()
      .does('debug: killing web (pid 42) with signal SIGTERM', 'signal 15 process of 7, woken')
      .expect({ deadlineMs: 7000, killAtMs: 12_000 })
      .on(exited(code(0), 2001))
      .does('info: stopped: web (exit status 0)', 'release 7')
      .expect({ name: 'STOPPED', killAtMs: null, deadlineMs: null });
  });
  test('asks the rest when the main process has ended, and gives it the rest of the time', () => {
    stopping()
      .on(strayLeft(exited(code(0), 2001, false)))
      .does('info: stopped: web (exit status 0)', 'info: stopping what is left of web: process 77 ("far")', 'signal 15 tree of 7, woken')
      .expect({ lingering: true, deadlineMs: 12_000, killAtMs: null })
      .on(strayLeft(groupEnded))
      .does()
      .at(12_000)
      .on(due)
      .does("warn: killing what is left of 'web' with SIGKILL", 'signal 9 tree of 7')
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'STOPPED', killed: true });
  });
  test('asks the rest of the group at half of the time, and nothing twice', () => {
    stopping()
      .at(7000)
      .on(due)
      .does('debug: half of the time is over: the rest of web gets the stop signal too', 'signal 15 groupRest of 7, woken')
      .expect({ deadlineMs: 12_000, killAtMs: null })
      .on(exited(code(0), 7001, false))
      .does('info: stopped: web (exit status 0)', 'info: stopping what is left of web', 'signal 15 strays of 7, woken');
    stopping()
      .at(7000)
      .on(due)
      .at(12_000)
      .on(due)
      .does("warn: killing 'web' (42) with SIGKILL", 'signal 9 tree of 7')
      .on(exited(code(0), 12_001, false))
      .does('info: stopped: web (exit status 0)');
  });
  test('of a group, of a tree, of all at once', () => {
    stopping({ wait: 'group' })
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)', 'info: stopping what is left of web', 'signal 15 group of 7, woken');
    stopping({ wait: 'group' })
      .at(7000)
      .on(due, exited(code(0), 7001, false))
      .does('info: stopped: web (exit status 0)')
      .expect({ deadlineMs: 12_000 });
    stopping({ later: 'tree' })
      .at(7000)
      .on(due)
      .does('debug: half of the time is over: the rest of web gets the stop signal too', 'signal 15 treeRest of 7, woken');
    stopping({ signal: 'group' })
      .does('debug: killing web (pid 42) process group with signal SIGTERM', 'signal 15 group of 7, woken')
      .expect({ deadlineMs: 12_000, killAtMs: null })
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)', 'info: stopping what is left of web', 'signal 15 strays of 7, woken');
  });
  test('of the main process alone, whose rest has two seconds, asks it before half of the time', () => {
    stopping({ wait: 'process' })
      .on(exited(code(0), 2001, false))
      .expect({ deadlineMs: 4000, killAtMs: null });
  });
  test('has no half without time', () => {
    running({ ...usual, stopWaitMs: 0 })
      .at(2000)
      .on(toStop)
      .expect({ deadlineMs: 2000, killAtMs: null });
  });
  test('of everything hurries one that is under way', () => {
    stopping().at(11_000).on(shutdown).expect({ deadlineMs: 7000, killAtMs: 12_000 });
    running({ ...usual, stopWaitMs: 10_000 })
      .at(2000)
      .on(toStop)
      .on(shutdown)
      .expect({ deadlineMs: 7000, killAtMs: 12_000 });
  });
});

describe('what a failed run has left behind', () => {
  const failed = () =>
    started(usual)
      .at(6)
      .on(exited(code(3), 6, false))
      .does('warn: exited: web (exit status 3; not expected)', 'info: stopping what web has left behind', 'signal 15 tree of 7, woken')
      .expect({ name: 'BACKOFF', lingering: true, deadlineMs: 1006, killAtMs: 10_006 });
  test('ends in time: the next start comes when it was to come', () => {
    for (const event of [groupEnded, treeEnded])
      failed().on(event).does('release 7').expect({ lingering: false, deadlineMs: 1006 }).at(1006).on(due).does('spawn 8');
  });
  test('ends later: the next start waits for that, and follows at once', () => {
    failed().at(1006).on(due).does().on(strayLeft(groupEnded)).does().expect({ deadlineMs: 10_006 }).on(treeEnded).does('release 7', 'spawn 8');
  });
  test('does not end: KILL, and a second', () => {
    failed()
      .at(1006)
      .on(due)
      .at(10_006)
      .on(due)
      .does('warn: killing what web has left behind with SIGKILL', 'signal 9 tree of 7')
      .expect({ name: 'BACKOFF', deadlineMs: 11_006 })
      .at(11_006)
      .on(due)
      .does('release 7', 'spawn 8');
    failed().at(20_000).on(due).does('warn: killing what web has left behind with SIGKILL', 'signal 9 tree of 7');
  });
  test('goes on ending when a stop comes, or the shutdown', () => {
    failed()
      .on(toStop)
      .expect({ name: 'STOPPED', lingering: true, deadlineMs: 10_006, killAtMs: null })
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'STOPPED' });
    failed().at(1006).on(due, toStop).expect({ name: 'STOPPED', deadlineMs: 10_006 });
    failed()
      .on(shutdown)
      .expect({ name: 'FATAL', lingering: true, deadlineMs: 10_006 })
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'FATAL', lingering: false });
    failed().at(1006).on(due, shutdown).expect({ name: 'FATAL', deadlineMs: 10_006 });
  });
  test('is ended when the program is given up, which a start waits for', () => {
    const givenUp = () =>
      processOf({ ...usual, startRetries: 0 })
        .on({ type: 'startRequested' }, { type: 'spawned', run: RUN, pid: 42, atMs: 5 }, exited(code(3), 6, false))
        .expect({ name: 'FATAL', lingering: true, deadlineMs: 10_000 });
    givenUp().on(treeEnded).does('release 7').expect({ name: 'FATAL', lingering: false });
    givenUp().on({ type: 'startRequested' }).expect({ name: 'STOPPED' }).on(treeEnded).does('release 7', 'spawn 8');
  });
});

describe('the shutdown while a start is waited for', () => {
  const withDelay = { ...PLAIN_SERVICE, restart: { delayMs: 5000, mostDelayMs: 0, factor: 1, jitter: 0, budget: null } };
  const delayed = (status: number) =>
    running({ ...usual, autorestart: 'always', service: withDelay })
      .on(exited(code(status), 2000))
      .expect({ name: 'BACKOFF' });
  test('by restart_delay: it has ended, with the code that it had', () => {
    for (const status of [0, 3])
      delayed(status)
        .on(shutdown)
        .expect({ name: 'EXITED', exit: code(status), wish: 'down', deadlineMs: null });
  });
  test('after an expected exit that came too quickly: it has ended; after another one it has failed', () => {
    started(usual)
      .on(exited(code(0), 6))
      .on(shutdown)
      .expect({ name: 'EXITED', failures: 0 });
    started(usual)
      .on(exited(code(3), 6))
      .on(shutdown)
      .expect({ name: 'FATAL' });
    started()
      .on(exited(code(0), 6))
      .on(shutdown)
      .expect({ name: 'FATAL' });
  });
});
