/** `ctl reload NAME` with the built file: by signal and by command, done when the program says so, and what cannot be. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { killSupervisor, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { steady } from '../support/supervise.ts';

const limit = { timeout: 90_000 };
const tell = fixture('tell_signals');
const notify = fixture('notify');

const begin = async (t: TestContext, programs: string) => {
  const folder = temporaryFolder(t);
  const [path, socket] = [join(folder, 'tsinit.conf'), join(folder, 's')];
  writeFileSync(path, `[tsinit]\nexit_policy=never\n[unix_http_server]\nfile=${socket}\n${programs}`);
  const container = await startContainer(t, [tsinit, '-c', path]);
  const control = await remoteControl(t, socket);
  const ctl = async (...words: readonly string[]): Promise<readonly [code: number, text: string]> => {
    try {
      const { stdout, stderr } = await promisify(execFile)(tsinit, ['ctl', '-c', path, ...words], { cwd: folder });
      return [0, `${stdout}${stderr}`.trim()];
    } catch (error) {
      const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
      return [code, `${stdout}${stderr}`.trim()];
    }
  };
  return { container, ctl, ...control };
};

test('a signal, a command with the main process in MAINPID, a group, all of them', limit, async (t) => {
  const { container, ctl, ask } = await begin(
    t,
    [
      steady('web', `${tell} --name web --exit 15=0`, 'reload_signal=HUP'),
      steady('app', `${tell} --name app --exit 15=0`, 'reload_command=sh -c "echo $SUPERVISOR_PROCESS_NAME; kill -USR1 $MAINPID"'),
      steady('bad', `${tell} --name bad --exit 15=0`, 'reload_command=sh -c "exit 3"'),
      steady('plain', `${tell} --name plain --exit 15=0`),
      `[program:idle]\ncommand=${tell}\nautostart=false\nreload_signal=HUP\n`,
    ].join('\n'),
  );
  for (const name of ['web', 'app', 'bad', 'plain']) await container.stdout.line(new RegExp(`^${name} +\\| ${name} ready$`));
  assert.deepEqual(await ctl('reload', 'web'), [0, 'web: reloaded']);
  await container.stdout.line(/^web +\| web signal 1$/);
  assert.deepEqual(await ctl('reload', 'app'), [0, 'app: reloaded']);
  await container.stdout.line(/^app$/);
  await container.stdout.line(/^app +\| app signal 10$/);
  assert.deepEqual(await ctl('reload', 'bad'), [1, 'bad: ERROR (reload_command: sh ended with 3)']);
  assert.deepEqual(await ctl('reload', 'plain'), [1, 'plain: ERROR (it has neither reload_command nor reload_signal)']);
  assert.deepEqual(await ctl('reload', 'idle'), [7, 'idle: ERROR (not running)']);
  assert.deepEqual(await ctl('reload', 'nobody'), [1, 'nobody: ERROR (no such process)']);
  assert.deepEqual(await ctl('reload', 'web:*'), [0, 'web: reloaded']);
  assert.deepEqual(await ctl('reload', 'plain:*'), [1, 'plain:*: ERROR (none of them runs and has reload_command or reload_signal)']);
  const [code, text] = await ctl('reload', 'all');
  assert.deepEqual([code, text.split('\n').sort()], [1, ['app: reloaded', 'bad: ERROR (reload_command: sh ended with 3)', 'web: reloaded']]);
  await killSupervisor(container);
  await ask('tsinit.getVersion'); // the successor listens
  assert.deepEqual(await ctl('reload', 'web'), [0, 'web: reloaded']);
  await container.stdout.line(/^web +\| web signal 1$/, 4);
});

test('with ready_on=notify it is done when the program says so', limit, async (t) => {
  const handler = `trap '${notify} RELOADING=1; ${notify} STATUS=new READY=1' HUP`;
  const script = `${handler}; ${notify} READY=1; while :; do sleep 0.1; done`;
  const { container, ctl, ask } = await begin(
    t,
    [
      steady('web', `sh -c "${script}"`, 'ready_on=notify\nreload_signal=HUP\nhook_timeout=60'),
      steady('deaf', `sh -c "trap : HUP; ${notify} READY=1; while :; do sleep 0.1; done"`, 'ready_on=notify\nreload_signal=HUP\nhook_timeout=1'),
      steady('weak', `sh -c "${notify} READY=1; exec sleep 1000"`, 'ready_on=notify\nreload_signal=TERM\nautorestart=false'),
    ].join('\n'),
  );
  for (const name of ['web', 'deaf', 'weak']) await container.stderr.line(new RegExp(`ready: ${name}`));
  assert.deepEqual(await ctl('reload', 'web'), [0, 'web: reloaded']);
  assert.match(String(await ask('tsinit.why', 'web')), /; it says: new/u);
  assert.deepEqual(await ctl('reload', 'deaf'), [1, 'deaf: ERROR (it has not said READY=1 within 1 seconds)']);
  assert.deepEqual(await ctl('reload', 'weak'), [1, 'weak: ERROR (it has ended before it was done)']);
  await container.stderr.line(/not reloaded: weak/);
});

test('the main process that a program has named gets the signal', limit, async (t) => {
  const script = `${tell} --name inner --exit 15=0 & ${notify} MAINPID=$! READY=1 --barrier; wait`;
  const { container, ctl } = await begin(t, steady('web', `sh -c "${script}"`, 'watchdog=1000\nreload_signal=USR1'));
  await container.stdout.line(/^web +\| inner ready$/);
  await container.stdout.line(/^web +\| told$/);
  assert.deepEqual(await ctl('reload', 'web'), [0, 'web: reloaded']);
  await container.stdout.line(/^web +\| inner signal 10$/);
});

test('without a name it restarts everything, as supervisorctl does', limit, async (t) => {
  const { container, ctl } = await begin(t, steady('web', `${tell} --name web --exit 15=0`, 'reload_signal=HUP'));
  await container.stdout.line(/^web +\| web ready$/);
  assert.deepEqual(await ctl('reload'), [0, 'Restarted supervisord']);
  await container.stdout.line(/^web +\| web ready$/, 2);
});
