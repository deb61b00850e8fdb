/** Programs that put themselves into the background and name themselves in a pid file, in tsinit's own way and by pidproxy. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture, isInPath } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 50_000 };
const ctl = (socket: string, ...words: readonly string[]): string => execFileSync(tsinit, ['ctl', '-s', `unix://${socket}`, ...words], { encoding: 'utf8' });
/** Anything that the server says. */
const answer = async (path: string): Promise<void> => {
  const socket = connect(path, () => socket.end('GET / HTTP/1.0\r\n\r\n'));
  await once(socket, 'data');
  socket.destroy();
};
/** The supervisor, or its successor, listens. */
const served = (socket: string): Promise<void> =>
  until(() => {
    try {
      return ctl(socket, 'pid') !== '';
    } catch {
      return false;
    }
  });
const server = (socket: string): string =>
  `[unix_http_server]\nfile=${socket}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`;
const RAW = 'stdout_logfile=/dev/stdout\nstderr_logfile=/dev/stderr\n';
const PERSONALITY = (folder: string): string =>
  `[supervisord]\nnodaemon=true\nlogfile=/dev/stdout\nlogfile_maxbytes=0\npidfile=${folder}/own.pid\nchildlogdir=${folder}\n`;

test('real nginx with daemon on: followed, signalled, taken over, started again, stopped', {
  ...limit,
  ...forRoot,
  skip: forRoot.skip || (!isInPath('nginx') && 'nginx is not installed'),
}, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'tmp'));
  const file = join(folder, 'nginx.conf');
  const pidFile = join(folder, 'nginx.pid');
  writeFileSync(
    file,
    `user nobody nogroup; worker_processes 1; error_log ${folder}/error.log notice; pid ${pidFile}; events {}
http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`).join(' ')}
server { listen unix:${folder}/http.sock; } }`,
  );
  const said = (what: string): number => readFileSync(join(folder, 'error.log'), 'utf8').split(what).length - 1;
  const container = await supervise(t, server(`${folder}/s`) + steady('nginx', `nginx -c ${file}`, `stopsignal=QUIT\npid_file=${pidFile}`));
  const first = await container.stderr.line(/followed: 'nginx' runs on with pid \d+, named by/);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  assert.match(first[0], new RegExp(`pid ${pid},`));
  await served(`${folder}/s`);
  assert.match(ctl(`${folder}/s`, 'status'), new RegExp(`nginx +RUNNING +pid ${pid},`));
  await killSupervisor(container);
  await served(`${folder}/s`);
  ctl(`${folder}/s`, 'signal', 'USR1', 'nginx');
  await until(() => said('reopening logs') > 0);
  ctl(`${folder}/s`, 'signal', 'QUIT', 'nginx'); // it ends by itself, so to speak: that is noticed
  await container.stderr.line(/exited: nginx \(exit status 0; expected\)/);
  await container.stderr.line(/followed: 'nginx' runs on with pid \d+/, 2);
  await answer(`${folder}/http.sock`); // a worker that is still starting might miss what its master tells it
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(said('signal 3 (SIGQUIT)'), 2);
  assert.doesNotMatch(container.stderr.text(), /killing|left behind/);
});

const tell = fixture('tell_signals');

test('pidproxy in a command of the personality: signals reach the process of the file, not its parent', limit, async (t) => {
  const folder = temporaryFolder(t);
  const parent = `sh -c 'trap "echo parent heard" HUP TERM; ${tell} --name child --exit 15=0 & echo $! > ${folder}/child.pid; while kill -0 $!; do wait; done'`;
  const text = `${PERSONALITY(folder)}${server(`${folder}/s.sock`)}${steady('a', `/usr/bin/pidproxy ${folder}/child.pid ${parent}`, RAW)}`;
  const container = await supervise(t, text, { args: ['--compat', 'supervisord'] });
  await container.stdout.line(/^child ready$/);
  await served(`${folder}/s.sock`);
  ctl(`${folder}/s.sock`, 'signal', 'HUP', 'a');
  await container.stdout.line(/^child signal 1$/);
  container.signal('SIGTERM');
  await container.stdout.line(/^child signal 15$/);
  await container.ended;
  assert.doesNotMatch(container.stdout.text(), /parent heard/);
  assert.match(container.stdout.text(), /stopped: a/);
});

test('a pid file that names a process of another program directs no signal to it', limit, async (t) => {
  const folder = temporaryFolder(t);
  const victim = steady('victim', `sh -c 'echo $$ > ${folder}/victim.pid; exec ${tell} --name victim --exit 15=0'`);
  const container = await supervise(t, victim + steady('a', `${tell} --exit 15=0`, `pid_file=${folder}/victim.pid`));
  await container.stdout.line(/victim ready/);
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.stderr.line(/victim.pid names a process that a has not started; it gets no signal/);
  await container.ended;
  assert.equal(container.stdout.lines.filter((line) => /victim signal 15/.test(line)).length, 1);
  assert.match(container.stdout.text(), /main signal 15/);
});
