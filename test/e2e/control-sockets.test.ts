/** The control interfaces of the built file: sockets that outlive containers, successors, reloads, and those who may not come in. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask } from '../control/http/support.ts';
import { freePort } from '../support/ports.ts';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, steady, supervise } from '../support/supervise.ts';

const program = steady('p', `${fixture('tell_signals')} --exit 15=0`);
const unixSection = (path: string, more = ''): string => `[unix_http_server]\nfile=${path}\n${more}\n`;
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';

const call = (to: NetConnectOpts, method: string): Promise<string> => {
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName></methodCall>`;
  return ask(to, `POST /RPC2 HTTP/1.1\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
};

/** Asks until somebody answers: servers open after the programs, and there is no line about it. */
const answerOf = async (to: NetConnectOpts, method = 'supervisor.getState'): Promise<string> => {
  for (;;) {
    const answer = await call(to, method);
    if (answer !== '') return answer;
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
};

test('a socket of a killed container is taken over by the next, one of a living container is not', { timeout: 60_000 }, async (t) => {
  const path = join(temporaryFolder(t), 'socket');
  const config = program + RPC + unixSection(path);
  const killed = await supervise(t, config);
  assert.match(await answerOf({ path }), /RUNNING/);
  killed.signal('SIGKILL');
  await killed.ended;
  assert.ok(existsSync(path));

  const living = await supervise(t, config);
  assert.match(await answerOf({ path }), /RUNNING/);
  const third = await supervise(t, config);
  await third.stderr.line(
    /error: cannot open the control interface \[unix_http_server\] at .*: another program listens there; end it, or choose another address$/,
  );
  await third.stdout.line(/main ready/);

  living.signal('SIGTERM');
  assert.equal(await living.ended, 0);
  await third.stderr.line(/\[unix_http_server\] is open now at/);
  assert.match(await answerOf({ path }), /RUNNING/);
  third.signal('SIGTERM');
  assert.equal(await third.ended, 0);
  assert.equal(existsSync(path), false);
});

test('a successor serves where its predecessor served', { timeout: 60_000 }, async (t) => {
  const path = join(temporaryFolder(t), 'socket');
  const port = await freePort();
  const container = await supervise(t, `${program}${RPC}${unixSection(path)}[inet_http_server]\nport=127.0.0.1:${port}\n`);
  await answerOf({ path });
  for (let kill = 0; kill < 3; kill++) {
    await killSupervisor(container);
    assert.match(await answerOf({ path }), /RUNNING/);
    assert.match(await answerOf({ host: '127.0.0.1', port }), /RUNNING/);
  }
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('a reload opens, closes and changes servers', { timeout: 60_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const file = configFile(t, program + RPC + unixSection(first));
  const container = await startContainer(t, [tsinit, '-c', file]);
  await answerOf({ path: first });
  writeFileSync(file, program + RPC + unixSection(second, 'username=u\npassword=p'));
  container.signal('SIGHUP');
  await until(() => existsSync(second) && !existsSync(first));
  assert.match(await answerOf({ path: second }), / 401 /);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('an abstract socket serves the container alone', { timeout: 60_000 }, async (t) => {
  const name = `tsinit-test-${process.pid}`;
  const script = `
    const { connect } = require('net');
    const dial = () => {
      const socket = connect(${JSON.stringify(`\0${name}`)});
      let text = '';
      socket.on('data', (data) => { text += data; });
      socket.on('error', () => {});
      socket.on('close', () => text === '' ? dial() : console.log('inside: ' + text.split('\\r\\n')[0]));
      socket.write('GET / HTTP/1.0\\r\\n\\r\\n');
    };
    dial();`;
  const path = join(temporaryFolder(t), 'client.cjs');
  writeFileSync(path, script);
  const config = `${program}${unixSection(`@${name}`)}[program:client]\ncommand=${process.execPath} ${path}\nautorestart=false\nstartsecs=0\n`;
  const container = await supervise(t, config);
  const [line] = await container.stdout.line(/inside: .*/);
  assert.doesNotMatch(line, / 40[13] /);
  assert.match(await answerOf({ path: `\0${name}` }), /^HTTP\/1\.1 403 Forbidden\r\n/);
  await container.stderr.line(/warn: a process of another container was not let in by \[unix_http_server\]/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('a port without a password serves this machine alone under tsinit, everybody under supervisord', { timeout: 60_000 }, async (t) => {
  const port = await freePort();
  const config = `${program}${RPC}[inet_http_server]\nport=*:${port}\n`;
  const ours = await supervise(t, config);
  await ours.stderr.line(new RegExp(`has no password: it serves 127\\.0\\.0\\.1:${port} alone`));
  assert.match(await answerOf({ host: '127.0.0.1', port }), /RUNNING/);
  assert.equal(await call({ host: '127.0.0.2', port }, 'supervisor.getState'), '');
  ours.signal('SIGTERM');
  await ours.ended;
  const theirs = await supervise(t, `[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\nnodaemon=true\n${config}`, { args: ['--compat', 'supervisord'] });
  assert.match(await answerOf({ host: '127.0.0.2', port }), /RUNNING/);
  theirs.signal('SIGTERM');
  await theirs.ended;
});
