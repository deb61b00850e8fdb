/** Programs whose file is on a file system that does not answer. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, supervisorPid, temporaryFolder, tsinit } from '../support/container.ts';
import { hangCalls, hungFile, needsTracer } from '../support/hung-file.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 30_000 };
const tell = fixture('tell_signals');

test('a stop of everything does not wait for an executable that does not answer', limit, async (t) => {
  const hung = await hungFile(t, tell);
  const container = await supervise(t, steady('hung', hung.path) + steady('fine', `${tell} --exit 15=0`));
  await hung.asked();
  await container.stdout.line(/fine +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text() + container.stderr.text(), /stopped before it was started/u);
});

test('it starts when the file answers, whatever became of the supervisor', limit, async (t) => {
  const hung = await hungFile(t, tell);
  const container = await supervise(t, steady('hung', `${hung.path} --exit 15=0`));
  await hung.asked();
  process.kill(supervisorPid(container.pid) ?? 0, 'SIGKILL');
  await container.stderr.line(/starting it again/);
  hung.answer();
  await container.stdout.line(/hung +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(container.stdout.lines.filter((line) => line.endsWith('main ready')).length, 1);
});

test('a socket whose folder is on a disk that does not answer is refused, and holds up nothing else', { ...limit, ...needsTracer }, async (t) => {
  const config = steady('fine', `${tell} --exit 15=0`);
  const path = configFile(t, config);
  const container = await startContainer(t, [tsinit, '-c', path]);
  await container.stdout.line(/main ready/);
  const answer = await hangCalls(t, container.pid, 'bind');
  const socket = join(temporaryFolder(t), 'x.sock');
  writeFileSync(path, `${config}[socket:x]\nlisten=${socket}\n${once('user', `${tell} --name user`, 'sockets=x\nstartretries=0')}`);
  container.signal('SIGHUP');
  await container.stderr.line(/not started: user: cannot listen on its socket \('.*x\.sock'\): the file system does not answer/u);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  answer();
  await container.ended;
});
