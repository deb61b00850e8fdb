/** Which signals stop everything, and which a program is passed on: lists of names and numbers, on the command line of direct mode, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, modelOf, processOf } from './world.ts';

const PROGRAM = '[program:a]\ncommand=true\n';
const stopSignals = (text: string, personality: 'tsinit' | 'supervisord' = 'tsinit') =>
  modelOf(`[supervisord]\n${text}\n${PROGRAM}`, { personality }).supervisor.stopSignals;

test('TERM, INT, QUIT, PWR and RTMIN+3 stop, in every personality, or those that are written', () => {
  for (const personality of ['tsinit', 'supervisord'] as const) {
    assert.deepEqual(stopSignals('', personality), [15, 2, 3, 30, 37]);
    assert.deepEqual(stopSignals('stop_signals=SIGWINCH,term 10, RTMIN+4,TERM', personality), [28, 15, 10, 38]);
  }
});

test('a list without a signal, or with one that never comes, is refused', () => {
  const told = (text: string): string => messagesOf(`[tsinit]\nstop_signals=${text}\n${PROGRAM}`).join();
  assert.match(told(' , '), /cannot read stop_signals of \[tsinit\] .*: no signal is named; write one at least, as in TERM, INT/);
  assert.match(told('TERM, WNICH'), /'WNICH' is no signal \(did you mean WINCH\?\)/);
  for (const name of ['KILL', 'SIGSTOP', '17'])
    assert.match(told(name), new RegExp(`${name} is no signal that could reach tsinit; write others, as in TERM, INT`));
});

test('forward_signals is a word or a list; supervisord passes nothing on', () => {
  assert.equal(processOf('').forwarding, 'caught');
  assert.equal(processOf('forward_signals=All').forwarding, 'all');
  assert.equal(processOf('forward_signals=caught', { personality: 'supervisord' }).forwarding, 'caught');
  assert.deepEqual(processOf('', { personality: 'supervisord' }).forwarding, []);
  assert.deepEqual(processOf('forward_signals=none').forwarding, []);
  assert.deepEqual(processOf('forward_signals=USR1,TTIN').forwarding, [10, 21]);
  assert.match(messagesOf(`${PROGRAM}forward_signals=some\n`).join(), /cannot read forward_signals of \[program:a\] .*: 'some' is no signal/);
});

test('what stops everything starts nothing; what no longer does may', () => {
  const file = (signals: string, on: string): string => `[tsinit]\nstop_signals=${signals}\n${PROGRAM}start_on=signal:${on}\n`;
  assert.deepEqual(messagesOf(file('TERM', 'WINCH')), []);
  assert.deepEqual(messagesOf(file('TERM', 'INT')), []);
  assert.match(messagesOf(file('TERM, USR1', 'USR1')).join(), /names signal USR1, which ends everything \(stop_signals\)/);
  // A list that cannot be read is told once.
  assert.equal(messagesOf(file('NOTHING', 'USR1')).length, 1);
});

test('the standard input of tsinit is for one process', () => {
  const program = (name: string, more = ''): string => `[program:${name}]\ncommand=true\nstdin=inherit\n${more}`;
  assert.deepEqual(messagesOf(program('a') + '[program:b]\ncommand=true\nstdin=pipe\n'), []);
  assert.deepEqual(messagesOf(program('a') + program('b') + program('c')), [
    'stdin=inherit of b (/etc/t.conf:6): one process alone can have the standard input of tsinit, and a has it already; write stdin=null or stdin=pipe here',
  ]);
  assert.match(messagesOf(program('a', 'numprocs=2\nprocess_name=a%(process_num)d\n')).join(), /and this program has several \(numprocs\)/);
});
