/** A bad configuration: every problem is told with its place, exit code 2, and nothing was started. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startContainer, tsinit } from '../support/container.ts';
import { supervise } from '../support/supervise.ts';

test('every problem is listed with its line, and no program starts', { timeout: 30_000 }, async (t) => {
  const config = [
    '[tsinit]', // 1
    'exit_policy=sometimes', // 2
    '[program:good]', // 3
    'command=/bin/echo started', // 4
    '[program:web]', // 5
    'command=/bin/true', // 6
    'autostrat=true', // 7
    'autorestart=maybe', // 8
    '[program:db]', // 9
    'command=/bin/true', // 10
    'stopsignal=TREM', // 11
    'startsecs=soon', // 12
    '[programm:x]', // 13
    'command=/bin/true', // 14
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 2);
  const told = container.stderr.text();
  for (const [line, words] of [
    [2, 'sometimes'],
    [7, 'autostrat'],
    [8, 'maybe'],
    [11, 'TREM'],
    [12, 'soon'],
    [13, 'programm'],
  ] as const) {
    const sentence = container.stderr.lines.find((text) => text.includes(words));
    assert.ok(sentence !== undefined, `no word about ${words} in:\n${told}`);
    assert.match(sentence, new RegExp(`tsinit\\.conf(:|.*line )${line}\\b`), 'it names file and line');
  }
  assert.match(told, /autostrat.*'autostart'/, 'an unknown option names the nearest known one');
  assert.match(told, /programm.*program/, 'so does an unknown kind of section');
  assert.deepEqual(container.stdout.lines, [], 'nothing was started');
});

test('a program without a command is an error', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, '[tsinit]\n[program:web]\nautostart=true\n');
  assert.equal(await container.ended, 2);
  assert.match(container.stderr.text(), /command.*program:web|program:web.*command/);
});

test('a file that is not there is named', { timeout: 30_000 }, async (t) => {
  const container = await startContainer(t, [tsinit, '-c', '/nowhere/tsinit.conf']);
  assert.equal(await container.ended, 2);
  assert.match(container.stderr.text(), /\/nowhere\/tsinit\.conf/);
});

test('a warning does not keep programs from starting', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, '[program:a]\ncommand=/bin/echo one\ncommand=/bin/echo two\nstartsecs=0\nautorestart=false\n');
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text(), /a +\| two/);
});
