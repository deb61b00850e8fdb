/** What people who come from supervisord do on their first day, in the circumstances that engines make. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startContainer, supervisorPid, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { runAsPid1 } from '../support/init.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 30_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';
const report = fixture('report');
const tell = `${fixture('tell_signals')} --exit 15=0`;

/** As `docker run --user ... --group-add ...` starts it. */
const asUser = (ids: readonly string[], words: readonly string[]): readonly string[] => ['/usr/bin/setpriv', ...ids, ...words];

const configuration = (t: TestContext, text: string): string => {
  const path = join(temporaryFolder(t), 'tsinit.conf');
  writeFileSync(path, text);
  return path;
};

test('user= of the user that the container has keeps the groups that the engine has added', asRoot, async (t) => {
  const groupsOf = async (ids: readonly string[], options: string): Promise<string> => {
    const file = configuration(t, once('a', `${report} ids groups`, options));
    const container = await startContainer(t, asUser(ids, [tsinit, '-c', file]));
    assert.equal(await container.ended, 0, container.stderr.text());
    return linesOf(container.stdout.lines, 'a').slice(0, 2).join(', ');
  };
  const wwwData = ['--reuid=33', '--regid=33', '--groups=33,44'];
  assert.match(await groupsOf(wwwData, 'user=www-data'), /^ids 33 33 33 33, groups 33 44$/);
  assert.match(await groupsOf(['--groups=0,44'], 'user=root'), /^ids 0 0 0 0, groups 0 44$/);
  assert.match(await groupsOf(['--groups=0,44'], 'user=root\ngroups=4'), /, groups 4$/, 'what is written counts');
  assert.match(await groupsOf(['--groups=0,44'], 'user=www-data'), /^ids 33 33 33 33, groups 33$/, 'another user has groups of its own');
});

test('a directory that has been removed holds up nothing that is named by its whole path', limit, async (t) => {
  const folder = temporaryFolder(t);
  const socket = join(folder, 's');
  const file = configuration(t, `[unix_http_server]\nfile=${socket}\n${RPC}${steady('a', tell)}`);
  execFileSync('ln', ['-s', tsinit, join(folder, 'supervisorctl')]);
  const container = await startContainer(t, ['/bin/sh', '-c', `mkdir ${folder}/gone; cd ${folder}/gone; rmdir ../gone; exec ${tsinit} -c ${file}`]);
  await container.stdout.line(/main ready/);
  const without = (command: string): string =>
    execFileSync('/bin/sh', ['-c', `mkdir ${folder}/w; cd ${folder}/w; rmdir ../w; { ${command}; } 2>&1`], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    });
  await until(() => without(`${tsinit} ctl -c ${file} status || :`).includes('RUNNING'));
  assert.match(without(`${folder}/supervisorctl -s unix://${socket} -c /dev/null status || :`), /supervisorctl section/);
  assert.match(without(`${folder}/supervisorctl -c ${configuration(t, `[supervisorctl]\nserverurl=unix://${socket}\n`)} status`), /^a +RUNNING/m);
  assert.match(without(`${tsinit} check ${file}`), /^good: 1 process/m);
  assert.match(without(`${tsinit} check tsinit.conf || :`), /cannot read the configuration tsinit\.conf: there is no such file/);
  assert.match(without(`${tsinit} version`), /^tsinit version/);
  assert.match(without(`${tsinit} ctl status x || :`), /^(?!.*internal error)/s);
  assert.doesNotMatch(without(`${tsinit} doctor || :`), /internal error/);
  assert.doesNotMatch(without(`${tsinit} simulate -c ${file} --scenario ${file} || :`), /internal error/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a configuration that has become a named pipe is refused at once, and everything goes on', limit, async (t) => {
  const file = configuration(t, steady('a', tell));
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stdout.line(/main ready/);
  const before = supervisorPid(container.pid);
  rmSync(file);
  execFileSync('mkfifo', [file]);
  container.signal('SIGHUP');
  await container.stderr.line(/cannot read the configuration .*: it is a named pipe, not a regular file/);
  assert.equal(supervisorPid(container.pid), before);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('env_file and ca_file that are named pipes are told of, and nobody waits for a writer', limit, async (t) => {
  const pipe = join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const bad = await supervise(t, once('a', '/bin/true', `env_file=${pipe}`));
  assert.equal(await bad.ended, 2);
  assert.match(bad.stderr.text(), /it is a named pipe, not a regular file/);
  const trusting = await supervise(t, `[tsinit]\nca_file=${pipe}\npidfile=${pipe}\n${steady('a', tell)}`);
  await trusting.stderr.line(/cannot trust the certificates of ca_file: .*it is a named pipe/);
  trusting.signal('SIGTERM');
  assert.equal(await trusting.ended, 0);
});

test('healthcheck takes the words of the command line that it is copied from', limit, () => {
  const ask = (words: string): string => runAsPid1(['--', '/bin/sh', '-c', `${tsinit} healthcheck ${words} 2>&1; :`]).stdout;
  assert.match(ask('-c /etc/tsinit.conf --compat supervisord'), /^healthy: the command runs/);
  assert.match(ask('--watch'), /^tsinit: unhealthy: cannot ask with --watch; write: tsinit healthcheck, or tsinit healthcheck NAME/);
});

test('a second supervisor beside the one that runs ends with 2 before anything starts', limit, async (t) => {
  const folder = temporaryFolder(t);
  for (const [server, words] of [
    [`[unix_http_server]\nfile=${folder}/s\n`, `serves ${folder}/s`],
    ['[unix_http_server]\nfile=@tsinit-test-second\n', 'serves @tsinit-test-second'],
  ] as const) {
    const second = `touch ${folder}/asked; for i in 1 2 3 4 5 6 7 8 9; do ${tsinit} ctl -c ${folder}/c pid && break; done; ${tsinit} -c ${folder}/c 2>&1; echo code $?; exec sleep 1000`;
    writeFileSync(join(folder, 'second'), second);
    writeFileSync(join(folder, 'c'), `${server}${RPC}${steady('a', `/bin/sh ${folder}/second`)}`);
    const container = await startContainer(t, [tsinit, '-c', join(folder, 'c')]);
    await container.stdout.line(new RegExp(`is a supervisor too, and ${words}: a second one would start every program again`));
    await container.stdout.line(/^a +\| code 2$/);
    assert.equal(container.stdout.text().match(/code/g)?.length, 1);
    container.signal('SIGTERM');
    await container.ended;
  }
});
