/** The log path behind the output port: notices before it is open, whose log they go to, and what is handed on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLateOutput, type OpenLog } from '../../src/engine/output.ts';
import type { Logs } from '../../src/logs/logs.ts';
import { createRepeats } from '../../src/engine/publish/repeats.ts';
import { specOf } from '../simulate/specs.ts';
import { fakeClock } from './support/bench.ts';

const play = () => {
  const calls: string[] = [];
  let finish: () => void = () => {};
  const refuse = (): never => {
    throw new Error('not for the output port');
  };
  const logs = {
    attach: (index: number, run: number, name: string, stream: string, fd: number) => void calls.push(`attach ${index} ${run} ${name} ${stream} ${fd}`),
    finish: (run: number, done: () => void, options?: { readonly keepOpen: boolean }) => {
      calls.push(`finish ${run} ${options?.keepOpen === true ? 'kept open' : 'closed'}`);
      finish = done;
    },
    drain: (deadlineMs: number, done: () => void) => {
      calls.push(`drain ${deadlineMs}`);
      done();
    },
    reopenFiles: () => void calls.push('reopen files'),
    renumber: (moved: ReadonlyMap<number, number>) => void calls.push(`renumber ${[...moved].join(' ')}`),
    notice: refuse,
    resume: refuse,
    processOf: refuse,
    settle: refuse,
    onReady: refuse,
  } as unknown as Logs;
  const own = (name: string, saysDebug = true): OpenLog => ({
    log: { says: (level) => level !== 'debug' || saysDebug, write: (level, text) => void calls.push(`${name} ${level}: ${text}`) },
    reopen: () => void calls.push(`${name} reopened`),
    close: () => void calls.push(`${name} closed`),
  });
  const clock = fakeClock();
  const late = createLateOutput({ attach: (run, fd) => void calls.push(`input ${run} ${fd}`), end: (run) => void calls.push(`end input ${run}`) }, (write) =>
    createRepeats(clock, write),
  );
  return { ...late, logs, own, clock, calls: () => calls.splice(0), finished: () => finish() };
};

test('notices that come before the log path is open wait for it, in order', () => {
  const { port, open, logs, own, calls } = play();
  port.notice('info', 'first');
  port.notice('debug', 'second');
  assert.deepEqual(calls(), []);
  open(logs, own('log'));
  port.notice('critical', 'third');
  assert.deepEqual(calls(), ['log info: first', 'log debug: second', 'log critical: third']);
});

test('lines that the log does not say keep no loop alive: what comes after its minute is said', () => {
  const { port, open, logs, own, clock, calls } = play();
  open(logs, own('log', false));
  for (let time = 0; time < 3; time += 1) port.notice('warn', 'exited: web', 'web');
  for (let second = 0; second < 70; second += 10) {
    clock.advanceTo(second * 1_000);
    port.notice('debug', 'web says STATUS=busy', 'web');
  }
  calls();
  port.notice('warn', 'exited: web', 'web');
  assert.deepEqual(calls(), ['log warn: exited: web']);
});

test('another configuration may bring another log: the former is closed', () => {
  const { port, open, replaceLog, logs, own, calls } = play();
  open(logs, own('one'));
  replaceLog(own('two'));
  port.notice('info', 'hello');
  port.reopen();
  assert.deepEqual(calls(), ['one closed', 'two info: hello', 'two reopened', 'reopen files']);
});

test('streams that there are get readers; the end of a run is read to the end of its pipes', () => {
  const { port, open, logs, own, calls, finished } = play();
  open(logs, own('log'));
  const done: string[] = [];
  port.attach(2, 9, specOf('web', { group: 'pool' }), { stdin: null, stdout: 20, stderr: 21 }, 100);
  port.attach(3, 10, specOf('db'), { stdin: null, stdout: null, stderr: 22 }, 100);
  port.attach(4, 11, specOf('quiet'), { stdin: null, stdout: null, stderr: null }, 100);
  port.finish(9, () => void done.push('finish'));
  assert.equal(done.length, 0);
  finished();
  port.drain(77, () => void done.push('drain'));
  port.renumber(new Map([[3, 0]]));
  assert.deepEqual(calls(), [
    'attach 2 9 pool:web stdout 20',
    'attach 2 9 pool:web stderr 21',
    'attach 3 10 db stderr 22',
    'finish 9 kept open',
    'end input 9',
    'drain 77',
    'renumber 3,0',
  ]);
  assert.deepEqual(done, ['finish', 'drain']);
});

test("a program's standard input is held open until its run has been read to its end", () => {
  const { port, open, logs, own, calls, finished } = play();
  open(logs, own('log'));
  port.attach(0, 5, specOf('listener'), { stdin: 30, stdout: null, stderr: null }, 100);
  port.finish(5, () => {});
  assert.deepEqual(calls(), ['input 5 30', 'finish 5 kept open']);
  finished();
  assert.deepEqual(calls(), ['end input 5']);
});

test('output before the log path is open is a mistake of ours', () => {
  const { port } = play();
  assert.throws(() => port.attach(0, 1, specOf('web'), { stdin: null, stdout: 5, stderr: null }, 100), /before the log path is open/u);
});
