/** Commands around a program's life, with real ones: their order, their failures, and a stop that comes meanwhile. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, namedPipe, temporaryFolder } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

test('each at its time: before the start, once it runs, before the signal, after the end', limit, async (t) => {
  const program = `sh -c "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 1 & wait $!; done"`;
  const options = ['start_pre=echo start-pre', 'start_post=echo start-post', 'stop_pre=echo stop-pre', 'stop_post=echo stop-post'].join('\n');
  const container = await supervise(t, once('a', program, options));
  await container.stdout.line(/^a +\| up$/);
  await container.stdout.line(/^start-post$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  const lines = container.stdout.lines.filter((line) => line !== 'start-post');
  // A hook writes by itself, a program by way of the supervisor: `bye` comes between the two, or after the second.
  assert.deepEqual([...lines].sort(), ['a      | bye', 'a      | up', 'start-pre', 'stop-post', 'stop-pre'].sort());
  assert.equal(lines[0], 'start-pre');
  assert.ok(lines.indexOf('stop-pre') < lines.indexOf('stop-post'));
});

test('a start whose hook fails is a start that failed; a hook that hangs is ended', limit, async (t) => {
  const config = [
    '[tsinit]\nexit_policy=all',
    once('bad', 'echo never', 'start_pre=sh -c "exit 3"\nstartretries=0'),
    once('hang', 'echo never', 'start_pre=sh -c "sleep 987 & wait"\nhook_timeout=1\nstartretries=0'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.notEqual(await container.ended, 0);
  assert.match(container.stderr.text(), /not started: bad: start_pre: sh ended with 3/);
  assert.match(container.stderr.text(), /not started: hang: start_pre: sh took longer than 1 seconds/);
  assert.deepEqual([linesOf(container.stdout.lines, 'bad'), linesOf(container.stdout.lines, 'hang')], [[], []]);
});

test('a failure of another hook is told and changes nothing', limit, async (t) => {
  const container = await supervise(t, once('a', 'true', 'stop_post=sh -c "exit 4"'));
  assert.equal(await container.ended, 0);
  assert.match(container.stderr.text(), /stop_post of a: sh ended with 4/);
});

test('a restart waits for the hook after the end', limit, async (t) => {
  const fifo = namedPipe(t);
  const options = `stop_post=sh -c "echo after; read x < ${fifo}"\nautorestart=true`;
  const container = await supervise(t, `[program:a]\ncommand=sh -c "echo up"\nstartsecs=0\n${options}\n`);
  await container.stdout.line(/^after$/);
  await container.stdout.line(/^a +\| up$/);
  assert.equal(linesOf(container.stdout.lines, 'a').length, 1);
  execFileSync('sh', ['-c', `echo go > ${fifo}`]);
  await container.stdout.line(/^a +\| up$/, 2);
});

test('a stop during the hook before the start: the program is not started', limit, async (t) => {
  const fifo = namedPipe(t);
  const container = await supervise(t, once('a', 'echo never', `start_pre=sh -c "echo pre; read x < ${fifo}"`));
  await container.stdout.line(/^pre$/);
  container.signal('SIGTERM');
  await container.stderr.line(/stopping everything: SIGTERM/);
  execFileSync('sh', ['-c', `echo go > ${fifo}`]);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /stopped before it was started/);
  assert.deepEqual(linesOf(container.stdout.lines, 'a'), []);
});

test('a supervisor that is killed during hooks has one successor: no number of a run is used twice', limit, async (t) => {
  const fifos = [namedPipe(t), namedPipe(t)] as const;
  const hook = (fifo: string): string => `start_pre=sh -c "echo pre; read x < ${fifo}"`;
  const container = await supervise(t, once('a', 'echo up', hook(fifos[0])) + once('b', 'echo up', hook(fifos[1])));
  for (let kill = 1; kill <= 3; kill++) {
    await container.stdout.line(/^pre$/, 2 * kill);
    await killSupervisor(container);
  }
  await container.stdout.line(/^pre$/, 8);
  for (const fifo of fifos) execFileSync('sh', ['-c', `echo go > ${fifo}`]);
  await Promise.all([container.stdout.line(/^a +\| up$/), container.stdout.line(/^b +\| up$/)]);
  assert.equal(await container.ended, 0, container.stderr.text());
  const successors = container.stderr.lines.filter((line) => line.includes('starting it again'));
  assert.deepEqual(successors, Array<string>(3).fill('tsinit: supervisor ended by SIGKILL; starting it again, 2 programs run on'));
});

test('a hook before the start that does not end keeps nobody from a stop in order', limit, async (t) => {
  const tell = fixture('tell_signals');
  const stuck = once('stuck', 'echo never', 'start_pre=sh -c "echo pre; sleep 1000"\nhook_timeout=900\npriority=2');
  const container = await supervise(t, `[tsinit]\nstop_window=3\n${stuck}${once('last', `${tell} --exit 15=0`, 'priority=1')}`);
  await container.stdout.line(/^pre$/);
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /stopped before it was started/);
  assert.deepEqual(linesOf(container.stdout.lines, 'last'), ['main ready', 'main signal 15']);
});

test(
  'a hook that takes too long has the stop signal and its time before KILL; what it leaves behind has it, too; what was KILLed is named',
  limit,
  async (t) => {
    const tell = fixture('tell_signals');
    const mess = join(temporaryFolder(t), 'mess');
    const config = [
      once('polite', 'echo never', `start_pre=${tell} --name polite --exit 15=0\nhook_timeout=3\nstartretries=0`),
      once('stubborn', 'echo never', `start_pre=${tell} --name stubborn --child\nhook_timeout=3\nstopwaitsecs=1\nstartretries=0`),
      once('messy', 'echo up', `start_pre=sh -c "${tell} --name mess > ${mess} & until grep -q ready ${mess}; do :; done"\nstopwaitsecs=1`),
    ];
    const container = await supervise(t, `[tsinit]\nexit_policy=never\n${config.join('\n')}`);
    await container.stderr.line(/not started: polite: start_pre: .*tell_signals.* took longer than 3 seconds/);
    await container.stdout.line(/^polite signal 15$/);
    await container.stderr.line(/not started: stubborn: start_pre: .*tell_signals.* took longer than 3 seconds/);
    for (const name of ['stubborn', 'stubborn-child']) await container.stdout.line(new RegExp(`^${name} signal 15$`));
    await container.stderr.line(/killed what did not end in its time: process \d+ \(".*tell_signals.*"\) of start_pre of stubborn/, 2);
    await container.stdout.line(/^messy +\| up$/);
    await container.stderr.line(/killed what did not end in its time: process \d+ \("tell_signals.*"\) of start_pre of messy/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.doesNotMatch(container.stderr.text(), /of start_pre of polite|left behind/);
    assert.equal(readFileSync(mess, 'latin1').match(/mess signal 15\n/g)?.length, 1);
    for (const name of ['polite', 'stubborn', 'stubborn-child']) {
      assert.equal(container.stdout.lines.filter((line) => line === `${name} signal 15`).length, 1, name);
    }
  },
);

test('a hook that a killed supervisor has begun is asked to end, and has ended before the successor begins it again', limit, async (t) => {
  const file = join(temporaryFolder(t), 'hook.sh');
  writeFileSync(file, `trap 'echo asked; sleep 0.3; echo end; exit 1' TERM\necho begin\nwhile :; do sleep 1000 & wait $!; done\n`);
  const container = await supervise(t, `[tsinit]\nstop_window=3\n${once('a', 'echo never', `start_pre=sh ${file}\nhook_timeout=900`)}`);
  await container.stdout.line(/^begin$/);
  await killSupervisor(container);
  await container.stdout.line(/^begin$/, 2);
  assert.deepEqual(container.stdout.lines.slice(0, 4), ['begin', 'asked', 'end', 'begin']);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /begin\nasked\nend$/);
});
