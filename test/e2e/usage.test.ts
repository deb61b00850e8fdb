/** Programs that use more than they may: restarted, stopped or told of, by a successor and another configuration too; and limits that cannot be kept. */
import assert from 'node:assert/strict';
import { constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, namedPipe, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { configFile, linesOf, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 120_000 };

/** Takes 60 MB, says so, and stays. */
const eater = (name: string, more: string, before = ''): string =>
  steady(name, `python3 -c "${before}x = bytearray(60 << 20); print('ate', flush=True); import time; time.sleep(1000)"`, more);

test('memory_limit: restarted as after a failed start, and nobody else', { ...limit, ...withPython }, async (t) => {
  const config = eater('eater', 'memory_limit=50MB') + eater('small', 'memory_limit=1GB');
  const container = await supervise(t, config);
  await container.stderr.line(/unhealthy: eater \(over memory_limit: [\d.]+ MiB of 50 MiB\)/);
  await container.stderr.line(/spawned: 'eater' with pid/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stderr.text(), /unhealthy: small/);
});

test('memory_limit counts what descends from the program, too; memory_limit_action=stop leaves it stopped', { ...limit, ...withPython }, async (t) => {
  const child = join(temporaryFolder(t), 'child.py');
  writeFileSync(child, "import os, time\nos.setsid()\nx = bytearray(60 << 20)\nprint('ate', flush=True)\ntime.sleep(1000)\n");
  const config = steady('parent', `sh -c "python3 ${child} & wait"`, 'memory_limit=50MB\nmemory_limit_action=stop') + steady('other', 'sleep 1000');
  const container = await supervise(t, config);
  await container.stderr.line(/unhealthy: parent \(over memory_limit/);
  await container.stderr.line(/stopped: parent/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(container.stderr.text().match(/spawned: 'parent'/g)?.length, 1);
});

test('memory_limit_action=event tells listeners and the log, and does nothing else', { ...limit, ...withPython }, async (t) => {
  const listener = `[eventlistener:lis]\ncommand=${fixture('listener')}\nevents=PROCESS_LIMIT\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=/dev/stdout\n`;
  const container = await supervise(t, listener + eater('eater', 'memory_limit=50MB\nmemory_limit_action=event'));
  await container.stdout.line(/event PROCESS_LIMIT_MEMORY .*processname:eater groupname:eater pid:\d+ used:\d+ limit:52428800 action:event/);
  await container.stderr.line(/warn: eater is over memory_limit: [\d.]+ MiB of 50 MiB/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(linesOf(container.stdout.lines, 'eater').length, 1);
});

test('cpu_limit and cpu_limit_action: who keeps a processor busy is told apart from who does not', { ...limit, ...withPython }, async (t) => {
  const busy = 'python3 -c "while True: pass"';
  const config =
    steady('busy', busy, 'cpu_limit=1/1') + steady('told', busy, 'cpu_limit=1/1\ncpu_limit_action=event') + steady('idle', 'sleep 1000', 'cpu_limit=1/1');
  const container = await supervise(t, config);
  await container.stderr.line(/unhealthy: busy \(over cpu_limit: \d+ % of 1 % for 1 s\)/);
  await container.stderr.line(/spawned: 'busy' with pid/, 2);
  await container.stderr.line(/warn: told is over cpu_limit/);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stderr.text(), /idle.*over|unhealthy: told/);
});

test('a successor of the supervisor goes on looking', { ...limit, ...withPython }, async (t) => {
  const gate = namedPipe(t);
  const descriptor = openSync(gate, constants.O_RDWR | constants.O_NONBLOCK);
  const container = await supervise(t, eater('eater', 'memory_limit=50MB', `open('${gate}').readline(); `));
  await container.stderr.line(/spawned: 'eater'/);
  await killSupervisor(container);
  writeSync(descriptor, 'go\n');
  await container.stderr.line(/unhealthy: eater \(over memory_limit/);
});

test('a limit that another configuration brings', { ...limit, ...withPython }, async (t) => {
  const path = configFile(t, eater('eater', ''));
  const container = await startContainer(t, [tsinit, '-c', path]);
  await container.stdout.line(/^eater +\| ate$/);
  writeFileSync(path, eater('eater', 'memory_limit=50MB'));
  container.signal('SIGHUP');
  await container.stderr.line(/unhealthy: eater \(over memory_limit/);
});

test('memory_max, cpu_max, pids_max: what cannot be kept to is said, and the program does not start without', limit, async (t) => {
  // Whatever the machine has: a namespace of process ids alone is no container with a control group of its own.
  const config = `[tsinit]\nexit_policy=any\n${steady('web', 'echo never', 'startretries=0\nmemory_max=64MB\ncpu_max=50\npids_max=10')}`;
  const container = await supervise(t, config);
  assert.equal(await container.ended, 126);
  assert.match(container.stderr.text(), /not started: web: cannot keep it to memory_max and cpu_max and pids_max: \S+/);
  assert.deepEqual(linesOf(container.stdout.lines, 'web'), []);
});
