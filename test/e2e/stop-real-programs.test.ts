/** What real programs get from a stop: the table in docs/stopping.md, row by row, in each mode in which the program is usual. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Container, temporaryFolder, until } from '../support/container.ts';
import {
  converse,
  countOf,
  fastCgiRequest,
  folderFor,
  linesOfAll,
  MODES,
  type Mode,
  needs,
  openSession,
  PYTHON,
  type RealOptions,
  startReal,
  startRedis,
} from '../support/real-programs.ts';

/** Says each stop signal that it gets, and ends WORK seconds after the first one. */
const COUNTER = `
import os, signal, sys, time
asked = []
def say(*words): os.write(1, (" ".join(words) + "\\n").encode()) # print() must not be interrupted by itself
def hear(number, frame):
    asked.append(number)
    say("counter signal", str(number))
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, hear)
say("counter ready")
while not asked: time.sleep(0.01)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until: time.sleep(0.01)
say("counter done")
`;

const counterIn = (folder: string): string => {
  const file = join(folder, 'counter.py');
  writeFileSync(file, COUNTER, { mode: 0o644 });
  return file;
};

const both = (container: Container, pattern: RegExp, count = 1): Promise<void> =>
  until(() => countOf(container, pattern) >= count, `${count} lines like ${pattern}`);

/** The counter is asked once and has its time. Exit codes in direct mode are those of the launcher. */
const expectOneTerm = async (t: TestContext, mode: Mode, command: readonly string[], options: RealOptions): Promise<void> => {
  const container = await startReal(t, mode, command, options);
  await both(container, /^counter ready$/);
  container.signal('SIGTERM');
  const code = await container.ended;
  if (mode !== 'direct') assert.equal(code, 0, container.stderr.text());
  assert.deepEqual(
    linesOfAll(container).filter((line) => /^counter (signal|done)/.test(line)),
    ['counter signal 15', 'counter done'],
  );
  assert.doesNotMatch(container.stderr.text(), /SIGKILL|KILLed/);
};

for (const mode of MODES) {
  for (const [name, launcher] of [
    ['sudo', ['sudo', '-u', 'nobody']],
    ['runuser', ['runuser', '-u', 'nobody', '--']],
  ] as const) {
    test(`${name}: the program behind it gets one TERM; ${mode}`, { skip: needs('root', name, PYTHON) }, async (t) => {
      const cwd = temporaryFolder(t);
      await expectOneTerm(t, mode, [...launcher, PYTHON, counterIn(cwd), '1'], { cwd });
    });
  }

  test(`sh -c './server & wait': the server gets one TERM and its time; ${mode}`, { skip: needs(PYTHON) }, async (t) => {
    const cwd = temporaryFolder(t);
    await expectOneTerm(t, mode, ['sh', '-c', `${PYTHON} ${counterIn(cwd)} 1 & wait`], { cwd });
  });

  test(`npm start: the server gets one TERM and its two seconds; ${mode}`, { skip: needs('npm', PYTHON) }, async (t) => {
    const cwd = temporaryFolder(t);
    const scripts = { start: `${PYTHON} ${counterIn(cwd)} 2` };
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'a', version: '1.0.0', scripts }));
    await expectOneTerm(t, mode, ['npm', 'start'], { cwd, env: { HOME: cwd, npm_config_update_notifier: 'false' } });
  });

  test(`Celery: both tasks that are under way are done, exit code 0; ${mode}`, { skip: needs('redis-server', 'python:celery', 'python:redis') }, async (t) => {
    const cwd = temporaryFolder(t);
    const tasks = `
import time
from celery import Celery
app = Celery("tasks", broker="redis+socket://${await startRedis(t)}")
@app.task
def work(n):
    print("begun %d" % n, flush=True)
    time.sleep(4)
    print("done %d" % n, flush=True)
`;
    writeFileSync(join(cwd, 'tasks.py'), tasks);
    const env = { PATH: '/usr/bin:/bin', HOME: cwd, PYTHONPATH: cwd, C_FORCE_ROOT: '1' };
    const sent = spawnSync(PYTHON, ['-c', 'import tasks; [tasks.work.delay(n) for n in (1, 2)]'], { cwd, env, encoding: 'utf8' });
    assert.equal(sent.status, 0, sent.stderr);
    const container = await startReal(t, mode, [PYTHON, '-m', 'celery', '-A', 'tasks', 'worker', '-c', '2'], { cwd, env });
    await both(container, /begun \d$/, 2);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.equal(countOf(container, /done \d$/), 2, container.stderr.text());
    assert.doesNotMatch(container.stderr.text(), /WorkerLostError/);
  });

  test(`gunicorn: the request that is under way is answered; ${mode}`, { skip: needs('gunicorn') }, async (t) => {
    const cwd = temporaryFolder(t);
    const application = `
import time
def app(environ, start_response):
    print("request begun", flush=True)
    time.sleep(2)
    start_response("200 OK", [("Content-Length", "8")])
    return [b"answered"]
`;
    writeFileSync(join(cwd, 'web.py'), application);
    const socket = join(cwd, 'http.sock');
    const command = ['gunicorn', '-w', '2', '-b', `unix:${socket}`, '--worker-tmp-dir', cwd, 'web:app'];
    const container = await startReal(t, mode, command, { cwd, env: { HOME: cwd } });
    await both(container, /Booting worker/, 2);
    const { ended } = converse(socket, 'GET / HTTP/1.0\r\n\r\n');
    await both(container, /^request begun$/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.match(await ended, /answered$/);
    assert.equal(countOf(container, /Handling signal: term/), 1);
  });
}

