/** The time zone of a container: out of the contents of /etc/localtime, or of TZ as libc reads it; for schedules and times in lines alike. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { type Container, startContainer, tsinit } from '../support/container.ts';
import { configFile, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const TOKYO = '/usr/share/zoneinfo/Asia/Tokyo';
const skip = existsSync(TOKYO) && existsSync('/etc/localtime') ? false : 'needs tzdata and /etc/localtime';

/** A program that is due each second of this hour and the next one, on a clock so many hours ahead of UTC; and never twelve hours away. */
const configFor = (aheadHours: number, settings = ''): string => {
  const hour = (new Date().getUTCHours() + aheadHours + 24) % 24;
  const hours = `${hour},${(hour + 1) % 24}`;
  return `[program:job]\ncommand=date +zone=%%z\nschedule=* * ${hours} * * *\nlog_format=prefix\nlog_timestamp=local\n${settings}`;
};

const quoted = (text: string): string => text.replaceAll('+', '\\+');

const showsZone = async (container: Container, zone: string, date: string): Promise<void> => {
  await container.stdout.line(new RegExp(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}${quoted(zone)} job +\| zone=${quoted(date)}$`, 'u'), 2);
};

const mounted = (t: TestContext, config: string, args = ''): Promise<Container> => {
  const file = configFile(t, config);
  return startContainer(t, ['/bin/sh', '-c', `mount --bind ${TOKYO} /etc/localtime && exec ${tsinit} -c ${file} ${args}`]);
};

test('/etc/localtime, mounted over a link to UTC: its contents count', { ...limit, skip }, async (t) => {
  await showsZone(await mounted(t, configFor(9)), '+09:00', '+0900');
});

test("the dates of supervisord's lines follow it, too", { ...limit, skip }, async (t) => {
  const container = await mounted(
    t,
    '[supervisord]\nnodaemon=true\nlogfile=/dev/null\npidfile=/dev/null\n[program:a]\ncommand=sleep 1000\nstdout_logfile=NONE\nstderr_logfile=NONE\n',
    '--compat supervisord',
  );
  const [, hour] = await container.stdout.line(/^\d{4}-\d\d-\d\d (\d\d):\d\d:\d\d,\d{3} INFO spawned: 'a'/u);
  const expected = [0, 1].map((back) => (new Date(Date.now() - back * 60_000).getUTCHours() + 9) % 24);
  assert.ok(expected.includes(Number(hour)), `${hour}`);
});

test('TZ as a rule: computed as a rule, in both hemispheres', limit, async (t) => {
  await showsZone(await supervise(t, configFor(-4), { env: { PATH: '/usr/bin:/bin', TZ: 'AAA4' } }), '-04:00', '-0400');
  await showsZone(await supervise(t, configFor(7), { env: { PATH: '/usr/bin:/bin', TZ: '<+06>-6<+07>,J1/0,J365/25' } }), '+07:00', '+0700');
});

test('schedule_timezone takes a rule', limit, async (t) => {
  await showsZone(await supervise(t, configFor(11, 'schedule_timezone=<+11>-11\n'), { env: { PATH: '/usr/bin:/bin', TZ: ':UTC' } }), '+00:00', '+0000');
});

test('a TZ that nobody knows is told in a sentence, and is UTC', limit, async (t) => {
  const container = await supervise(t, configFor(0), { env: { PATH: '/usr/bin:/bin', TZ: 'Nowhere/Land' } });
  await container.stderr.line(/warn: there is no time zone Nowhere\/Land \(TZ\): times are in UTC; write one as in Europe\/Berlin, or rules as in CET-1CEST/u);
  await showsZone(container, '+00:00', '+0000');
});
