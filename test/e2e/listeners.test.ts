/** Event listeners of the built file: they hear what happens, are asked again for what they did not deal with, and outlive a supervisor. */
import assert from 'node:assert/strict';
import { constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Container, killSupervisor, namedPipe, temporaryFolder, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const listener = (name: string, events: string, more = '', words = ''): string =>
  `[eventlistener:${name}]\ncommand=${fixture('listener')} ${words}\nevents=${events}\nstartsecs=0\nautorestart=true\nstdout_logfile=NONE\nstderr_logfile=/dev/stdout\n${more}\n`;

const gateIn = (t: TestContext): { readonly path: string; readonly tell: (word: string) => void } => {
  const path = namedPipe(t);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return { path, tell: (word) => void writeSync(descriptor, `${word}\n`) };
};

const end = async (container: Container): Promise<void> => {
  container.signal('SIGTERM');
  await container.ended;
};

test('a listener hears of groups, the start and every change of state', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, listener('lis', 'EVENT', 'buffer_size=100') + once('job', 'sh -c "exit 3"'));
  await container.stdout.line(/event PROCESS_STATE_EXITED .* processname:job groupname:job from_state:RUNNING expected:0 pid:\d+/);
  await end(container);
  const heard = linesOf(container.stdout.lines, 'lis').map((line) =>
    line.replace(/pid:\d+/, 'pid:N').replace(/^event (\S+) serial (\d+) poolserial \2 /, '$2 $1 '),
  );
  const told = heard.map((line) => line.replace(/^\d+ /, ''));
  for (const line of [
    'PROCESS_GROUP_ADDED groupname:lis|',
    'PROCESS_GROUP_ADDED groupname:job|',
    'SUPERVISOR_STATE_CHANGE_RUNNING ',
    'PROCESS_STATE_STARTING processname:lis groupname:lis from_state:STOPPED tries:0',
    'PROCESS_STATE_RUNNING processname:lis groupname:lis from_state:STARTING pid:N',
    'PROCESS_STATE_STARTING processname:job groupname:job from_state:STOPPED tries:0',
    'PROCESS_STATE_RUNNING processname:job groupname:job from_state:STARTING pid:N',
    'PROCESS_STATE_EXITED processname:job groupname:job from_state:RUNNING expected:0 pid:N',
  ])
    assert.ok(told.includes(line), `${line} is missing in\n${told.join('\n')}`);
  assert.deepEqual(told.slice(0, 3), ['PROCESS_GROUP_ADDED groupname:lis|', 'PROCESS_GROUP_ADDED groupname:job|', 'SUPERVISOR_STATE_CHANGE_RUNNING ']);
  const serials = heard.map((line) => Number(line.split(' ')[0])).filter((serial) => !Number.isNaN(serial));
  assert.deepEqual(
    serials,
    serials.map((_, index) => index),
  );
});

test('what a program says between tokens is an event, and so is its output where that is asked for', { timeout: 60_000 }, async (t) => {
  const says = 'sh -c \'printf "one\\n<!--XSUPERVISOR:BEGIN-->hello\\nthere<!--XSUPERVISOR:END-->"; exec sleep 1000\'';
  const container = await supervise(
    t,
    listener('lis', 'PROCESS_COMMUNICATION,PROCESS_LOG') + steady('say', says, 'stdout_capture_maxbytes=1KB\nstdout_events_enabled=true'),
  );
  await container.stdout.line(/event PROCESS_COMMUNICATION_STDOUT serial \d+ poolserial \d+ processname:say groupname:say pid:\d+\|hello\|there/);
  await container.stdout.line(/event PROCESS_LOG_STDOUT serial \d+ poolserial \d+ processname:say groupname:say pid:\d+ channel:stdout\|one/);
  await end(container);
});

test('text, a message and text in one write are events in that order, in both personalities', { timeout: 60_000 }, async (t) => {
  const says = 'sh -c \'printf "A\\n<!--XSUPERVISOR:BEGIN-->hello<!--XSUPERVISOR:END-->B, and enough to be more than a token\\n"; exec sleep 1000\'';
  for (const args of [[], ['--compat', 'supervisord']]) {
    const folder = temporaryFolder(t);
    const head = args.length === 0 ? '' : `[supervisord]\nnodaemon=true\nlogfile=/dev/null\npidfile=${folder}/pid\nchildlogdir=${folder}\n`;
    const logs = 'stdout_capture_maxbytes=1KB\nstdout_events_enabled=true\nstdout_logfile=NONE';
    const text =
      head +
      listener('lis', 'PROCESS_COMMUNICATION,PROCESS_LOG').replace('stderr_logfile=/dev/stdout', 'stderr_logfile=/dev/stdout\nstderr_logfile_maxbytes=0') +
      steady('say', says, logs);
    const container = await supervise(t, text, { args });
    await container.stdout.line(/channel:stdout\|B, and/);
    const told = container.stdout.lines.flatMap((line) => /event (PROCESS_\w+).*?\|(A|hello|B)/.exec(line)?.slice(1).join(' ') ?? []);
    assert.deepEqual(
      // To supervisord a message is output, too.
      told.filter((line) => line !== 'PROCESS_LOG_STDOUT hello'),
      ['PROCESS_LOG_STDOUT A', 'PROCESS_COMMUNICATION_STDOUT hello', 'PROCESS_LOG_STDOUT B'],
    );
    await end(container);
  }
});

