/** Direct mode while its command's file is on a file system that does not answer: init itself waits for nothing. */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { childrenOf, namedPipe, startContainer, tsinit, until } from '../../support/container.ts';
import { fixture, withPython } from '../../support/fixtures.ts';
import { hungFile } from '../../support/hung-file.ts';

const limit = { timeout: 30_000 }; // the kernel takes the file back after 45 s
const teller = fixture('tell_signals');

for (const [name, options, code] of [
  ['alone', [], 143],
  ['with --wait-all', ['--wait-all'], 143],
  ['with --stop-timeout', ['--stop-timeout', '20'], 143],
] as const) {
  test(`TERM ends a command that hangs on its way to exec, ${name}`, limit, async (t) => {
    const hung = await hungFile(t, teller);
    const container = await startContainer(t, [tsinit, ...options, '--', hung.path]);
    await hung.asked();
    container.signal('SIGTERM');
    assert.equal(await container.ended, code);
    assert.deepEqual(container.stderr.lines, []);
  });
}

test('a signal that means nothing for it ends it on its way as it would end any program', limit, async (t) => {
  const hung = await hungFile(t, teller);
  const container = await startContainer(t, [tsinit, '--', hung.path]);
  await hung.asked();
  container.signal('SIGWINCH');
  container.signal('SIGUSR1');
  assert.equal(await container.ended, 138);
});

test('orphans are reaped meanwhile, and it starts when the file answers', { ...limit, ...withPython }, async (t) => {
  const hung = await hungFile(t, teller);
  const go = namedPipe(t);
  const opened = openSync(go, constants.O_RDWR); // no child waits for a writer
  t.after(() => closeSync(opened));
  const before = [
    'import os, sys',
    'if os.fork() == 0:',
    '  for _ in range(50):',
    '    if os.fork() == 0:',
    `      os.read(os.open('${go}', os.O_RDONLY), 1)`,
    '      os._exit(0)',
    '  os._exit(0)',
    'os.wait()',
    'os.execv(sys.argv[1], sys.argv[1:])',
  ].join('\n');
  const container = await startContainer(t, ['/usr/bin/env', 'python3', '-c', before, tsinit, '-v', '--', hung.path, '--exit', '15=9']);
  await hung.asked();
  assert.equal(childrenOf(container).length, 51);
  writeSync(opened, 'x'.repeat(50));
  await until(() => childrenOf(container).length === 1);
  assert.doesNotMatch(container.stderr.text(), /child started/);
  hung.answer();
  await container.stdout.line(/^main ready$/);
  await container.stderr.line(/child started/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 9);
});

test('why it cannot be run is told when that is known', limit, async (t) => {
  const hung = await hungFile(t, '/etc/hostname');
  writeFileSync(hung.path.replace(/hung$/, 'link'), `#!${hung.path}\n`, { mode: 0o755 });
  const container = await startContainer(t, [tsinit, '--', hung.path.replace(/hung$/, 'link')]);
  await hung.asked();
  hung.answer();
  assert.equal(await container.ended, 126);
  await container.stderr.line(/^tsinit: cannot run '.*link': /);
});
