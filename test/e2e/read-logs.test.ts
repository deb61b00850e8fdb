/** Logs through the control interface of the built file: read where they are, from memory where there is no file, and made empty. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { killSupervisor, namedPipe, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { type RemoteControl, remoteControl } from '../support/remote.ts';
import { watchLines } from '../support/line-watch.ts';
import { once, steady } from '../support/supervise.ts';

const LIMIT = { timeout: 60_000 };
const asRoot = { ...LIMIT, skip: process.getuid?.() !== 0 && 'needs root' };

/** A program that says its name, and a word more for each USR1. */
const talker = (name: string, more = ''): string => steady(name, `${fixture('tell_signals')} --name ${name} --exit 15=0`, more);

const CONTROL =
  '[unix_http_server]\nfile={dir}/control.sock\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';

const begin = async (t: TestContext, text: string, ...args: readonly string[]) => {
  const folder = temporaryFolder(t);
  const write = (content: string): void => writeFileSync(join(folder, 'tsinit.conf'), content.replaceAll('{dir}', folder));
  write(text);
  const container = await startContainer(t, [tsinit, '-c', join(folder, 'tsinit.conf'), ...args]);
  return { container, folder, write, control: () => remoteControl(t, join(folder, 'control.sock')) };
};

/** Waits until the whole log is as wanted: what has been read may not have been kept yet. */
const logIs = async ({ ask }: RemoteControl, name: string, wanted: RegExp, channel = 'Stdout'): Promise<string> => {
  for (;;) {
    const text = String(await ask(`supervisor.readProcess${channel}Log`, name, 0, 0));
    if (wanted.test(text)) return text;
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
};

test('what goes to the container is read from memory, without prefixes, until the supervisor dies', LIMIT, async (t) => {
  const { container, control } = await begin(t, CONTROL + talker('a') + talker('none', 'stdout_logfile=NONE\nstderr_logfile=NONE'));
  const remote = await control();
  await container.stdout.line(/a ready/);
  assert.match(await logIs(remote, 'a', /ready\n$/), /^a ready\n$/);
  assert.equal(await remote.ask('supervisor.readProcessStdoutLog', 'none', 0, 0), '20 NO_FILE');
  await killSupervisor(container);
  assert.equal(await logIs(remote, 'a', /^$/), '', 'memory does not outlive it');
  await remote.ask('supervisor.signalProcess', 'a', 'USR1');
  await container.stdout.line(/a signal 10/);
  await logIs(remote, 'a', /^a signal 10\n$/);
  assert.equal(await remote.ask('supervisor.clearProcessLogs', 'a'), true);
  assert.equal(await remote.ask('supervisor.readProcessStdoutLog', 'a', 0, 0), '');
  await container.stdout.line(/a signal 10/); // the container's own stream is nobody's to clear
});

test('a file is made empty and written on; of a program that does not run nothing is touched', LIMIT, async (t) => {
  const { folder, control } = await begin(t, CONTROL + talker('a', 'stdout_logfile={dir}/a.log\nredirect_stderr=true'));
  const remote = await control();
  const path = join(folder, 'a.log');
  await logIs(remote, 'a', /^a ready\n$/);
  assert.equal(await remote.ask('supervisor.readProcessStderrLog', 'a', 0, 0), '20 NO_FILE');
  assert.equal(await remote.ask('supervisor.clearProcessLogs', 'a'), true);
  assert.equal(readFileSync(path, 'utf8'), '');
  await remote.ask('supervisor.signalProcess', 'a', 'USR1');
  await logIs(remote, 'a', /^a signal 10\n$/);
  await remote.ask('supervisor.stopProcess', 'a');
  const before = readFileSync(path, 'utf8');
  assert.equal(await remote.ask('supervisor.clearProcessLogs', 'a'), true);
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('a reload that brings a control interface makes what runs already readable', LIMIT, async (t) => {
  const { container, write, control } = await begin(t, talker('a'));
  await container.stdout.line(/a ready/);
  write(CONTROL + talker('a'));
  container.signal('SIGHUP');
  const remote = await control();
  await remote.ask('supervisor.signalProcess', 'a', 'USR1');
  await container.stdout.line(/a signal 10/);
  // The last words are kept for the report about the exit, whoever asks.
  await logIs(remote, 'a', /^(?:a ready\n)?a signal 10\n$/);
});

test('the main log: from memory where there is no file', LIMIT, async (t) => {
  const { container, control } = await begin(t, CONTROL + talker('a'));
  const remote = await control();
  await container.stdout.line(/a ready/);
  assert.match(String(await remote.ask('supervisor.readLog', 0, 0)), /^\d{4}-\d\d-\d\d [\d:]{8},\d{3} INFO spawned: 'a' with pid \d+$/m);
  assert.equal(await remote.ask('supervisor.clearLog'), true);
  assert.doesNotMatch(String(await remote.ask('supervisor.readLog', 0, 0)), /spawned/);
});

test('the main log: its file is made empty; what is said of that stands on standard output', LIMIT, async (t) => {
  const head = '[supervisord]\nnodaemon=true\nuser=root\nlogfile={dir}/main.log\npidfile={dir}/pid\n';
  const { container, folder, control } = await begin(t, head + CONTROL + talker('a', 'stdout_logfile=NONE\nstderr_logfile=NONE'), '--compat', 'supervisord');
  const remote = await control();
  const path = join(folder, 'main.log');
  await container.stdout.line(/INFO success: a entered RUNNING/);
  await until(() => existsSync(path) && readFileSync(path, 'utf8').includes('success'));
  assert.match(String(await remote.ask('supervisor.readLog', 0, 0)), /INFO success: a entered RUNNING/);
  assert.equal(await remote.ask('supervisor.clearLog'), true);
  await container.stdout.line(/INFO reopening log file/, 2);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /success|reopening/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(readFileSync(path, 'utf8'), /WARN received SIGTERM/);
});

test('a log that is /dev/null: empty is empty', LIMIT, async (t) => {
  for (const compat of [[], ['--compat', 'supervisord']]) {
    const own =
      compat.length === 0 ? '[tsinit]\nlogfile=/dev/null\n' : '[supervisord]\nlogfile=/dev/null\nnodaemon=true\npidfile={dir}/pid\nchildlogdir={dir}\n';
    const { folder, container, control } = await begin(t, own + CONTROL + talker('a', 'stdout_logfile=/dev/null'), ...compat);
    const remote = await control();
    assert.equal(await remote.ask('supervisor.readLog', 0, 0), '');
    assert.equal(await remote.ask('supervisor.readLog', -1600, 0), '');
    assert.equal(await remote.ask('supervisor.readProcessStdoutLog', 'a', 0, 0), '');
    assert.deepEqual(await remote.ask('supervisor.tailProcessStdoutLog', 'a', 0, 100), ['', 0, false]);
    const ctl = (...words: readonly string[]): SpawnSyncReturns<string> =>
      spawnSync(tsinit, ['ctl', '-s', `unix://${folder}/control.sock`, ...words], { encoding: 'utf8', timeout: 20_000 });
    for (const words of [['maintail'], ['tail', 'a']]) assert.deepEqual([ctl(...words).status, ctl(...words).stdout.trim()], [0, '']);
    assert.equal(await remote.ask('supervisor.clearLog'), true);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0);
  }
});

test('the log file of a program that says nothing is there from the start: read, and followed', LIMIT, async (t) => {
  const go = namedPipe(t);
  const { folder, control } = await begin(t, CONTROL + steady('q', `sh -c "read x < ${go}; echo late; exec sleep 1000"`, 'stdout_logfile={dir}/q.log'));
  const remote = await control();
  await until(() => existsSync(join(folder, 'q.log')));
  assert.equal(await remote.ask('supervisor.readProcessStdoutLog', 'q', 0, 0), '');
  const follower = spawn(tsinit, ['ctl', '-s', `unix://${folder}/control.sock`, 'tail', '-f', 'q'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void follower.kill('SIGKILL'));
  const lines = watchLines('tail -f');
  follower.stdout.on('data', lines.push);
  await lines.line(/Press Ctrl-C/);
  writeFileSync(go, '\n');
  await lines.line(/^late$/);
});

test('a log whose place the program has taken with a link of its own is not read: by call, by tail -f, in the exit report', asRoot, async (t) => {
  const own = temporaryFolder(t);
  const secret = join(temporaryFolder(t), 'secret');
  writeFileSync(secret, 'of root alone\n', { mode: 0o600 });
  chmodSync(own, 0o755);
  chownSync(own, 65_534, 65_534);
  const program = `/bin/sh -c 'echo mine; until [ -s ${own}/a.log ]; do sleep 0.02; done; ln -sf ${secret} ${own}/a.log; ln -s ${secret} ${own}/b.log; echo linked >&2; read word; exit 3'`;
  const { container, folder, control } = await begin(
    t,
    `${CONTROL}[tsinit]\nexit_policy=essential\nexit_report={dir}/report\n[program:a]\ncommand=${program}\nuser=nobody\nautorestart=false\nessential=true\nstartsecs=0\nstdin=pipe\nstdout_logfile=${own}/a.log\n` +
      once('b', 'sleep 1000', `stdout_logfile=${own}/b.log\nautostart=false`),
  );
  const remote = await control();
  await container.stderr.line(/linked/);
  for (const name of ['a', 'b']) assert.equal(await remote.ask('supervisor.readProcessStdoutLog', name, 0, 0), '30 FAILED');
  assert.deepEqual(await remote.ask('supervisor.tailProcessStdoutLog', 'a', 0, 100), ['', 0, false]);
  const followed = spawnSync(tsinit, ['ctl', '-s', `unix://${folder}/control.sock`, 'tail', '-f', 'a'], { encoding: 'utf8', timeout: 20_000 });
  assert.doesNotMatch(followed.stdout + followed.stderr, /of root alone/);
  await remote.ask('supervisor.sendProcessStdin', 'a', 'go\n');
  await container.ended;
  const report = readFileSync(join(folder, 'report'), 'utf8');
  assert.match(report, /"code":3/);
  assert.doesNotMatch(report, /of root alone/);
});
