/** Groups that come and go one by one, through the control interface of the built file; and a supervisor that dies in between. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { steady } from '../support/supervise.ts';

const LIMIT = { timeout: 60_000 };
const tell = fixture('tell_signals');

const program = (name: string, more = ''): string => steady(name, `${tell} --name ${name} --exit 15=0`, more);

/** A running container with a control interface; `write` replaces its configuration but for the head. */
const begin = async (t: TestContext, text: string, { head = '', args = [] as readonly string[] } = {}) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'tsinit.conf');
  const socket = join(folder, 'control.sock');
  const server = `[unix_http_server]\nfile=${socket}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`;
  const write = (content: string): void => writeFileSync(path, head.replaceAll('{dir}', folder) + server + content);
  mkdirSync(join(folder, 'auto'));
  write(text);
  const container = await startContainer(t, [tsinit, '-c', path, ...args]);
  const remote = await remoteControl(t, socket);
  /** What `tsinit ctl` says. */
  const ctl = async (...words: readonly string[]): Promise<string> =>
    (await promisify(execFile)(tsinit, ['ctl', '-s', `unix://${socket}`, ...words], { cwd: folder })).stdout.trim();
  return { container, write, folder, ctl, ...remote };
};

/** Names with their states. */
const namesOf = async (states: () => Promise<Readonly<Record<string, string>>>): Promise<readonly string[]> =>
  Object.entries(await states()).map(([name, state]) => `${name} ${state.split(' ')[0]}`);

