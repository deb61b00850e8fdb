/** Programs that wait for each other: readiness, one-shot jobs, failures and the order of the stop, with real processes. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { namedPipe, supervisorPid, until } from '../support/container.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

/** Runs its script, then stays until it is told to stop, and says `bye`. */
const server = (name: string, script: string, more = ''): string =>
  steady(name, `sh -c "trap 'echo bye; exit 0' TERM; ${script}; while :; do sleep 1 & wait $!; done"`, more);

const orderOf = (lines: readonly string[], ...wanted: readonly string[]): readonly string[] =>
  lines.filter((line) => wanted.includes(line.replace(/ +\|/, ':')));

test('start by readiness and completion, stop in reverse', limit, async (t) => {
  const config = [
    server('db', 'echo warming; sleep 0.2; echo listening on 5432', 'ready_on=log:listening on [0-9]+'),
    '[program:migrate]\ncommand=sh -c "echo migrated"\ntype=oneshot\ndepends_on=db:ready\n',
    server('app', 'echo serving', 'depends_on=migrate:completed, db:ready'),
  ].join('\n');
  const container = await supervise(t, config);
  await container.stdout.line(/^app +\| serving$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(orderOf(container.stdout.lines, 'db: warming', 'db: listening on 5432', 'migrate: migrated', 'app: serving', 'app: bye', 'db: bye'), [
    'db      | warming',
    'db      | listening on 5432',
    'migrate | migrated',
    'app     | serving',
    'app     | bye',
    'db      | bye',
  ]);
});

test('a oneshot that fails: what depends on it is not started, and the container ends with its code', limit, async (t) => {
  const config = `[program:migrate]\ncommand=sh -c "exit 7"\ntype=oneshot\n${once('app', 'echo never', 'depends_on=migrate:completed')}`;
  const container = await supervise(t, `[tsinit]\nexit_policy=all\n${config}`);
  assert.equal(await container.ended, 7);
  assert.match(container.stderr.text(), /not started: app depends on migrate:completed, which has failed/);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
});

test('not ready in time is a failed start, and a failure may end everything', limit, async (t) => {
  const config = `${steady('slow', 'sleep 1000', 'ready_on=log:never\nready_timeout=1\nstartretries=0\non_failure=stop-all')}${steady('other', 'sleep 1000')}`;
  const container = await supervise(t, config);
  assert.notEqual(await container.ended, 0);
  assert.match(container.stderr.text(), /not ready: slow has not become ready within 1 seconds \(ready_timeout\)/);
  assert.match(container.stderr.text(), /exiting with code \d+: slow has ended \(on_failure=stop-all\)/);
});

test('a supervisor that dies while somebody waits: its successor lets go at the right time', limit, async (t) => {
  const fifo = namedPipe(t);
  const config = [server('db', `read x < ${fifo}; echo listening`, 'ready_on=log:listening'), once('app', 'echo serving', 'depends_on=db:ready')].join('\n');
  const container = await supervise(t, config);
  await container.stderr.line(/spawned: 'db'/);
  const victim = supervisorPid(container.pid);
  assert.ok(victim !== null);
  process.kill(victim, 'SIGKILL');
  await until(() => ![null, victim].includes(supervisorPid(container.pid)));
  assert.doesNotMatch(container.stdout.text(), /serving/);
  writeFileSync(fifo, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
  assert.equal(linesOf(container.stdout.lines, 'app').length, 1);
});

test('on_dependency_failure: it fails as well, or goes on all the same', limit, async (t) => {
  const config = [
    '[tsinit]\nexit_policy=all\n[program:db]\ncommand=sh -c "exit 7"\ntype=oneshot\n',
    once('strict', 'echo never', 'depends_on=db:completed\non_dependency_failure=fatal'),
    once('easy', 'echo went on', 'depends_on=db:completed\non_dependency_failure=ignore'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 7);
  assert.deepEqual([linesOf(container.stdout.lines, 'strict'), linesOf(container.stdout.lines, 'easy')], [[], ['went on']]);
  assert.match(container.stderr.text(), /gave up: strict, for db:completed, which it depends on, has failed/);
});

test('ready_timeout_action=ignore lets others go on; success_exit_stops_all ends everything with a success', limit, async (t) => {
  const config = [
    steady('slow', 'sleep 1000', 'ready_on=log:never\nready_timeout=1\nready_timeout_action=ignore'),
    once('job', 'echo done', 'depends_on=slow:ready\nsuccess_exit_stops_all=true'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'job'), ['done']);
  assert.match(container.stderr.text(), /exiting with code 0: job has ended \(success_exit_stops_all\)/);
});