/** Its stop signal is QUIT; whoever stops the container sends TERM. */
const QUIT: Pick<RealOptions, 'section' | 'words'> = { section: 'stopsignal=QUIT', words: ['-r', 'TERM:QUIT', '--stop-signals', 'QUIT,TERM'] };

const nginxIn = (folder: string): { readonly file: string; readonly socket: string } => {
  const socket = join(folder, 'http.sock');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`);
  const lines = [
    'daemon off; worker_processes 2; error_log /dev/stderr notice;',
    // Without root it runs in a user namespace, whose one user is root there.
    `user ${process.getuid?.() === 0 ? 'nobody nogroup' : 'root root'};`,
    `pid ${folder}/nginx.pid;`,
    'events {}',
    `http { access_log off; ${places.join(' ')}`,
    `server { listen unix:${socket}; root ${folder}/www; location / { limit_rate 2k; } } }`,
  ];
  for (const name of ['tmp', 'www']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'www', 'slow'), 'x'.repeat(6000)); // three seconds
  writeFileSync(join(folder, 'nginx.conf'), lines.join('\n'));
  return { file: join(folder, 'nginx.conf'), socket };
};

for (const [mode, name, options, isFinished] of [
  ['direct', 'QUIT', QUIT, true],
  ['supervise', 'QUIT', QUIT, true],
  ['direct', 'TERM', {}, false],
  ['supervise', 'TERM', {}, false],
  ['run', 'TERM', {}, false],
] as const) {
  const outcome = isFinished ? 'the request that is under way is answered' : 'ends at once, and cuts what is under way, as nginx does by itself';
  test(`nginx with ${name}: ${outcome}; ${mode}`, { skip: needs('nginx') }, async (t) => {
    const cwd = temporaryFolder(t);
    const { file, socket } = nginxIn(cwd);
    const container = await startReal(t, mode, ['nginx', '-c', file], { cwd, ...options });
    await both(container, /start worker process \d+/, 2);
    const { begun, ended } = converse(socket, 'GET /slow HTTP/1.0\r\n\r\n');
    await begun;
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.equal(/x{6000}$/.test(await ended), isFinished);
    assert.equal(countOf(container, isFinished ? /signal 3 \(SIGQUIT\) received/ : /signal 15 \(SIGTERM\) received from/), 1, container.stderr.text());
  });
}

const PHP = '/usr/sbin/php-fpm8.2';

for (const [mode, name, options, isFinished] of [
  ['direct', 'QUIT', QUIT, true],
  ['supervise', 'QUIT', QUIT, true],
  ['direct', 'TERM', {}, false],
  ['supervise', 'TERM', {}, false],
  ['run', 'TERM', {}, false],
] as const) {
  const outcome = isFinished ? 'the request that is under way is answered' : 'ends at once, and cuts what is under way, as php-fpm does by itself';
  test(`php-fpm with ${name}: ${outcome}; ${mode}`, { skip: needs('root', PHP) }, async (t) => {
    const cwd = temporaryFolder(t);
    const socket = join(cwd, 'php.sock');
    const pool = `[www]\nuser=nobody\ngroup=nogroup\nlisten=${socket}\npm=static\npm.max_children=2\ncatch_workers_output=yes\ndecorate_workers_output=no\n`;
    writeFileSync(join(cwd, 'fpm.conf'), `[global]\nerror_log=/proc/self/fd/2\nprocess_control_timeout=40\n${pool}`);
    const script = join(cwd, 'slow.php');
    writeFileSync(script, '<?php error_log("request begun"); for ($end = microtime(true) + 2; microtime(true) < $end;) usleep(1000); echo "answered";');
    const container = await startReal(t, mode, [PHP, '-F', '-y', join(cwd, 'fpm.conf')], { cwd, ...options });
    await both(container, /ready to handle connections/);
    const { ended } = converse(socket, fastCgiRequest(script));
    await both(container, /request begun/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.equal((await ended).includes('answered'), isFinished);
    assert.equal(countOf(container, isFinished ? /Finishing/ : /Terminating/), 1, container.stderr.text());
  });
}

const POSTGRES = '/usr/lib/postgresql/15/bin/postgres';
const INT: Pick<RealOptions, 'section' | 'words'> = { section: 'stopsignal=INT', words: ['-r', 'TERM:INT'] };

for (const [mode, name, options, hasClient] of [
  ['direct', 'INT', INT, true],
  ['supervise', 'INT', INT, true],
  ['direct', 'TERM', {}, false],
  ['supervise', 'TERM', {}, false],
  ['run', 'TERM', {}, false],
] as const) {
  const outcome = hasClient ? 'a session that is open is ended, and the shutdown is clean' : 'the shutdown is clean';
  test(`PostgreSQL with ${name}: ${outcome}; ${mode}`, { skip: needs('root', POSTGRES, 'python:psycopg2', 'setpriv', 'runuser') }, async (t) => {
    const cwd = folderFor(t, 'postgres');
    const data = join(cwd, 'data');
    const made = spawnSync('runuser', ['-u', 'postgres', '--', POSTGRES.replace(/postgres$/, 'initdb'), '-D', data, '-A', 'trust', '-N'], {
      cwd,
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    const settings = ['-k', cwd, '-c', 'listen_addresses=', '-c', 'dynamic_shared_memory_type=mmap'];
    const command = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', POSTGRES, '-D', data, ...settings];
    const container = await startReal(t, mode, command, { cwd, ...options });
    await both(container, /database system is ready to accept connections/);
    if (hasClient) await openSession(t, cwd);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.equal(countOf(container, hasClient ? /received fast shutdown request/ : /received smart shutdown request/), 1);
    assert.equal(countOf(container, /terminating connection due to administrator command/), hasClient ? 1 : 0);
    assert.equal(countOf(container, /database system is shut down/), 1);
    const state = execFileSync(POSTGRES.replace(/postgres$/, 'pg_controldata'), [data], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    assert.match(state, /Database cluster state: +shut down$/m);
  });
}
