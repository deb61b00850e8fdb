/**
 * A stop in direct mode: the main process first, then what is left of its group, each once, and KILL at the end of the time. With real programs:
 * test/e2e/stop-real-programs.test.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Container, startContainer, temporaryFolder, tsinit } from '../../support/container.ts';
import { fixture, withPython } from '../../support/fixtures.ts';

const teller = fixture('tell_signals');

/** Says each TERM, INT and USR1 that it gets, and ends WORK seconds after the first stop signal. */
const server = `
import os, signal, sys, time
name, work, asked = sys.argv[1], float(sys.argv[2]), []
def say(*words): os.write(1, (" ".join([name, *words]) + "\\n").encode()) # print() must not be interrupted by itself
def hear(number, frame):
    asked.append(number)
    say("signal", str(number))
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, hear)
say("ready")
while not asked: time.sleep(0.01)
until = time.monotonic() + work
while time.monotonic() < until: time.sleep(0.01)
say("done")
`;

const serverIn = (folder: string): string => {
  const file = join(folder, 'server.py');
  writeFileSync(file, server, { mode: 0o644 });
  return file;
};

/** Lines of the server after it was ready. */
const heard = (container: Container, name: string): readonly string[] =>
  container.stdout.lines.filter((line) => line.startsWith(`${name} `) && !line.endsWith('ready')).map((line) => line.slice(name.length + 1));

for (const options of [[], ['--wait-all'], ['--wait-all', '--stop-timeout', '30']]) {
  test(`a shell that leaves at once: its server is asked once and waited for; ${options.join(' ') || 'no options'}`, withPython, async (t) => {
    const script = `python3 ${serverIn(temporaryFolder(t))} server 1 & wait`;
    const container = await startContainer(t, [tsinit, ...options, '--', 'sh', '-c', script]);
    await container.stdout.line(/^server ready$/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 143);
    assert.deepEqual(heard(container, 'server'), ['signal 15', 'done']);
  });
}

test('INT: what a shell started in its background ignores it, and is asked with TERM', withPython, async (t) => {
  const script = `python3 -c 'import signal; print("ready", flush=True); signal.pause()' & wait`;
  const container = await startContainer(t, [tsinit, '--', 'sh', '-c', script]);
  await container.stdout.line(/^ready$/);
  container.signal('SIGINT');
  assert.equal(await container.ended, 130);
  assert.deepEqual(container.stderr.lines, []);
});

test('at half of the time the rest is asked, once, while the main process still works', async (t) => {
  const container = await startContainer(t, [tsinit, '--stop-timeout', '1', '--', teller, '--child', '--exit', '10=5']);
  await container.stdout.line(/^main ready$/);
  container.signal('SIGTERM');
  await container.stdout.line(/^main-child signal 15$/);
  container.signal('SIGUSR1'); // the main process ends; the other had TERM from init already
  assert.equal(await container.ended, 5);
  assert.deepEqual(heard(container, 'main'), ['signal 15', 'signal 10']);
  assert.deepEqual(heard(container, 'main-child'), ['signal 15', 'signal 10']);
  assert.match(container.stderr.lines.join('\n'), /^tsinit: not stopped in time, KILLed: tell_signals[\w-]* \(\d+\)$/);
});

for (const [options, names] of [
  [[], 2],
  [['--wait-all'], 3],
] as const) {
  test(`what is KILLed at the end of the time is named: ${names} processes, ${options.join(' ') || 'no options'}`, async (t) => {
    const container = await startContainer(t, [tsinit, ...options, '--stop-timeout', '300ms', '--', teller, '--child', '--orphan']);
    await container.stdout.line(/^main ready$/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 137);
    const name = 'tell_signals[\\w-]* \\(\\d+\\)';
    assert.match(container.stderr.lines.join('\n'), new RegExp(`^tsinit: not stopped in time, KILLed: ${Array(names).fill(name).join(', ')}$`));
  });
}

test('a second stop signal is passed on: a program may take it as "at once"', async (t) => {
  const container = await startContainer(t, [tsinit, '--', teller, '--exit', '2=4']);
  await container.stdout.line(/^main ready$/);
  container.signal('SIGTERM');
  await container.stdout.line(/^main signal 15$/);
  container.signal('SIGINT');
  assert.equal(await container.ended, 4);
});

test('what a signal has stopped gets CONT behind the stop signal, in the rest too', async (t) => {
  const script = 'sh -c \'kill -STOP $$; exit 9\' & while ! grep -q "^State:.T" /proc/$!/status; do :; done; echo ready; wait';
  const container = await startContainer(t, [tsinit, '--stop-timeout', '1000', '--', 'bash', '-c', script]);
  await container.stdout.line(/^ready$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
});

test('-g asks the whole group at once and waits for it; --single-child asks the main process alone and waits for nothing else', withPython, async (t) => {
  const file = serverIn(temporaryFolder(t));
  const script = `python3 ${file} rest 0.5 & exec python3 ${file} main 0.2`;
  for (const [option, rest] of [
    ['-g', ['signal 15', 'done']],
    ['--single-child', []],
  ] as const) {
    const container = await startContainer(t, [tsinit, option, '--', 'sh', '-c', script]);
    await Promise.all([container.stdout.line(/^main ready$/), container.stdout.line(/^rest ready$/)]);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0);
    assert.deepEqual(heard(container, 'main'), ['signal 15', 'done']);
    assert.deepEqual(heard(container, 'rest'), rest);
  }
});

test('QUIT is no stop for a command that catches it, unless --stop-signals says so', withPython, async (t) => {
  const script =
    'import os, signal; signal.signal(signal.SIGQUIT, lambda *_: os.write(1, b"dump\\n") and None); print("ready", flush=True)\nwhile True: signal.pause()';
  const command = ['python3', '-c', script];
  const container = await startContainer(t, [tsinit, '--stop-timeout', '100ms', '--', ...command]);
  await container.stdout.line(/^ready$/);
  container.signal('SIGQUIT');
  await container.stdout.line(/^dump$/);
  assert.equal(spawnSync('sleep', ['0.3']).status, 0); // three times the timeout, which must not be running
  container.signal('SIGQUIT');
  await container.stdout.line(/^dump$/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
  const told = await startContainer(t, [tsinit, '--stop-timeout', '100ms', '--stop-signals', 'QUIT, usr2,', '--', ...command]);
  await told.stdout.line(/^ready$/);
  told.signal('SIGQUIT');
  assert.equal(await told.ended, 137);
});

test('a program that ends by itself ends tsinit, whatever is left', async (t) => {
  const container = await startContainer(t, [tsinit, '--', 'sh', '-c', 'sleep 1000 & exit 4']);
  assert.equal(await container.ended, 4);
});

test('under the other names nothing but the command is waited for', async (t) => {
  for (const name of ['tini', 'dumb-init', 'catatonit']) {
    const file = join(temporaryFolder(t), name);
    symlinkSync(tsinit, file);
    const container = await startContainer(t, [file, '--', teller, '--child', '--exit', '15=7']);
    await container.stdout.line(/^main ready$/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 7, name);
  }
});
