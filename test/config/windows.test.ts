/** Options about the whole: the window of a stop, its delay, budgets and limits of the start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from '../../src/config/model/diff.ts';
import { messagesOf, modelOf, processOf } from './world.ts';

const PROGRAM = '[program:a]\ncommand=true\n';
const supervisorOf = (options: string, environment: Readonly<Record<string, string>> = {}, personality: 'tsinit' | 'supervisord' = 'tsinit') =>
  modelOf(`[supervisord]\n${options}\n${PROGRAM}`, { personality, world: { environment } }).supervisor;

test('the environment decides the stop window, then the file, then what engines are known to allow', () => {
  assert.equal(supervisorOf('').stopWindowMs, 10_000);
  assert.equal(supervisorOf('', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }).stopWindowMs, 30_000);
  assert.equal(supervisorOf('stop_window=50', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }).stopWindowMs, 50_000);
  assert.equal(supervisorOf('stop_window=50', { TSINIT_STOP_WINDOW: '20' }).stopWindowMs, 20_000);
  assert.equal(supervisorOf('stop_window=50', { TSINIT_STOP_WINDOW: '' }).stopWindowMs, 50_000);
  assert.equal(supervisorOf('stop_window=0').stopWindowMs, null);
  assert.equal(supervisorOf('stop_window=50', { TSINIT_STOP_WINDOW: '0' }).stopWindowMs, null);
});

test('supervisord has no window, unless it is told', () => {
  assert.equal(supervisorOf('', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'supervisord').stopWindowMs, null);
  assert.equal(supervisorOf('', { TSINIT_STOP_WINDOW: '20' }, 'supervisord').stopWindowMs, 20_000);
  assert.equal(supervisorOf('stop_window=50', {}, 'supervisord').stopWindowMs, 50_000);
});

test('a window that is no number is a mistake, wherever it is from', () => {
  assert.deepEqual(messagesOf(PROGRAM, { world: { environment: { TSINIT_STOP_WINDOW: 'long' } } }), [
    "cannot read TSINIT_STOP_WINDOW of the environment: 'long' is no duration; write seconds, or a number with ms, s, m, h or d, as in 10, 0.5, 500ms, 30s, 5m",
  ]);
  const [message, ...others] = messagesOf(`[tsinit]\nstop_window=long\n${PROGRAM}`);
  assert.match(message ?? '', /stop_window of \[tsinit\] \(\/etc\/t.conf:2\)/);
  assert.deepEqual(others, []);
});

test('the rest is off unless it is written', () => {
  const { drainDelayMs, crashBudget, startTimeoutMs, parallelStart } = supervisorOf('');
  assert.deepEqual([drainDelayMs, crashBudget, startTimeoutMs, parallelStart], [0, null, 0, 0]);
  const all = supervisorOf('drain_delay=5\ncrash_budget=3/60\nstart_timeout=90\nparallel_start=2');
  assert.deepEqual([all.drainDelayMs, all.crashBudget, all.startTimeoutMs, all.parallelStart], [5000, { count: 3, periodMs: 60_000 }, 90_000, 2]);
  assert.match(messagesOf(`[tsinit]\ncrash_budget=3\n${PROGRAM}`)[0] ?? '', /3 is no budget; write failures\/duration as in 5\/60 or 5\/1m/);
});

test('to write down what is usual is to mean it, but changes nothing that runs', () => {
  assert.deepEqual([processOf('').hasUsualStopWait, processOf('stopwaitsecs=10').hasUsualStopWait], [true, false]);
  assert.deepEqual(diff(modelOf(PROGRAM), modelOf(`${PROGRAM}stopwaitsecs=10\n`)).changed, []);
});
