/** Reloads of programs over played time: by signal and by command, done when they are, and what ends them early. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadyOn, ReloadSettings } from '../../../src/config/model/service-model.ts';
import { createReloads } from '../../../src/engine/features/reloads.ts';
import { createReports } from '../../../src/engine/publish/reports.ts';
import type { TaskEnd, TaskRequest } from '../../../src/engine/tasks.ts';
import { readNotification } from '../../../src/world/events/notification.ts';
import { PLAIN_SERVICE } from '../../simulate/specs.ts';
import { NO_STREAMS, benchOf, planOf } from '../support/bench.ts';

const HUP: ReloadSettings = { kind: 'signal', signal: 1, timeoutMs: 5000 };
const COMMAND: ReloadSettings = { kind: 'command', argv: ['again'], timeoutMs: 5000 };
const GOOD: TaskEnd = { kind: 'ended', code: 0, signal: null };

const start = (reload: ReloadSettings | null, readyOn: ReadyOn['kind'] & ('started' | 'notify') = 'started') => {
  const bench = benchOf(planOf(['web'], { service: { ...PLAIN_SERVICE, reload, readyOn: { kind: readyOn } }, startMs: 0 }));
  const { engine, clock } = bench;
  const reports = createReports(() => {});
  const said: string[] = [];
  const tasks: { readonly task: TaskRequest; readonly done: (end: TaskEnd) => void; isStopped: boolean }[] = [];
  const named: string[] = [];
  let believes = true;
  const reloadAt = createReloads({
    clock,
    plan: engine.plan,
    world: engine.world,
    watch: engine.watch,
    turn: engine.turn,
    startTask: (_index, task, done) => {
      const begun = { task, done, isStopped: false };
      tasks.push(begun);
      return { giveUp: () => void (begun.isStopped = true), stop: () => undefined };
    },
    reports,
    signalNamed: (pid, ofRun, signal) => {
      named.push(`${pid} of ${ofRun}: ${signal}`);
      return believes;
    },
    notice: (_level, text) => said.push(text),
  });
  const begin = (): (string | null)[] => {
    const outcomes: (string | null)[] = [];
    reloadAt(0, (problem) => outcomes.push(problem));
    return outcomes;
  };
  return {
    ...bench,
    said,
    tasks,
    named,
    begin,
    spawn: () => {
      engine.turn({ type: 'startUp' });
      engine.onKernelEvent({ type: 'spawned', run: 1, pid: 101, atMs: 0, streams: NO_STREAMS });
      bench.acts();
    },
    stop: () => engine.turn({ type: 'commandRequested', verb: 'stop', targets: [0] }),
    say: (text: string) => reports.hear(1, readNotification(text)),
    disbelieve: () => void (believes = false),
  };
};

test('a signal to the main process, or to the one that the program has named', () => {
  const { spawn, begin, acts, say, named, disbelieve, said } = start(HUP);
  spawn();
  assert.deepEqual(begin(), [null]);
  assert.ok(acts().includes('kill 1 1 process'));
  say('MAINPID=202');
  assert.deepEqual(begin(), [null]);
  assert.deepEqual([named, acts().filter((act) => act.startsWith('kill'))], [['202 of 101: 1'], []]);
  disbelieve();
  begin();
  assert.ok(acts().includes('kill 1 1 process'), 'it is gone: the program itself gets it');
  assert.deepEqual(said.slice(0, 2), ['reloading: web (reload_signal)', 'reloaded: web']);
});

test('a command with the process in MAINPID; its failure is the failure', () => {
  const { spawn, begin, tasks, say, said } = start(COMMAND);
  spawn();
  const first = begin();
  assert.deepEqual([tasks[0]?.task.argv, tasks[0]?.task.variables], [['again'], { MAINPID: '101' }]);
  assert.deepEqual(begin(), ['it is being reloaded already']);
  tasks[0]?.done(GOOD);
  assert.deepEqual(first, [null]);
  say('MAINPID=202');
  const second = begin();
  assert.deepEqual(tasks[1]?.task.variables, { MAINPID: '202' });
  tasks[1]?.done({ kind: 'ended', code: 3, signal: null });
  assert.deepEqual(second, ['reload_command: again ended with 3']);
  assert.equal(said.at(-1), 'not reloaded: web (reload_command: again ended with 3)');
});

test('ready_on=notify: done with READY=1, before or after the end of the command', () => {
  const { spawn, begin, tasks, say } = start(COMMAND, 'notify');
  spawn();
  const first = begin();
  say('RELOADING=1');
  tasks[0]?.done(GOOD);
  assert.deepEqual(first, []);
  say('READY=1');
  assert.deepEqual(first, [null]);
  const second = begin();
  say('READY=1');
  assert.deepEqual(second, []);
  tasks[1]?.done(GOOD);
  assert.deepEqual(second, [null]);
});

test('silence and the end of the run are failures, told once', () => {
  const silent = start(HUP, 'notify');
  silent.spawn();
  const first = silent.begin();
  silent.clock.advanceTo(5000);
  silent.say('READY=1');
  assert.deepEqual(first, ['it has not said READY=1 within 5 seconds']);
  const ending = start(COMMAND);
  ending.spawn();
  const second = ending.begin();
  ending.stop();
  assert.deepEqual(second, ['it has ended before it was done']);
  assert.equal(ending.tasks[0]?.isStopped, true);
});

test('what has no way to reload, or does not run, is told so', () => {
  assert.deepEqual(start(null).begin(), ['it has neither reload_command nor reload_signal']);
  assert.deepEqual(start(HUP).begin(), ['it does not run']);
});
