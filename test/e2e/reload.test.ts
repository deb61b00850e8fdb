/** HUP: another configuration takes the present one's place, and what it does not touch runs on. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Container, startContainer, supervisorPid, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, steady } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const tell = (name: string, more = ''): string => steady(name, `${fixture('tell_signals')} --name ${name} --exit 15=0 ${more}`);

const start = async (
  t: Parameters<typeof configFile>[0],
  text: string,
  ...args: readonly string[]
): Promise<{ readonly container: Container; readonly path: string }> => {
  const path = configFile(t, text);
  return { container: await startContainer(t, [tsinit, '-c', path, ...args]), path };
};

const pidOf = (container: Container, name: string): number => container.processes().find(({ command }) => command.includes(`--name ${name} `))?.pid ?? 0;

test('what differs restarts, what is new starts, what is gone stops; the rest runs on', limit, async (t) => {
  const { container, path } = await start(t, tell('same') + tell('edited') + tell('removed'));
  for (const name of ['same', 'edited', 'removed']) await container.stdout.line(new RegExp(`\\| ${name} ready`));
  const before = pidOf(container, 'same');
  writeFileSync(path, `; moved by a line\n${tell('added')}${tell('edited', '--exit 10=3')}${tell('same')}`);
  container.signal('SIGHUP');
  await container.stdout.line(/\| added ready/);
  await container.stdout.line(/\| edited ready/, 2);
  await container.stderr.line(/\| removed: removed$/);
  await container.stderr.line(/\| edited: changed \(edited\.command, edited\.argv\)$/);
  await container.stderr.line(/\| added: added$/);
  assert.equal(pidOf(container, 'same'), before);
  assert.equal(pidOf(container, 'removed'), 0);
  assert.match(container.stdout.text(), /\| removed signal 15/);
  assert.doesNotMatch(container.stdout.text(), /\| same signal/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  for (const name of ['same', 'edited', 'added']) assert.match(container.stdout.text(), new RegExp(`\\| ${name} signal 15`));
});

test('a configuration with mistakes changes nothing and says why', limit, async (t) => {
  const { container, path } = await start(t, tell('same'));
  await container.stdout.line(/\| same ready/);
  writeFileSync(path, '[program:same]\ncomand=x\n');
  container.signal('SIGHUP');
  await container.stderr.line(/error: cannot take the configuration over/);
  await container.stderr.line(/tsinit\.conf:2: .*comand.*command/);
  container.signal('SIGUSR1');
  await container.stdout.line(/\| same signal 10/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(container.stdout.lines.filter((line) => line.includes('ready')).length, 1);
});

test('a reload outlives the supervisor: killed while it waits, its successor goes through with it', limit, async (t) => {
  const { container, path } = await start(t, tell('same') + steady('slow', `${fixture('tell_signals')} --name slow --exit 10=0`, 'stopwaitsecs=60'));
  for (const name of ['same', 'slow']) await container.stdout.line(new RegExp(`\\| ${name} ready`));
  const before = pidOf(container, 'same');
  writeFileSync(path, tell('added') + tell('same'));
  container.signal('SIGHUP');
  await container.stdout.line(/\| slow signal 15/);
  const victim = supervisorPid(container.pid);
  assert.ok(victim !== null);
  process.kill(victim, 'SIGKILL');
  await until(() => (supervisorPid(container.pid) ?? victim) !== victim);
  assert.notEqual(pidOf(container, 'slow'), 0, 'it is still leaving');
  container.signal('SIGUSR1');
  await container.stdout.line(/\| added ready/);
  assert.equal(pidOf(container, 'same'), before);
  assert.equal(pidOf(container, 'slow'), 0);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('TERM during a reload ends everything', limit, async (t) => {
  const { container, path } = await start(t, tell('same') + steady('slow', `${fixture('tell_signals')} --name slow --exit 10=0`, 'stopwaitsecs=1'));
  for (const name of ['same', 'slow']) await container.stdout.line(new RegExp(`\\| ${name} ready`));
  writeFileSync(path, tell('same'));
  container.signal('SIGHUP');
  await container.stdout.line(/\| slow signal 15/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 137, container.stderr.text());
  assert.match(container.stdout.text(), /\| same signal 15/);
});

test('as supervisord: everything stops, group by group, and starts again', limit, async (t) => {
  const conf = (program: string): string => `[supervisord]\nnodaemon=true\nlogfile=/dev/null\npidfile=/dev/null\n${program}`;
  const program = (name: string, priority: number): string =>
    tell(name).replace('startsecs=0', `startsecs=0\npriority=${priority}\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=NONE`);
  const { container, path } = await start(t, conf(program('one', 1) + program('two', 2)), '--compat', 'supervisord');
  for (const name of ['one', 'two']) await container.stdout.line(new RegExp(`^${name} ready`));
  writeFileSync(path, conf('loglevel=loud'));
  container.signal('SIGHUP');
  await container.stdout.line(/ERRO cannot take the configuration over/);
  writeFileSync(path, conf(program('one', 1)));
  container.signal('SIGHUP');
  await container.stdout.line(/WARN received SIGHUP indicating restart request/, 2);
  await container.stdout.line(/^one ready/, 2);
  await container.stdout.line(/INFO supervisord started with pid 1$/, 2);
  const order = container.stdout.lines.filter((line) => /INFO stopped: /.test(line)).map((line) => line.replace(/.*stopped: (\w+).*/, '$1'));
  assert.deepEqual(order, ['two', 'one']);
  container.signal('SIGUSR1'); // nothing to anybody
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stdout.text(), /signal 10/);
});