test('reread tells what differs, add and remove make it so, and what is the same runs on', LIMIT, async (t) => {
  const { container, write, ask, states } = await begin(t, program('same') + program('other') + program('gone'));
  for (const name of ['same', 'other', 'gone']) await container.stdout.line(new RegExp(`${name} ready`));
  const before = await states();
  write(program('new') + program('same') + program('other', 'environment=A="1"'));
  assert.deepEqual(await ask('supervisor.reloadConfig'), [[['new'], ['other'], ['gone']]]);
  assert.deepEqual(await states(), before, 'nothing has changed yet');

  assert.equal(await ask('supervisor.addProcessGroup', 'same'), '90 ALREADY_ADDED: same');
  assert.equal(await ask('supervisor.addProcessGroup', 'gone'), '90 ALREADY_ADDED: gone');
  assert.equal(await ask('supervisor.addProcessGroup', 'no'), '10 BAD_NAME: no');
  assert.equal(await ask('supervisor.removeProcessGroup', 'no'), '10 BAD_NAME: no');
  assert.equal(await ask('supervisor.removeProcessGroup', 'gone'), '91 STILL_RUNNING: gone');
  assert.equal(await ask('supervisor.addProcessGroup', 'new'), true);
  await container.stdout.line(/new ready/);
  await ask('supervisor.stopProcessGroup', 'gone');
  assert.equal(await ask('supervisor.removeProcessGroup', 'gone'), true);
  assert.equal(await ask('supervisor.addProcessGroup', 'gone'), '10 BAD_NAME: gone');
  await ask('supervisor.stopProcessGroup', 'other');
  assert.equal(await ask('supervisor.removeProcessGroup', 'other'), true);
  assert.equal(await ask('supervisor.addProcessGroup', 'other'), true);
  await container.stdout.line(/other ready/, 2);

  const after = await states();
  assert.deepEqual(Object.keys(after), ['new', 'other', 'same']);
  assert.equal(after['same'], before['same']);
  assert.notEqual(after['other'], before['other']);
  assert.deepEqual(await ask('supervisor.reloadConfig'), [[[], [], []]]);
  await container.stderr.line(/tsinit +\| gone: removed/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

const pool = (count: number, more = ''): string =>
  steady('w', `${tell} --name w%(process_num)d --exit 15=0`, `numprocs=${count}\nprocess_name=w%(process_num)d\n${more}`);

test('numprocs from 3 to 5 and to 2 with update: the other processes of the group run on', LIMIT, async (t) => {
  const { container, write, ctl, states, ask } = await begin(t, pool(3));
  for (const name of ['w0', 'w1', 'w2']) await container.stdout.line(new RegExp(`${name} ready`));
  const before = await states();
  await ask('supervisor.stopProcess', 'w:w1');
  write(pool(5));
  assert.deepEqual(await ctl('update'), 'w: updated process group');
  for (const name of ['w3', 'w4']) await container.stdout.line(new RegExp(`${name} ready`));
  const grown = await states();
  assert.deepEqual([grown['w:w0'], grown['w:w1'], grown['w:w2']], [before['w:w0'], 'STOPPED 0', before['w:w2']], 'what an operator has stopped stays so');
  await ask('supervisor.startProcess', 'w:w1');

  write(pool(2));
  assert.deepEqual((await ctl('update')).split('\n').sort(), ['w: updated process group', 'w:w2: stopped', 'w:w3: stopped', 'w:w4: stopped']);
  assert.deepEqual(await namesOf(states), ['w:w0 RUNNING', 'w:w1 RUNNING']);
  assert.equal((await states())['w:w0'], before['w:w0']);

  await killSupervisor(container);
  write(pool(4));
  container.signal('SIGHUP');
  await container.stderr.line(/w: changed \(w2, w3\)$/);
  await container.stdout.line(/w3 ready/, 2);
  assert.equal((await states())['w:w0'], before['w:w0'], 'HUP spares it too');

  write(pool(2, 'environment=A="1"\n'));
  assert.match(await ctl('update'), /^w: updated process group$/mu);
  await container.stdout.line(/w0 ready/, 2);
  assert.notEqual((await states())['w:w0'], before['w:w0']);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('as supervisord: update stops and starts the whole group', LIMIT, async (t) => {
  const head = '[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\npidfile={dir}/pid\nchildlogdir={dir}/auto\n';
  const { write, ctl, states, ask } = await begin(t, pool(1), { head, args: ['--compat', 'supervisord'] });
  await ask('tsinit.waitFor', 'w:w0', 'running', 50);
  const before = await states();
  write(pool(2));
  assert.equal(await ctl('update'), 'w: stopped\nw: updated process group');
  await ask('tsinit.waitFor', 'w:w1', 'running', 50);
  assert.notEqual((await states())['w:w0'], before['w:w0']);
});

test('a mistake is told with its place, and what was read before is still there to be added', LIMIT, async (t) => {
  const { container, write, ask, folder } = await begin(t, program('a'));
  write(program('a') + program('b'));
  await ask('supervisor.reloadConfig');
  write('[program:c]\ncommnad=x\n');
  const told = String(await ask('supervisor.reloadConfig'));
  assert.ok(told.startsWith(`92 CANT_REREAD: ${folder}/tsinit.conf:`), told);
  assert.match(told, /commnad/);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await container.stdout.line(/b ready/);
});

test('a supervisor that dies leaves exactly these groups, whatever the files say now', { timeout: 120_000 }, async (t) => {
  const { container, write, ask, states } = await begin(t, program('a') + program('b') + program('c', 'autostart=false'));
  await container.stdout.line(/a ready/);
  await container.stdout.line(/b ready/);
  const { a } = await states();
  write(program('a') + program('b', 'priority=5') + program('d') + program('e', 'autostart=false'));
  await ask('supervisor.reloadConfig');
  write('what stands here now is no configuration');
  await killSupervisor(container);
  assert.equal(await ask('supervisor.addProcessGroup', 'd'), true, 'what was read last is known to a successor');
  await container.stdout.line(/d ready/);
  await killSupervisor(container);
  assert.deepEqual(await namesOf(states), ['a RUNNING', 'b RUNNING', 'c STOPPED', 'd RUNNING']);
  assert.equal(await ask('supervisor.removeProcessGroup', 'c'), true);
  await killSupervisor(container);
  assert.deepEqual(await namesOf(states), ['a RUNNING', 'b RUNNING', 'd RUNNING']);
  await ask('supervisor.stopProcessGroup', 'b');
  assert.equal(await ask('supervisor.removeProcessGroup', 'b'), true);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await container.stdout.line(/b ready/, 2);
  const { b } = await states();
  await killSupervisor(container);
  assert.equal(await ask('supervisor.addProcessGroup', 'e'), true);
  await killSupervisor(container);
  const now = await states();
  assert.deepEqual([now['a'], now['b'], now['e']], [a, b, 'STOPPED 0'], 'the same processes all the while');
  const inUse = (await ask('supervisor.getAllConfigInfo')) as readonly { name: string; inuse: boolean; process_prio: number }[];
  assert.deepEqual(
    inUse.map(({ name, inuse, process_prio: priority }) => `${name} ${inuse} ${priority}`),
    ['a true 999', 'b true 5', 'd true 999', 'e true 999'],
  );
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('killed at any moment: what was answered is so, what was not is so wholly or not at all', { timeout: 180_000 }, async (t) => {
  const { container, write, ask, states } = await begin(t, program('a'));
  await container.stdout.line(/a ready/);
  const { a } = await states();
  write(program('a') + program('x', 'autostart=false') + program('y', 'autostart=false'));
  assert.deepEqual(await ask('supervisor.reloadConfig'), [[['x', 'y'], [], []]]);
  let isThere = false;
  for (let round = 0; round < 12; round += 1) {
    const verb: string = isThere ? 'removeProcessGroup' : 'addProcessGroup';
    const answers = ask(`supervisor.${verb}`, 'x').then(
      (answer) => answer,
      () => 'lost',
    );
    // A few milliseconds are the length of a call: some are killed before it, some in it, some after it.
    await new Promise((resolve) => void setTimeout(resolve, round % 6));
    await killSupervisor(container);
    const answer = await answers;
    const now = await states();
    if (answer === true) assert.equal('x' in now, !isThere, `${verb} was answered`);
    else assert.equal(answer, 'lost');
    isThere = 'x' in now;
    assert.deepEqual([now['a'], 'y' in now], [a, false]);
    // The black box has room for the next reading, however often it changes banks.
    assert.deepEqual(await ask('supervisor.reloadConfig'), [[isThere ? ['y'] : ['x', 'y'], [], []]]);
  }
});

test('HUP goes back to one reading of everything', LIMIT, async (t) => {
  const { container, write, ask, states } = await begin(t, program('a') + program('b'));
  await container.stdout.line(/a ready/);
  const { a } = await states();
  write(program('a') + program('b') + program('c'));
  await ask('supervisor.reloadConfig');
  await ask('supervisor.addProcessGroup', 'c');
  await container.stdout.line(/c ready/);
  write(program('a') + program('d'));
  container.signal('SIGHUP');
  await container.stdout.line(/d ready/);
  await killSupervisor(container);
  const now = await states();
  assert.deepEqual([Object.keys(now), now['a']], [['a', 'd'], a]);
});

test('in the supervisord personality an added group has automatic log files of its own, for each reading', LIMIT, async (t) => {
  const head = '[supervisord]\nnodaemon=true\nuser=root\nlogfile={dir}/main.log\npidfile={dir}/pid\nchildlogdir={dir}/auto\n';
  const logsIn = (dir: string): readonly string[] => readdirSync(join(dir, 'auto')).filter((name) => name.startsWith('b-'));
  const { container, write, ask, folder: dir } = await begin(t, program('a'), { head, args: ['--compat', 'supervisord'] });
  write(program('a') + program('b', 'autostart=false'));
  assert.deepEqual(await ask('supervisor.reloadConfig'), [[['b'], [], []]]);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await until(() => logsIn(dir).length === 2);
  assert.ok(logsIn(dir).every((name) => (statSync(join(dir, 'auto', name)).mode & 0o777) === 0o600));
  await killSupervisor(container);
  const { stdout_logfile: path } = (await ask('supervisor.getProcessInfo', 'b')) as { stdout_logfile: string };
  assert.ok(logsIn(dir).includes(path.slice(join(dir, 'auto').length + 1)), path);
  assert.equal(await ask('supervisor.removeProcessGroup', 'b'), true);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  assert.equal(logsIn(dir).length, 2, 'the same as before');
  assert.equal(await ask('supervisor.removeProcessGroup', 'b'), true);
  await ask('supervisor.reloadConfig');
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await until(() => logsIn(dir).length === 4);
});

/** Writes what it hears to its stderr. */
const LISTENER = `[eventlistener:ear]
command=sh -c 'while :; do echo READY; read head; dd bs=1 count=\${head##*len:} status=none >&2; printf "RESULT 2\\nOK"; done'
events=PROCESS_GROUP
`;

test('listeners that are added hear of groups that come and go after them', LIMIT, async (t) => {
  const { container, write, ask } = await begin(t, program('a'));
  write(program('a') + program('b', 'autostart=false') + LISTENER);
  await ask('supervisor.reloadConfig');
  assert.equal(await ask('supervisor.addProcessGroup', 'ear'), true);
  await container.stderr.line(/ear +\| groupname:ear$/);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await container.stderr.line(/ear +\| groupname:b$/);
  assert.equal(await ask('supervisor.removeProcessGroup', 'b'), true);
  await container.stderr.line(/ear +\| groupname:b$/, 2);
  await killSupervisor(container);
  assert.equal(await ask('supervisor.addProcessGroup', 'b'), true);
  await container.stderr.line(/ear +\| groupname:b$/, 3);
});
