/** What somebody meets who tries tsinit for the first time, in its own personality: stops, keys, lines and words. Each case has been reported of some init or supervisor. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { configFile, linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

test('what a launcher leaves has the rest of stopwaitsecs: asked once, waited for, and no failure', limit, async (t) => {
  const folder = temporaryFolder(t);
  // Longer than the two seconds that what is left once got.
  writeFileSync(join(folder, 'server'), `trap 'echo asked; sleep 3; echo done; exit 0' TERM\necho ready\nwhile :; do sleep 0.1; done\n`);
  writeFileSync(join(folder, 'launch'), `set -m\nsh ${folder}/server &\nsleep 1000 &\nfg %1\n`);
  const container = await supervise(t, steady('app', `bash ${folder}/launch`, 'stopwaitsecs=45'));
  await container.stdout.line(/\| ready$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(
    linesOf(container.stdout.lines, 'app').filter((line) => /^(asked|done)$/.test(line)),
    ['asked', 'done'],
  );
  assert.doesNotMatch(container.stderr.text(), /KILL/);
});

test('what is left and does not end is KILLed at the end of stopwaitsecs, and named; the code says so', limit, async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'server'), `trap '' TERM\necho ready\nwhile :; do sleep 0.1; done\n`);
  writeFileSync(join(folder, 'launch'), `bash ${folder}/server &\nwait\n`);
  const container = await supervise(t, steady('app', `sh ${folder}/launch`, 'stopwaitsecs=500ms'));
  await container.stdout.line(/\| ready$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 137, container.stderr.text());
  assert.match(container.stderr.text(), /killed what did not end in its time: process \d+ \("bash"\) of app$/m);
});

test('a program that is stopped gets CONT behind the stop signal and ends in time', limit, async (t) => {
  const container = await supervise(t, steady('frozen', `bash -c 'trap "echo woken; exit 0" TERM; echo up; kill -STOP $$; sleep 1000'`, 'stopwaitsecs=45'));
  await container.stdout.line(/up/);
  await until(() => container.processes().some((process) => process.state === 'T'));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 'frozen'), ['up', 'woken']);
});

test('Ctrl-Z without a terminal of its own suspends nothing, and that is said', limit, async (t) => {
  const container = await supervise(t, steady('a', `bash -c 'trap "echo heard" USR1; echo up; while :; do sleep 0.1; done'`));
  await container.stdout.line(/up/);
  container.signal('SIGTSTP');
  await container.stderr.line(/ignored SIGTSTP: a container cannot be suspended from its keyboard/);
  container.signal('SIGUSR1');
  await container.stdout.line(/heard/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('log_format=raw: dots without a newline come while the program still works', limit, async (t) => {
  const file = configFile(t, steady('dots', `sh -c 'printf ....; exec sleep 1000'`, 'log_format=raw'));
  const reader = 'read -r -n 4 dots; echo "got $dots"; exec cat';
  const container = await startContainer(t, ['/bin/bash', '-c', `exec ${tsinit} -c ${file} > >(${reader})`]);
  await container.stdout.line(/^got \.{4}$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('words: a program that has started, one of a group, a duration in a unit of its own, an environment with blanks', limit, async (t) => {
  const container = await supervise(
    t,
    `[program:app]\ncommand=sh -c 'echo "$A $B"; exec sleep 1000'\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d\nstartsecs=500ms\nenvironment = A = 1 , B = "2"\n`,
  );
  await container.stderr.line(/spawned: 'app:app_1' with pid \d+/);
  await container.stderr.line(/running: app:app_0, up for \S+ s \(startsecs\)/);
  await container.stdout.line(/\| 1 2$/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stderr.text(), /success:|> than/);
});

test('a scheduled program: why tells when it comes next', limit, async (t) => {
  const file = configFile(
    t,
    `[tsinit]\n[unix_http_server]\nfile=%(here)s/s.sock\n[program:job]\ncommand=true\nschedule=0 0 1 1 *\n${steady('a', 'sleep 1000')}`,
  );
  const ask = `until ${tsinit} ctl -c ${file} version >/dev/null 2>&1; do sleep 0.1; done; ${tsinit} ctl -c ${file} why job; echo over`;
  writeFileSync(`${file}.sh`, ask);
  const container = await startContainer(t, ['/bin/sh', '-c', `${tsinit} -c ${file} & sh ${file}.sh; kill -TERM $!; wait`]);
  await container.stdout.line(/^over$/);
  assert.match(container.stdout.text(), /job.*next time by the schedule is Jan 01 12:00 AM/);
  assert.doesNotMatch(container.stdout.text(), /autostart/);
  container.signal('SIGTERM');
  await container.ended;
});

test('options of supervisord that are unknown here: check tells what to write, and where a line continues another', limit, async (t) => {
  const text =
    '[supervisord]\nstderr_logfile=/x\n[program:web]\ncommand=/bin/web\n  autostart=true\npidfile=/run/web.pid\ndependent_startup=true\nexitcode=0\n';
  const container = await startContainer(t, [tsinit, 'check', configFile(t, text)]);
  assert.equal(await container.ended, 2);
  const told = container.stdout.text() + container.stderr.text();
  for (const part of [
    /stderr_logfile.*programs/,
    /pidfile/,
    /dependent_startup.*depends_on/,
    /exitcode.*exitcodes/,
    /autostart=.*is indented/,
    /--compat supervisord/,
  ])
    assert.match(told, part);
});

test('a count beyond what is counted is the largest, with a warning that names unlimited', limit, async (t) => {
  const container = await supervise(t, once('a', 'echo up', 'startretries=99999999999'));
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /startretries.*unlimited/);
  assert.match(container.stdout.text(), /up/);
});
