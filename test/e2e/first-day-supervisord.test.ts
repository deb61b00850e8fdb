/** What somebody meets who starts the configuration of a public image with --compat supervisord, or brings its habits to tsinit. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask } from '../control/http/support.ts';
import { freePort } from '../support/ports.ts';
import { type Container, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { configFile, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const HEAD = '[supervisord]\nnodaemon=true\nlogfile=/dev/null\npidfile=/dev/null\n';
const QUIET = 'stdout_logfile=NONE\nstderr_logfile=NONE\n';
const LEAST_MS = 900;
/** A port that is taken is tried again every 30 seconds at last. */
const LIMIT_MS = 45_000;

const asSupervisord = (t: TestContext, config: string): Promise<Container> => supervise(t, config, { args: ['--compat', 'supervisord'] });

/** When a process was started, by the times of the main log. */
const startsOf = (container: Container, name: string): readonly number[] =>
  container.stdout.lines
    .filter((line) => line.includes(`spawned: '${name}'`))
    .map((line) => Date.parse(`${line.slice(0, 19).replace(' ', 'T')}.${line.slice(20, 23)}Z`));

test('runs shorter than a second: programs, FastCGI programs and listeners start once a second', limit, async (t) => {
  const again = `command=true\nstartsecs=0\nautorestart=true\n${QUIET}`;
  const sections = [
    `[program:a]\n${again}`,
    `[fcgi-program:f]\nsocket=unix://${temporaryFolder(t)}/f.sock\n${again}`,
    `[eventlistener:e]\nevents=TICK_3600\ncommand=true\nstartsecs=0\nautorestart=true\nstderr_logfile=NONE\n`,
  ];
  const container = await asSupervisord(t, HEAD + sections.join(''));
  for (const name of ['a', 'f', 'e']) await container.stdout.line(new RegExp(`spawned: '${name}'`), 4);
  container.signal('SIGTERM');
  await container.ended;
  for (const name of ['a', 'f', 'e'])
    for (const [index, startedAtMs] of startsOf(container, name).slice(1).entries())
      assert.ok(startedAtMs - (startsOf(container, name)[index] ?? 0) >= LEAST_MS, `${name}: ${startsOf(container, name).join()}`);
});

test('numbers that are larger than a machine counts are taken', limit, async (t) => {
  const numbers = 'startretries=99999999999\npriority=99999999999\nstdout_logfile_backups=20000\nstopwaitsecs=10000000000\n';
  const container = await asSupervisord(t, HEAD + steady('a', 'sleep 1000', `${numbers}${QUIET}`));
  await container.stdout.line(/success: a entered RUNNING/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stdout.text() + container.stderr.text(), /WARN.*startretries|Error/);
});

test('patterns of [include] are those of a shell of old: braces are text', limit, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'd'));
  for (const name of ['10.conf', '11.conf', '{10,11}.conf']) writeFileSync(join(folder, 'd', name), once(`p${name.replace(/\W/g, '_')}`, 'true', QUIET));
  const container = await asSupervisord(t, `${HEAD}[include]\nfiles=${folder}/d/{10,11}.conf\n`);
  await container.stdout.line(/spawned: 'p_10_11__conf'/);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stdout.text(), /spawned: 'p1/);
});

test('the handler of supervisor_stdout is known: its listener is left out, with what to write instead', limit, async (t) => {
  const listener = '[eventlistener:stdout]\ncommand=supervisor_stdout\nevents=PROCESS_LOG\nresult_handler=supervisor_stdout:event_handler\n';
  for (const args of [[], ['--compat', 'supervisord']]) {
    const container = await supervise(t, HEAD + listener + steady('a', 'sleep 1000', `stdout_events_enabled=true\n${QUIET}`), { args });
    const told = args.length === 0 ? container.stderr : container.stdout;
    await told.line(/\[eventlistener:stdout\].* is left out: log_format=prefix does its job/);
    await told.line(/spawned: 'a'/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0);
  }
});

test('serverurl=http://*:PORT is this machine', limit, async (t) => {
  const port = await freePort();
  const file = configFile(t, `[tsinit]\n[inet_http_server]\nport=*:${port}\n[supervisorctl]\nserverurl=http://*:${port}\n${steady('a', 'sleep 1000')}`);
  const asking = `until ${tsinit} ctl -c ${file} version >/dev/null 2>&1; do sleep 0.1; done; ${tsinit} ctl -c ${file} status a; echo code $?`;
  const container = await startContainer(t, ['/bin/sh', '-c', `${tsinit} -c ${file} & ${asking}; kill -TERM $!; wait`]);
  await container.stdout.line(/^code 0$/);
  assert.match(container.stdout.text(), /^a +RUNNING/m);
  container.signal('SIGTERM');
  await container.ended;
});

test('logfile=syslog: each line has its time and level, as supervisord sends them', { ...limit, ...forRoot }, async (t) => {
  const folder = temporaryFolder(t);
  // A /dev of its own: the machine's is not written to.
  const devices = `mount -t tmpfs none ${folder} && cp -a /dev/null /dev/zero /dev/urandom /dev/random ${folder} && ln -s /proc/self/fd ${folder}/fd && mount --bind ${folder} /dev`;
  const file = configFile(t, `[supervisord]\nnodaemon=true\nlogfile=syslog\npidfile=/dev/null\n${steady('a', 'sleep 1000', QUIET)}`);
  const script = `${devices} && ${fixture('datagram_sink')} /dev/log & while [ ! -S /dev/log ]; do sleep 0.1; done; exec ${tsinit} --compat supervisord -c ${file}`;
  const container = await startContainer(t, ['/bin/sh', '-c', script]);
  const [line] = await container.stdout.line(/^<\d+>.*spawned: 'a' with pid \d+/);
  assert.match(line, /^<14>\w{3} [ \d]\d [\d:]{8} supervisord: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO spawned: /);
  container.signal('SIGTERM');
  await container.ended;
});

test('a second server on a port that is taken: told in both personalities, its programs run, and it serves when the port is free', {
  timeout: 120_000 /* a taken port is tried again after 30 s at most */,
}, async (t) => {
  const port = await freePort();
  const config = `[inet_http_server]\nport=127.0.0.1:${port}\n${steady('a', 'sleep 1000', QUIET)}`;
  const first = await supervise(t, `[tsinit]\n${config}`);
  const served = async (): Promise<void> => {
    for (const end = performance.now() + LIMIT_MS; performance.now() < end; await new Promise((resolve) => void setTimeout(resolve, 50)))
      if ((await ask({ host: '127.0.0.1', port }, 'GET / HTTP/1.0\r\n\r\n').catch(() => '')).includes('HTTP/1')) return;
    throw new Error(`waited ${LIMIT_MS / 1000} s for an answer on port ${port}`);
  };
  await served();
  const own = await supervise(t, `[tsinit]\n${config}`);
  await own.stderr.line(/another program listens there/);
  await own.stderr.line(/running: a/);
  const other = await asSupervisord(t, HEAD + config);
  await other.stdout.line(/Another program is already listening/);
  await other.stdout.line(/success: a entered RUNNING/);
  other.signal('SIGTERM');
  await other.ended;
  first.signal('SIGTERM');
  assert.equal(await first.ended, 0);
  await served();
  own.signal('SIGTERM');
  assert.equal(await own.ended, 0);
});