test('a rejected event comes again; who dies with one gets it again; who talks nonsense gets nothing more', { timeout: 60_000 }, async (t) => {
  const gate = gateIn(t);
  const container = await supervise(t, listener('lis', 'SUPERVISOR_STATE_CHANGE_RUNNING', '', `--gate ${gate.path}`));
  const again = /event SUPERVISOR_STATE_CHANGE_RUNNING serial 0 poolserial 0/;
  await container.stdout.line(again);
  gate.tell('fail');
  await container.stderr.line(/lis: event was rejected/);
  await container.stdout.line(again, 2);
  gate.tell('die');
  await container.stdout.line(again, 3);
  gate.tell('rubbish');
  await container.stderr.line(/lis: bad result line: 'rubbish'/);
  await container.stderr.line(/lis: has entered the UNKNOWN state and will no longer receive events/);
  await end(container);
});

test('a full buffer loses the oldest event, and says so', { timeout: 60_000 }, async (t) => {
  const gate = gateIn(t);
  const container = await supervise(
    t,
    listener('lis', 'PROCESS_STATE_EXITED,SUPERVISOR_STATE_CHANGE_RUNNING', 'buffer_size=1', `--gate ${gate.path}`) +
      once('a', 'true', 'priority=1') +
      once('b', 'true', 'priority=2'),
  );
  await container.stdout.line(/gate/);
  await container.stderr.line(/pool lis event buffer overflowed, discarding event 1/);
  gate.tell('ok');
  await container.stdout.line(/event PROCESS_STATE_EXITED serial 2 poolserial 2/);
  await end(container);
});

test('many lost events are one line a second with their number, and none is left out at the end', { timeout: 60_000 }, async (t) => {
  const gate = gateIn(t);
  const chatter = `/bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo $i; sleep 0.02; done; echo over >&2; exec sleep 1000'`;
  const container = await supervise(
    t,
    listener('lis', 'PROCESS_LOG,SUPERVISOR_STATE_CHANGE_RUNNING', 'buffer_size=1', `--gate ${gate.path}`) + steady('a', chatter, 'stdout_events_enabled=true'),
  );
  await container.stdout.line(/gate/);
  await container.stderr.line(/over/);
  await end(container);
  const lost = container.stderr.lines.flatMap((line) => /discarding (\d+ events?|event)/.exec(line)?.[1] ?? []);
  const count = lost.reduce((sum, words) => sum + (words === 'event' ? 1 : Number.parseInt(words, 10)), 0);
  const published = /discarding .*event (\d+)$/.exec(container.stderr.lines.findLast((line) => line.includes('discarding')) ?? '');
  assert.equal(count, Number(published?.[1]), container.stderr.text());
  assert.ok(lost.length < 15, container.stderr.text());
});

test('a listener that is busy when the supervisor is killed is not busy for ever, and loses nothing', { timeout: 120_000 }, async (t) => {
  const gate = gateIn(t);
  const container = await supervise(
    t,
    listener('lis', 'PROCESS_STATE_EXITED,SUPERVISOR_STATE_CHANGE_RUNNING', '', `--gate ${gate.path}`) +
      listener('other', 'PROCESS_STATE_EXITED') +
      once('a', 'true'),
  );
  await container.stdout.line(/gate/);
  await container.stdout.line(/^other +\| event PROCESS_STATE_EXITED/);
  for (let kill = 0; kill < 3; kill++) await killSupervisor(container);
  gate.tell('fail');
  await container.stdout.line(/event SUPERVISOR_STATE_CHANGE_RUNNING serial 0 poolserial 0/, 2);
  await killSupervisor(container);
  gate.tell('ok');
  await container.stdout.line(/^lis +\| event PROCESS_STATE_EXITED serial \d+ poolserial \d+ processname:a /);
  gate.tell('ok');
  await end(container);
  assert.doesNotMatch(container.stderr.text(), /UNKNOWN state/);
});

test('a supervisor killed 20 times while events come thick and fast: none is lost, and no listener', { timeout: 120_000 }, async (t) => {
  const note = join(temporaryFolder(t), 'note');
  const container = await supervise(t, listener('lis', 'PROCESS_STATE', 'buffer_size=1000', `--note ${note}`) + steady('loop', 'sleep 0.05'));
  const heard = (): readonly number[] => [...read(note).matchAll(/ serial (\d+) /g)].map((match) => Number(match[1]));
  for (let kill = 0; kill < 20; kill++) {
    const before = heard().length;
    await until(() => heard().length >= before + 3);
    await killSupervisor(container);
  }
  const before = heard().length;
  await until(() => heard().length >= before + 3);
  await end(container);
  assert.doesNotMatch(container.stderr.text(), /UNKNOWN state/);
  const pids = new Set([...container.stderr.text().matchAll(/spawned: 'lis' with pid (\d+)/g)].map((match) => match[1]));
  assert.equal(pids.size, 1);
  // They came faster than the listener could take them, or rather faster than this machine could: not what is tested here.
  if (container.stderr.text().includes('waiting events were lost')) return;
  // One that was being written at the very instant of a kill may come twice.
  const serials = [...new Set(heard())];
  assert.deepEqual(
    serials,
    serials.map((_, index) => index),
  );
});

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
