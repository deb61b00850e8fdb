/** Programs that start by the clock, with real ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

test('every second, again and again, and the container does not end between', limit, async (t) => {
  const container = await supervise(t, '[program:job]\ncommand=echo done\nschedule=* * * * * *\n');
  await container.stdout.line(/^job +\| done$/, 3);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('one that takes longer than its time is told', limit, async (t) => {
  const container = await supervise(t, '[program:job]\ncommand=sleep 1000\nschedule=* * * * * *\n');
  await container.stderr.line(/schedule of job: skipped: the run before has not ended/);
});

test('a time zone that nobody knows is told, and the rest goes on', limit, async (t) => {
  const config = '[program:job]\ncommand=echo job\nschedule=@daily\nschedule_timezone=Nowhere/Land\n[program:web]\ncommand=sh -c "echo up; sleep 1000"\n';
  const container = await supervise(t, config);
  await container.stderr.line(/cannot keep the schedule @daily of Nowhere\/Land: there is no such time zone/);
  await container.stdout.line(/^web +\| up$/);
});
