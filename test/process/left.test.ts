/** What a run leaves behind: waited for, told to end, killed, or merely told about, as the program's scopes say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StopScopes } from '../../src/config/model/model.ts';
import type { ProcessEvent } from '../../src/process/types.ts';
import { code, due, exited, RUN, running, started } from './one-process.ts';

const stray = { pid: 77, name: 'we"b', isStray: true } as const;
const inGroup = { pid: 78, name: 'web', isStray: false } as const;
const scopes = (signal: StopScopes['signal'], wait: StopScopes['wait'], kill: StopScopes['kill']) => ({ stopScopes: { signal, wait, kill } });
const usual = scopes('group', 'group', 'tree');
const withLeft = (event: ProcessEvent, left: typeof stray | typeof inGroup): ProcessEvent => ({ ...event, left }) as ProcessEvent;
const groupEnded: ProcessEvent = { type: 'groupEnded', run: RUN };
const treeEnded: ProcessEvent = { type: 'treeEnded', run: RUN };
const toStop: ProcessEvent = { type: 'stopRequested' };
const toStart: ProcessEvent = { type: 'startRequested' };

describe('a stop', () => {
  test('of a group: strays are told once the group has ended, and have two seconds', () => {
    running(usual)
      .at(2000)
      .on(toStop)
      .does('debug: killing web (pid 42) process group with signal SIGTERM', 'signal 15 group of 7')
      .at(3000)
      .on(withLeft(exited(code(0), 3000), stray))
      .does('info: stopped: web (exit status 0)', 'info: stopping what web has left behind: process 77 ("we\\"b")', 'signal 15 tree of 7')
      .expect({ name: 'STOPPING', lingering: true, deadlineMs: 5000 })
      .at(5000)
      .on(due)
      .does("warn: killing what is left of 'web' with SIGKILL", 'signal 9 tree of 7')
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'STOPPED', leftPid: 0 });
  });
  test('strays that show when the group has ended are told then; the deadline is never later than the stop', () => {
    running(usual)
      .at(2000)
      .on(toStop)
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)')
      .at(11_500)
      .on(withLeft(groupEnded, stray))
      .does('info: stopping what web has left behind: process 77 ("we\\"b")', 'signal 15 tree of 7')
      .expect({ deadlineMs: 12_000 });
  });
  test('after KILL nobody is told any more', () => {
    running(usual)
      .on(toStop)
      .at(99_000)
      .on(due)
      .on(withLeft(exited(code(0), 99_001), stray))
      .does('info: stopped: web (exit status 0)')
      .expect({ lingering: true })
      .on(withLeft(groupEnded, stray))
      .does()
      .on(treeEnded)
      .expect({ name: 'STOPPED' });
  });
  test('of a tree: its signal reaches all, and it waits for all', () => {
    running(scopes('tree', 'tree', 'tree'))
      .at(2000)
      .on(toStop)
      .does('debug: killing web (pid 42) process tree with signal SIGTERM', 'signal 15 tree of 7')
      .on(withLeft(exited(code(0), 2001, false), inGroup))
      .does('info: stopped: web (exit status 0)')
      .on(withLeft(groupEnded, stray))
      .does()
      .expect({ lingering: true, deadlineMs: 12_000 })
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'STOPPED' });
  });
  test('of a tree whose main process alone is told', () => {
    running(scopes('process', 'tree', 'tree'))
      .on(toStop)
      .does('debug: killing web (pid 42) with signal SIGTERM', 'signal 15 process of 7')
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)')
      .on(groupEnded)
      .does('release 7');
  });
  test('of the main process: what else there is has two seconds from its end', () => {
    running(scopes('process', 'process', 'tree'))
      .at(2000)
      .on(toStop)
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)', 'info: stopping what web has left behind', 'signal 15 tree of 7')
      .on(withLeft(groupEnded, stray))
      .does()
      .expect({ lingering: true, deadlineMs: 4000 });
  });
  test('of a group by killasgroup: strays are let be', () => {
    running(scopes('group', 'group', 'group'))
      .on(toStop)
      .on(withLeft(exited(code(0), 2001, false), stray))
      .does('info: stopped: web (exit status 0)')
      .on(withLeft(groupEnded, stray))
      .does('release 7')
      .expect({ name: 'STOPPED' });
  });
  test('an end of strays is no news while the main process lives, or once nothing is waited for', () => {
    for (const one of [running(usual), started(usual), running(usual).on(toStop)]) one.on(treeEnded).does();
    started(usual)
      .on(exited(code(1), 6))
      .on(treeEnded)
      .does()
      .expect({ name: 'BACKOFF' });
  });
});

const TOLD =
  'warn: in the background: process 77 ("we\\"b"), which web has left there, lives on and is not supervised; let web run in the foreground, or name its pid file in pid_file';

describe('a program that puts itself into the background', () => {
  const daemon = (more: Parameters<typeof running>[0] = {}) =>
    running({ ...usual, ...more })
      .at(3000)
      .on(withLeft(exited(code(0), 3000), stray));
  test('has ended, is told about, and is known of', () => {
    daemon().does('info: exited: web (exit status 0; expected)', TOLD, 'release 7').expect({ name: 'EXITED', leftPid: 77, lingering: false });
  });
  test('also when its group ends later than its main process', () => {
    running(usual)
      .at(3000)
      .on(withLeft(exited(code(0), 3000, false), inGroup))
      .does('info: exited: web (exit status 0; expected)', 'release 7')
      .expect({ name: 'EXITED', leftPid: 78 })
      .on(withLeft(groupEnded, stray))
      .does(TOLD)
      .expect({ leftPid: 77 })
      .on(withLeft(groupEnded, stray))
      .does()
      .on(treeEnded)
      .does()
      .expect({ name: 'EXITED', leftPid: 0 });
  });
  test('is ended before the next start, gently, then by KILL', () => {
    daemon()
      .on(toStart)
      .does('info: stopping what web has left behind: process 77', 'signal 15 tree of 7')
      .expect({ name: 'EXITED', lingering: true, wish: 'up', deadlineMs: 13_000 })
      .on(toStart)
      .does()
      .on(withLeft(groupEnded, stray))
      .does()
      .at(13_000)
      .on(due)
      .does('warn: killing what web has left behind with SIGKILL', 'signal 9 tree of 7')
      .expect({ killed: true, deadlineMs: 14_000 })
      .on(treeEnded)
      .does('release 7', 'spawn 8')
      .expect({ name: 'STARTING', leftPid: 0, lingering: false });
  });
  test('starts all the same when the kernel does not let it die', () => {
    daemon().on(toStart).at(13_000).on(due).at(14_000).on(due).does('release 7', 'spawn 8');
  });
  test('is ended by a stop, which it outlasts no longer than a start', () => {
    daemon()
      .on(toStop)
      .does('info: stopping what web has left behind: process 77', 'signal 15 tree of 7')
      .expect({ name: 'EXITED', wish: 'down', lingering: true })
      .on(toStop)
      .does()
      .expect({ lingering: true })
      .on(treeEnded)
      .does('release 7')
      .expect({ name: 'EXITED', leftPid: 0, lingering: false, deadlineMs: null })
      .on(toStart)
      .does('spawn 8');
  });
  test('a restart: stop, then start', () => {
    daemon().on(toStop, toStart).expect({ lingering: true, wish: 'up' }).on(treeEnded).does('release 7', 'spawn 8');
  });
  test('is left to the sweep when everything ends, or goes on ending', () => {
    daemon().on({ type: 'shutdownBegun' }, toStop).does().expect({ lingering: false, leftPid: 77, wish: 'down' });
    daemon().on(toStart, { type: 'shutdownBegun' }).does().expect({ lingering: true, wish: 'down' }).on(treeEnded).does('release 7');
  });
  test('is ended before a restart of its own accord', () => {
    daemon({ autorestart: 'always' })
      .does('info: exited: web (exit status 0; expected)', TOLD, 'info: stopping what web has left behind: process 77 ("we\\"b")', 'signal 15 tree of 7')
      .expect({ name: 'EXITED', lingering: true, leftPid: 77, deadlineMs: 13_000 })
      .on(withLeft(groupEnded, stray))
      .does()
      .on(treeEnded)
      .does('release 7', 'spawn 8');
  });
  test('within startsecs it is a failed start, and ended', () => {
    started(usual)
      .on(withLeft(exited(code(0), 6), stray))
      .does('warn: exited: web (exit status 0; not expected)', TOLD, 'info: stopping what web has left behind: process 77 ("we\\"b")', 'signal 15 tree of 7')
      .expect({ name: 'BACKOFF', leftPid: 77, lingering: true });
  });
  test("under supervisord's scopes it is told about and let be", () => {
    const alone = scopes('process', 'process', 'process');
    daemon(alone).expect({ leftPid: 77 }).on(toStop).does().expect({ lingering: false }).on(toStart).does('spawn 8');
    daemon({ ...scopes('group', 'group', 'group'), autorestart: 'always' }).does('info: exited: web (exit status 0; expected)', TOLD, 'release 7', 'spawn 8');
    running({ ...scopes('group', 'group', 'group'), autorestart: 'always' })
      .on(exited(code(0), 3000, false))
      .on(withLeft(groupEnded, stray))
      .does('release 7', 'spawn 8');
  });
  test('one that failed has not put itself there', () => {
    const state = running(usual)
      .on({ type: 'shutdownBegun' })
      .on(withLeft(exited(code(3), 3000), stray))
      .does('warn: exited: web (exit status 3; not expected)', 'release 7')
      .state();
    assert.equal(state.leftPid, 77);
  });
});
