/** A run goes on with the process that its pid file names. */
import { test } from 'node:test';
import { code, exited, processOf, RUN, running, started } from './one-process.ts';
import type { ProcessEvent } from '../../src/process/types.ts';

const followed: ProcessEvent = { type: 'followed', run: RUN, pid: 99 };
const FILE = { pidFile: '/run/web.pid', stopScopes: { signal: 'process', wait: 'process', kill: 'process' } } as const;
const TOLD = "info: followed: 'web' runs on with pid 99, named by /run/web.pid";

test('within the start window and after it', () => {
  started(FILE).on(followed).expect({ name: 'STARTING', pid: 99, lastPid: 99 }).does(TOLD);
  running(FILE).on(followed).expect({ name: 'RUNNING', pid: 99, lastPid: 99 }).does(TOLD);
  running().on(followed).does("info: followed: 'web' runs on with pid 99, named by its pid file");
});

test('a stop that came before the answer is sent again', () => {
  running(FILE)
    .on({ type: 'stopRequested' })
    .on(followed)
    .expect({ name: 'STOPPING', pid: 99 })
    .does(TOLD, 'debug: killing web (pid 99) with signal SIGTERM', `signal 15 process of ${RUN}`);
});

test('too late: nothing', () => {
  running({ ...FILE, autorestart: 'never' })
    .on(exited(code(0), 2000))
    .expect({ name: 'EXITED' })
    .on(followed)
    .expect({ name: 'EXITED', pid: 0 })
    .does();
  started(FILE)
    .on(exited(code(0), 10))
    .expect({ name: 'BACKOFF' })
    .on(followed)
    .expect({ name: 'BACKOFF', pid: 0 })
    .does();
  running({ ...FILE, stopScopes: { signal: 'process', wait: 'group', kill: 'group' } })
    .on({ type: 'stopRequested' }, exited(code(0), 2000, false))
    .expect({ name: 'STOPPING', lingering: true })
    .on(followed)
    .expect({ name: 'STOPPING', pid: 0, lingering: true })
    .does();
  processOf(FILE).on(followed).expect({ name: 'STOPPED' }).does();
});
