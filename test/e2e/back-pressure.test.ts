/** Nobody reads the container's output: programs wait, everything else goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startContainer, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, linesOf, once, steady, supervise } from '../support/supervise.ts';

const flood = `${fixture('writer')} flood lines 100000000 128`;
const limit = { timeout: 60_000 };

test('orphans are reaped, signals forwarded and everything stopped while stdout is stuck', limit, async (t) => {
  const config =
    steady('flood', flood) +
    once('o', `/bin/sh -c 'exec ${fixture('orphans')} 3000 >&2'`) +
    steady('s', `/bin/sh -c 'exec ${fixture('tell_signals')} --exit 15=0 >&2'`);
  const container = await supervise(t, `[tsinit]\nexit_policy=never\n${config}`, { isRead: false });
  await container.stderr.line(/s +\| main ready/);
  await until(() => container.processes().some((process) => process.command.includes('flood') && process.state === 'S'));
  await container.stderr.line(/orphans 3000/);
  await until(() => container.processes().every((process) => process.state !== 'Z'));
  container.signal('SIGUSR1'); // ends the writer; it is started again and gets stuck again
  await container.stderr.line(/s +\| main signal 10/);
  container.signal('SIGTERM');
  await container.stderr.line(/s +\| main signal 15/);
  await container.ended;
});

test('a reader that comes late gets every line', limit, async (t) => {
  const container = await supervise(t, once('late', `${fixture('writer')} late lines 20000 100`), { isRead: false });
  await until(() => container.processes().some((process) => process.command.includes('writer') && process.state === 'S'));
  container.readOutput();
  assert.equal(await container.ended, 0);
  const lines = linesOf(container.stdout.lines, 'late');
  assert.equal(lines.length, 20_000);
  lines.forEach((line, index) => assert.ok(line.startsWith(`late ${String(index + 1).padStart(10, '0')} `), line));
});

test('a stuck stdout does not hold up stderr', limit, async (t) => {
  const container = await supervise(t, steady('flood', flood) + once('e', `/bin/sh -c 'exec ${fixture('writer')} e lines 5000 100 >&2'`), { isRead: false });
  await container.stderr.line(/e +\| e 0000005000/);
  container.signal('SIGTERM');
  await container.ended;
});

test('nobody reads stdout, nor stderr: a stop ends the container all the same', limit, async (t) => {
  const path = configFile(t, steady('flood', `sh -c "exec ${flood} >&2"`));
  const container = await startContainer(t, ['/bin/sh', '-c', `exec ${tsinit} -c ${path} 2>&1`], { isRead: false });
  await until(() => container.processes().some((process) => process.command.includes('flood') && process.state === 'S'));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});
