/** When the container ends, and with which code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const tell = `${fixture('tell_signals')} --exit 15=0`;
const exit = (code: number | string): string => `/bin/sh -c 'exit ${code}'`;
const header = (policy: string): string => `[tsinit]\nexit_policy=${policy}\n`;

type Case = { readonly title: string; readonly config: string; readonly code: number };

const cases: readonly Case[] = [
  { title: 'all is the default: every program ended as expected', config: once('a', exit(0)) + once('b', exit(0)), code: 0 },
  { title: 'all: the first failure decides', config: once('a', exit(3)) + once('b', exit(0)), code: 3 },
  { title: 'all: an expected code is no failure', config: once('a', exit(3), 'exitcodes=0,3'), code: 0 },
  { title: 'all: 128+n for a signal', config: once('a', `/bin/sh -c 'kill -9 $$'`), code: 137 },
  { title: 'all: code 255', config: once('a', exit(255)), code: 255 },
  { title: 'all: a missing command is a failure of 127', config: once('a', '/no/such/program', 'startretries=0'), code: 127 },
  { title: 'all: a command that is not executable is a failure of 126', config: once('a', '/etc/passwd', 'startretries=0'), code: 126 },
  {
    title: 'all: a FATAL program counts as failed',
    config: `[program:a]\ncommand=${exit(4)}\nstartsecs=5\nstartretries=0\n` + once('b', exit(0)),
    code: 4,
  },
  { title: 'any: the first that ends for good', config: header('any') + once('a', exit(5)) + steady('b', tell), code: 5 },
  { title: 'any: with 0 too', config: header('any') + once('a', exit(0)) + steady('b', tell), code: 0 },
  {
    title: 'essential: others do not count',
    config:
      header('essential') +
      once('a', exit(3), 'priority=1') +
      once('b', `/bin/sh -c 'exec ${fixture('orphans')} 500; exit 1'`, 'essential=true') +
      steady('c', tell),
    code: 0,
  },
  { title: 'essential: its code', config: header('essential') + once('a', exit(6), 'essential=true') + steady('b', tell), code: 6 },
];

for (const { title, config, code } of cases)
  test(`exit policy ${title}`, { timeout: 30_000 }, async (t) => {
    const container = await supervise(t, config);
    assert.equal(await container.ended, code, container.stderr.text());
  });

test('exit policy any stops the others in order', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, header('any') + steady('b', tell) + once('a', `${fixture('tell_signals')} --exit 10=7`));
  await container.stdout.line(/a +\| main ready/);
  await container.stdout.line(/b +\| main ready/);
  container.signal('SIGUSR1');
  assert.equal(await container.ended, 7);
  assert.deepEqual(
    linesOf(container.stdout.lines, 'b'),
    ['main ready', 'signal 10', 'signal 15'].map((text) => text.replace(/^signal/, 'main signal')),
  );
});

test('exit policy never goes on when all programs have ended', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, header('never') + once('a', exit(3)) + once('b', exit(0)));
  await container.stderr.line(/exited: a \(exit status 3/);
  await container.stderr.line(/exited: b \(exit status 0/);
  container.signal('SIGUSR1'); // an init that had begun to end would not mind; one that lives takes it, and TERM after it
  container.signal('SIGTERM');
  assert.equal(typeof (await container.ended), 'number');
  assert.match(container.stderr.text(), /SIGTERM/, 'it was there to take the signal');
});

test('a requested stop of healthy programs ends with 0', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, steady('a', fixture('tell_signals') + ' --exit 15=0') + steady('b', '/bin/sleep 1000'));
  await container.stdout.line(/a +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});
