/** Readiness by a newline on a descriptor, as s6 has it, with the built file: what waits for it, takeover, a descriptor that is the report's. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { killSupervisor, namedPipe } from '../support/container.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const app = once('app', 'echo serving', 'depends_on=db:ready');

test('what depends on it starts with the newline and not before', limit, async (t) => {
  const go = namedPipe(t);
  const script = `printf warming >&5; echo before; read x < ${go}; echo >&5; echo more >&5; exec 5>&-; exec sleep 1000`;
  const container = await supervise(t, steady('db', `sh -c "${script}"`, 'ready_on=fd:5') + app);
  await container.stdout.line(/^db +\| before$/);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
  writeFileSync(go, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /ready: db/);
});

test('a successor hears it as well', limit, async (t) => {
  const go = namedPipe(t);
  const container = await supervise(t, steady('db', `sh -c "echo before; read x < ${go}; echo >&3; exec sleep 1000"`, 'ready_on=fd:3') + app);
  await container.stdout.line(/^db +\| before$/);
  await killSupervisor(container);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
  writeFileSync(go, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
});

test('every start has a pipe of its own, hooks and checks have none', limit, async (t) => {
  const script = 'test -e /proc/self/fd/9 && echo >&9; sleep 0.1; exit 1';
  const hook = 'start_pre=sh -c "! test -e /proc/self/fd/9"\nhealth_command=sh -c "! test -e /proc/self/fd/9"\nrestart_delay=0';
  const container = await supervise(t, steady('db', `sh -c "${script}"`, `ready_on=fd:9\n${hook}`));
  await container.stderr.line(/ready: db/, 3);
  assert.doesNotMatch(container.stderr.text(), /start_pre/);
});
