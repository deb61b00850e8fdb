/** All problems at once: order, bounds, files that are not there, the command line, supervisord's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../src/config/read/load.ts';
import { loadText, memoryWorld, messagesOf, modelOf } from './world.ts';

const P = '[program:p]\ncommand=true\n';

test('all problems at once, in reading order, each with its place', () => {
  const result = loadText('[program:p]\ncommand=%(x)s\nautostart=maybe\n[program:q]\nnumprocs=many\n[tsinit]\nloglevel=loud\nenvironment=A\n');
  assert.ok(!result.ok);
  assert.deepEqual(
    result.problems.map(({ place }) => place?.line),
    [7, 8],
  );
  const again = loadText('[program:p]\ncommand=%(x)s\nautostart=maybe\n[program:q]\nnumprocs=many\n[tsinit]\nloglevel=loud\n');
  assert.ok(!again.ok);
  assert.deepEqual(
    again.problems.map(({ place }) => place?.line),
    [2, 3, 4, 5, 7],
  );
});

test('one mistake in a program of many processes is one problem', () => {
  assert.equal(messagesOf('[program:p]\ncommand=%(x)s\nnumprocs=3\nprocess_name=%(process_num)d\n').length, 1);
});

test('an endless file of mistakes is cut', () => {
  const many = Array.from({ length: 3000 }, (_, index) => `x${index}=1`).join('\n');
  assert.equal(messagesOf(`${P}${many}\n`).length, 1000);
  assert.equal(messagesOf(`${P}${'oops\n'.repeat(100)}`).length, 20);
});

test('a file that is too long', () => {
  assert.match(messagesOf(`#${'x'.repeat(1024 * 1024)}`)[0] ?? '', /is longer than 1 MiB/);
});

test('no file, an unreadable one, the first of several', () => {
  const world = memoryWorld({ '/b': P });
  const settings = { personality: 'tsinit', overrides: [] } as const;
  const messages = (paths: readonly string[], readFile = world.readFile): string => {
    const result = load({ ...world, readFile }, paths, settings);
    return result.ok ? result.files.join(' ') : result.problems.map(({ message }) => message).join('\n');
  };
  assert.equal(messages(['/a']), 'cannot read the configuration /a: ENOENT: no such file; name a file that can be read with -c FILE');
  assert.equal(messages(['/a', '/b', '/c']), '/b');
  assert.match(messages(['/a', '/c']), /^there is no configuration; looked for \/a, \/c; name one with -c FILE/);
  assert.match(
    messages(['/a', '/b'], () => ({ error: 'EACCES: permission denied' })),
    /cannot read the configuration \/a: EACCES/,
  );
});

test('supervisord has its own words for files', () => {
  const world = memoryWorld({});
  const first = (paths: readonly string[], readFile = world.readFile): string | undefined => {
    const result = load({ ...world, readFile }, paths, { personality: 'supervisord', overrides: [] });
    return result.ok ? undefined : result.problems[0]?.message;
  };
  assert.equal(first(['/a']), 'could not find config file /a');
  assert.equal(
    first(['/a'], () => ({ error: 'EACCES' })),
    'could not read config file /a',
  );
  assert.equal(first(['/a', '/b']), 'No config file found at default paths (/a, /b); use the -c option to specify a config file at a different path');
});

test('supervisord lets pass what it does not know, with our warning', () => {
  const options = { personality: 'supervisord' } as const;
  assert.deepEqual(messagesOf('[supervisord]\n[foo]\n[program:p]\ncommand=a "b\nzzzzzz=1\n', options).length, 3);
  assert.deepEqual(modelOf('[supervisord]\n[program:p]\ncommand=a "b\n', options).groups[0]?.processes[0]?.argv, []);
  assert.deepEqual(messagesOf('[supervisord]\n[program:p]\ncommand=x\nredirect_stderr=1\nstderr_logfile=/tmp/x\nstdout_logfile_maxbytes=0\n', options), [
    'For [program:p], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored',
    'For [program:p], AUTO logging used for stdout_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally',
  ]);
});

test('a warning too many hides no error', () => {
  const repeated = Array.from({ length: 1001 }, (_, index) => `x${index}=1\n`).join('');
  const result = loadText(`[rpcinterface:x]\n${repeated}${repeated}supervisor.rpcinterface_factory=a:b\n${P}`);
  assert.ok(!result.ok);
  assert.equal(result.problems.length, 1001);
});

test('bad priorities and bad sockets hide nothing else', () => {
  assert.equal(messagesOf('[fcgi-program:f]\npriority=x\nsocket=y\nautostart=z\n').length, 4);
  assert.equal(messagesOf('[eventlistener:f]\npriority=x\nautostart=z\n').length, 4);
});

test('the command line beats the file, and its values are checked too', () => {
  const overrides = [{ option: 'loglevel', flag: '-e', text: 'debug' }];
  assert.equal(modelOf(`[tsinit]\nloglevel=error\n${P}`, { overrides }).supervisor.logLevel, 'debug');
  const bad = [{ option: 'loglevel', flag: '-e', text: 'loud' }];
  assert.match(messagesOf(P, { overrides: bad })[0] ?? '', /^cannot read -e of the command line: 'loud' is no log level/);
  assert.deepEqual(messagesOf('[supervisord]\n', { overrides: bad, personality: 'supervisord' }), [
    "invalid value for -e 'loud': bad logging level name 'loud'",
  ]);
});
