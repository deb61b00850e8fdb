/** The pid file of a program: where it lies, and pidproxy in a command of supervisord's personality. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processOf } from './world.ts';

const fileAndWords = (options: string, personality: 'tsinit' | 'supervisord' = 'tsinit') => {
  const { pidFile, argv } = processOf(options, { personality });
  return [pidFile, argv.join(' ')];
};

test('it lies where the program sees it', () => {
  assert.deepEqual(fileAndWords('autostart=true'), [null, 'true']);
  assert.deepEqual(fileAndWords('pid_file=/run/x_%(process_num)d.pid'), ['/run/x_0.pid', 'true']);
  assert.deepEqual(fileAndWords('pid_file=x.pid'), ['x.pid', 'true']);
  assert.deepEqual(fileAndWords('pid_file=x.pid\ndirectory=/var'), ['/var/x.pid', 'true']);
  assert.deepEqual(fileAndWords('pid_file=x.pid\ndirectory=/var\nchroot=/jail'), ['/jail/var/x.pid', 'true']);
  assert.deepEqual(fileAndWords('pid_file=x.pid\nchroot=/jail'), ['x.pid', 'true']);
});

test('pidproxy, as it may be called', () => {
  for (const words of [
    'pidproxy',
    '/usr/bin/pidproxy',
    '/x/pidproxy.py',
    'python /x/pidproxy.py',
    '/usr/bin/python3.11 -u -OO /usr/bin/pidproxy',
    'python3 -m supervisor.pidproxy',
    'python3 -u -m supervisor.pidproxy',
    'python3 -um supervisor.pidproxy',
  ]) {
    assert.deepEqual(fileAndWords(`command=${words} /run/x.pid x -m y`, 'supervisord'), ['/run/x.pid', 'x -m y'], words);
  }
  assert.deepEqual(fileAndWords('command=pidproxy /run/x.pid x\npid_file=/run/y.pid', 'supervisord'), ['/run/y.pid', 'x']);
  assert.deepEqual(fileAndWords('command=pidproxy /run/x.pid x'), [null, 'pidproxy /run/x.pid x']);
});

test('what is no pidproxy stays as it is', () => {
  for (const words of [
    'pidproxy',
    'pidproxy /run/x.pid',
    'x pidproxy /run/x.pid y',
    'python',
    'python -u',
    'python -m json pidproxy x y',
    'python -m',
    'python x.py /a b',
  ]) {
    assert.deepEqual(fileAndWords(`command=${words}`, 'supervisord'), [null, words]);
  }
});
