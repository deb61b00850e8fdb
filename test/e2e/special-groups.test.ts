/** FastCGI groups share a listening socket as descriptor 0; event listeners have pipes for both directions. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { supervisorPid, temporaryFolder, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { supervise } from '../support/supervise.ts';

const limit = { timeout: 30_000 };
const tell = `${fixture('tell_signals')} --exit 15=0 --exit 10=4`;

const canConnect = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

test('a unix socket: owner and mode, shared, open as long as one of the group runs, over the supervisor’s death too', limit, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'app.sock');
  const conf = `[fcgi-program:app]\ncommand=/bin/sh -c 'stat -L -c %%F /proc/self/fd/0; exec ${tell}'\nsocket=unix://${path}\nsocket_mode=0640\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d\nstartsecs=0\nautorestart=false\n`;
  const container = await supervise(t, `[tsinit]\nexit_policy=never\n${conf}`);
  for (const name of ['app_0', 'app_1']) await container.stdout.line(new RegExp(`app:${name} \\| main ready`));
  assert.equal(container.stdout.lines.filter((line) => line.endsWith('| socket')).length, 2);
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.equal(await canConnect(path), true);
  const victim = supervisorPid(container.pid) ?? 0;
  process.kill(victim, 'SIGKILL');
  await until(() => (supervisorPid(container.pid) ?? victim) !== victim);
  assert.equal(await canConnect(path), true);
  container.signal('SIGUSR1'); // both end
  await container.stderr.line(/exited: app:app_0/);
  await container.stderr.line(/exited: app:app_1/);
  assert.equal(await canConnect(path), false);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const said = container.stderr.lines.filter((line) => / socket unix:/.test(line)).map((line) => line.replace(/.*\| (\w+) .*/, '$1'));
  assert.deepEqual(said, ['Creating', 'Closing']);
});

test('a TCP socket that cannot be opened fails the start with a reason', limit, async (t) => {
  const container = await supervise(t, `[fcgi-program:app]\ncommand=${tell}\nsocket=tcp://192.0.2.1:9000\nstartretries=0\n`);
  assert.equal(await container.ended, 126);
  assert.match(container.stderr.text(), /not started: app: cannot listen on its socket \('192\.0\.2\.1'\): this machine has no such address/);
});

test('a TCP socket reaches the program', limit, async (t) => {
  const container = await supervise(
    t,
    `[fcgi-program:app]\ncommand=/bin/sh -c 'stat -L -c %%F /proc/self/fd/0; exec ${tell}'\nsocket=tcp://localhost:0${9000 + (process.pid % 999)}\nstartsecs=0\n`,
  );
  await container.stdout.line(/app +\| socket/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('an event listener has pipes, and keeps running while nobody sends', limit, async (t) => {
  const container = await supervise(
    t,
    `[eventlistener:ears]\ncommand=/bin/sh -c 'stat -L -c %%F /proc/self/fd/0; exec ${tell}'\nevents=TICK_5\nstartsecs=0\nstdout_logfile=/dev/stdout\n`,
  );
  await container.stdout.line(/ears +\| fifo/);
  await container.stdout.line(/ears +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});
