/** Watchdogs with the built file: what a program is told of its own, what follows from silence and from a cry for help, and who is left alone. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { killSupervisor, namedPipe } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const notify = fixture('notify');

test('a program that is silent is restarted; it has been told its period and its own process id', limit, async (t) => {
  const script = `echo $WATCHDOG_USEC $WATCHDOG_PID $$; ${notify} READY=1; exec sleep 1000`;
  const container = await supervise(t, steady('db', `sh -c "${script}"`, 'ready_on=notify\nwatchdog=1\nrestart_delay=0'));
  await container.stderr.line(/unhealthy: db \(no WATCHDOG=1 within 1 seconds\)/);
  await container.stderr.line(/spawned: 'db'/, 2);
  await container.stdout.line(/^db +\| told$/, 2);
  const [period, named, own] = linesOf(container.stdout.lines, 'db')[0]?.split(' ') ?? [];
  assert.equal(period, '1000000');
  assert.equal(named, own);
});

test('it counts without any other readiness; a hook and a check have nothing of it', limit, async (t) => {
  const hooks = 'start_pre=sh -c "test -z $WATCHDOG_PID$NOTIFY_SOCKET"\nhealth_command=sh -c "test -z $WATCHDOG_PID$NOTIFY_SOCKET"';
  const container = await supervise(t, `[tsinit]\nexit_policy=any\n${steady('db', 'sleep 1000', `watchdog=1\nhealth_action=fail\n${hooks}`)}`);
  assert.notEqual(await container.ended, 0);
  assert.match(container.stderr.text(), /unhealthy: db \(no WATCHDOG=1 within 1 seconds\)/);
  assert.doesNotMatch(container.stderr.text(), /start_pre|health check/);
});

test('a cry for help is heard at once', limit, async (t) => {
  const go = namedPipe(t);
  const script = `${notify} READY=1; read x < ${go}; ${notify} WATCHDOG=trigger; exec sleep 1000`;
  const container = await supervise(t, steady('db', `sh -c "${script}"`, 'ready_on=notify\nwatchdog=1000'));
  await container.stderr.line(/ready: db/);
  writeFileSync(go, 'go\n');
  await container.stderr.line(/unhealthy: db \(it has said WATCHDOG=trigger\)/);
});

test('a successor goes on with the period that a program has asked for', limit, async (t) => {
  const go = namedPipe(t);
  const asking = `${notify} READY=1 WATCHDOG_USEC=0; read x < ${go}; ${notify} WATCHDOG=1 --barrier WATCHDOG_USEC=1000000; exec sleep 1000`;
  const container = await supervise(
    t,
    steady('db', `sh -c "${asking}"`, 'ready_on=notify\nwatchdog=1') +
      steady('other', `sh -c "${notify} READY=1; exec sleep 1000"`, 'ready_on=notify\nwatchdog=1\nhealth_action=none'),
  );
  await container.stdout.line(/^db +\| told$/);
  await container.stderr.line(/unhealthy: other/);
  await killSupervisor(container);
  await container.stderr.line(/unhealthy: other/, 2); // as much time has gone by for both of them
  assert.doesNotMatch(container.stderr.text(), /unhealthy: db/);
  writeFileSync(go, 'go\n');
  await container.stderr.line(/unhealthy: db/);
});
