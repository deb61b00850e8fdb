/** Programs that start by the clock, with real ones. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { jitterOf } from '../../src/world/triggers/schedule.ts';
import { type Container, killSupervisor, supervisorPid, temporaryFolder, until } from '../support/container.ts';
import { supervise } from '../support/supervise.ts';
import { noOtherClock, setClockBack } from '../support/wall-clock.ts';

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

/** A pattern for one time alone, so many seconds from now; and that time. */
const onceIn = (seconds: number): { readonly dueMs: number; readonly schedule: string } => {
  const due = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000);
  const pattern = [due.getUTCSeconds(), due.getUTCMinutes(), due.getUTCHours(), due.getUTCDate(), due.getUTCMonth() + 1, '*'].join(' ');
  return { dueMs: due.getTime(), schedule: `schedule=${pattern}\nschedule_timezone=UTC` };
};

/** Runs are counted in a file: a line on its way out may come twice when the supervisor is killed. */
const runsIn = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, 'latin1').split('\n').filter(Boolean) : []);

/** There is no supervisor until then: init, which would start the next one, is stopped. */
const withoutSupervisorUntil = async (container: Container, untilMs: number): Promise<void> => {
  const victim = supervisorPid(container.pid);
  assert.ok(victim !== null);
  container.signal('SIGSTOP');
  process.kill(victim, 'SIGKILL');
  assert.ok(Date.now() < untilMs, 'the machine is too slow for this test');
  await until(() => Date.now() > untilMs, 'the time that is to be missed');
  container.signal('SIGCONT');
};

test('a time that comes while there is no supervisor is kept late, and once', limit, async (t) => {
  const { dueMs, schedule } = onceIn(15);
  const runs = join(temporaryFolder(t), 'runs');
  const container = await supervise(
    t,
    `[program:job]\ncommand=sh -c "echo run >> ${runs}; echo done"\n${schedule}\n[program:web]\ncommand=sh -c "echo up; sleep 1000"\n`,
  );
  await container.stdout.line(/^web +\| up$/);
  await withoutSupervisorUntil(container, dueMs + 500);
  await container.stdout.line(/^job +\| done$/);
  await killSupervisor(container);
  await container.stderr.line(/starting it again/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(runsIn(runs).length, 1, container.stderr.text());
});

test('one that is too late for schedule_deadline is told, and once', limit, async (t) => {
  const { dueMs, schedule } = onceIn(15);
  const container = await supervise(
    t,
    `[program:job]\ncommand=echo done\n${schedule}\nschedule_deadline=1\n[program:web]\ncommand=sh -c "echo up; sleep 1000"\n`,
  );
  await container.stdout.line(/^web +\| up$/);
  await withoutSupervisorUntil(container, dueMs + 2000);
  await container.stderr.line(/schedule of job: missed: \d+ seconds late \(schedule_deadline\)$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(container.stdout.lines.filter((line) => line.startsWith('job')).length, 0);
  assert.equal(container.stderr.lines.filter((line) => line.includes('missed')).length, 1);
});

test('a supervisor that is killed again and again at the due times: no second has two runs', limit, async (t) => {
  const runs = join(temporaryFolder(t), 'runs');
  const container = await supervise(
    t,
    '[program:job]\ncommand=sh -c "date +%%s >> {runs}; echo done"\nschedule=* * * * * *\nschedule_deadline=60\n'.replace('{runs}', runs),
  );
  for (let round = 1; round <= 5; round += 1) {
    await until(() => runsIn(runs).length >= round * 2, 'two more runs');
    await killSupervisor(container);
  }
  await until(() => runsIn(runs).length >= 12, 'two more runs');
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  const seconds = runsIn(runs).map(Number);
  const span = Math.max(...seconds) - Math.min(...seconds) + 1;
  assert.ok(seconds.length <= span + 1, `${seconds.length} runs in ${span} seconds: ${container.stderr.text()}`); // the first one may be late for its second
});

test('a back-off that ends while there is no supervisor: the next try comes with the next one', limit, async (t) => {
  const container = await supervise(t, '[program:bad]\ncommand=sh -c "echo tried; exit 1"\nstartsecs=1\nrestart_delay=5\nstartretries=1\n');
  await container.stdout.line(/^bad +\| tried$/);
  await container.stderr.line(/exited: bad/);
  await withoutSupervisorUntil(container, Date.now() + 6000);
  await container.stdout.line(/^bad +\| tried$/, 2);
  await container.stderr.line(/gave up: bad/);
  await container.ended;
});

test('a clock that is set back by two minutes: the next time is reckoned from the new time, and none comes twice', {
  ...limit,
  skip: noOtherClock() ?? false,
}, async (t) => {
  const runs = join(temporaryFolder(t), 'runs');
  const config = '[program:job]\ncommand=sh -c "date +%%s >> {runs}"\nschedule=*/5 * * * * *\nlog_timestamp=iso\n[tsinit]\nlog_timestamp=iso\n';
  const container = await supervise(t, config.replace('{runs}', runs));
  await until(() => runsIn(runs).length >= 1, 'the first run');
  const victim = supervisorPid(container.pid);
  assert.ok(victim !== null);
  await setClockBack(victim, 120);
  await until(() => runsIn(runs).length >= 3, 'two more runs');
  container.signal('SIGTERM');
  await container.ended;
  const seconds = runsIn(runs).map(Number);
  assert.equal(new Set(seconds).size, seconds.length, seconds.join(' '));
  const times = container.stderr.lines.filter((line) => line.includes("spawned: 'job'")).map((line) => Date.parse(/\d{4}-\S+/.exec(line)?.[0] ?? ''));
  assert.ok((times[1] ?? 0) < (times[0] ?? 0), `the supervisor has seen another clock: ${times.join(' ')}`);
});
