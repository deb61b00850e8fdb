/** Orphans in supervise mode: adopted, reaped, none left. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { childrenOf, namedPipe, startContainer, tsinit, until } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { configFile, linesOf, once, steady, supervise } from '../support/supervise.ts';

test('20,000 orphans in bursts leave no zombie', { timeout: 120_000 }, async (t) => {
  const container = await supervise(t, once('o', `${fixture('orphans')} 20000 500`) + steady('s', `${fixture('tell_signals')} --exit 15=0`));
  await container.stdout.line(/orphans 20000/);
  await container.stdout.line(/s +\| main ready/);
  await until(() => container.processes().every((process) => process.state !== 'Z'));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 's'), ['main ready', 'main signal 15']);
});

test('a program ends as it ended, also in the middle of a storm', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, once('o', `${fixture('orphans')} 5000 500`) + once('x', `/bin/sh -c 'exit 77'`));
  assert.equal(await container.ended, 77, container.stderr.text());
});

test('orphans that end while init is stopped are all reaped when it goes on, with nothing else to wake it', { timeout: 60_000 }, async (t) => {
  const makers = ['a', 'b', 'c'].map((name) => ({ name, go: namedPipe(t) }));
  const maker = fixture('orphans');
  const container = await supervise(
    t,
    makers.map(({ name, go }) => steady(name, `sh -c "echo up; read line < ${go}; ${maker} 2000 500; exec sleep 1000"`)).join(''),
  );
  await container.stderr.line(/running: [abc]/, makers.length);
  await container.stdout.line(/up/, makers.length);
  const before = childrenOf(container).length;
  container.signal('SIGSTOP');
  for (const { go } of makers) writeFileSync(go, '\n');
  await until(() => childrenOf(container).length === before + 6000);
  container.signal('SIGCONT');
  await until(() => childrenOf(container).length === before);
  container.signal('SIGTERM');
  await container.ended;
});

test('a child that init had before its own start, and that has ended, is reaped', { timeout: 60_000, ...withPython }, async (t) => {
  const before = [
    'import os, sys',
    'pid = os.fork()',
    'if pid == 0: os._exit(0)',
    'os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)', // it has ended, and stays a zombie
    'os.execv(sys.argv[1], sys.argv[1:])',
  ].join('\n');
  const config = configFile(t, once('s', `sh -c 'echo ready; exec sleep 1000'`));
  const container = await startContainer(t, ['/usr/bin/env', 'python3', '-c', before, tsinit, '-c', config]);
  await container.stdout.line(/ready/);
  await until(() => container.processes().every((process) => process.state !== 'Z'));
  container.signal('SIGTERM');
  await container.ended;
});
