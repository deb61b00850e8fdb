/** Programs that start by the clock, with real ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jitterOf } from '../../src/services/schedule.ts';
import { supervisorPid, until } from '../support/container.ts';
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

test('schedule_overlap=replace ends the run before; queue lets one more follow', limit, async (t) => {
  const config = [
    '[program:new]\ncommand=sh -c "echo begun; exec sleep 1000"\nschedule=* * * * * *\nschedule_overlap=replace\n',
    '[program:next]\ncommand=sh -c "echo begun; sleep 2"\nschedule=* * * * * *\nschedule_overlap=queue\n',
  ].join('');
  const container = await supervise(t, config);
  await container.stderr.line(/schedule of new: replacing the run before, which has not ended/);
  await container.stderr.line(/schedule of next: queued: the run before has not ended/);
  await Promise.all([container.stdout.line(/^new +\| begun$/, 3), container.stdout.line(/^next +\| begun$/, 2)]);
});

test('schedule_deadline: a time that could not be kept is told, and not made up for', limit, async (t) => {
  const container = await supervise(t, '[program:job]\ncommand=echo done\nschedule=* * * * * *\nschedule_deadline=1\n');
  await container.stdout.line(/^job +\| done$/);
  const supervisor = supervisorPid(container.pid);
  assert.ok(supervisor !== null);
  process.kill(supervisor, 'SIGSTOP');
  // The deadline is one of the wall clock: its passing is the event that is waited for.
  const lateMs = Date.now() + 4_000;
  await until(() => Date.now() > lateMs);
  process.kill(supervisor, 'SIGCONT');
  await container.stderr.line(/schedule of job: missed: \d+ seconds late \(schedule_deadline\)/);
});

test('schedule_jitter: later than the time itself, by what is chosen for that time', limit, async (t) => {
  const container = await supervise(t, '[program:job]\ncommand=date +%%s%%N\nschedule=*/5 * * * * *\nschedule_jitter=3\n');
  const [, nanoseconds] = await container.stdout.line(/^job +\| (\d+)$/);
  const startedMs = Number(nanoseconds) / 1e6;
  const timeMs = Math.floor(startedMs / 5_000) * 5_000;
  const settings = { pattern: '', timeZone: null, overlap: 'skip', jitterMs: 3_000, deadlineMs: 0 } as const;
  assert.ok(startedMs - timeMs >= jitterOf(settings, 0, timeMs), `${startedMs}`);
});
