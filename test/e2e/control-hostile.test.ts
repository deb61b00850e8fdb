/** Hostile clients of the built file: no program and no supervisor falls, nothing is called an internal error, and others are served. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileBytes, LOGIN, sendInPieces } from '../control/http/hostile.ts';
import { ask } from '../control/http/support.ts';
import { startContainer, supervisorPid, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, steady, supervise } from '../support/supervise.ts';

const post = (path: string, body: string): string => `POST ${path} HTTP/1.1\r\n${LOGIN}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${LOGIN}\r\n`;
const call = (method: string, params: string): string =>
  `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
const param = (value: string): string => `<param><value>${value}</value></param>`;

/** Every way in, each with something that it must not take. Nothing here changes anything when it is taken, nor when a few characters of it are missing. */
const REQUESTS = [
  post('/RPC2', call('supervisor.getState', '')),
  post('/RPC2', call('supervisor.getAllProcessInfo', '')),
  post('/RPC2', call('supervisor.tailProcessStdoutLog', `${param('p')}${param('<int>-5</int>')}${param('<int>99999999</int>')}`)),
  post('/RPC2', call('supervisor.readLog', `${param('<int>2147483647</int>')}${param('<int>-1</int>')}`)),
  post('/RPC2', call('supervisor.signalProcess', `${param('p')}${param('NOPE')}`)),
  post('/RPC2', call('supervisor.startProcess', `${param('../p')}${param('<boolean>1</boolean>')}`)),
  post('/RPC2', call('system.multicall', param(`<array><data>${'<value>x</value>'.repeat(500)}</data></array>`))),
  post('/RPC2', call('system.multicall', param('<array><data>'.repeat(40)))),
  post('/RPC2', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${call('&b;', '')}`),
  post('/index.html', 'action=stopall&token=guessed'),
  get('/index.html?action=stop&processname=../p'),
  get('/?message=%3Cscript%3E'),
  get('/tail.html?processname=../../etc/passwd&limit=-1'),
  get('/logtail/..%2f..%2fetc%2fpasswd'),
  get('/logtail/p/nowhere'),
  get('/stylesheets/..%2f..%2fmain.conf'),
  get('/events?types=%00'),
  get('/RPC2'),
] as const;

test('hostile requests at every way in', { timeout: 120_000 }, async (t) => {
  const path = join(temporaryFolder(t), 'socket');
  const config = `[unix_http_server]\nfile=${path}\nusername=u\npassword=p\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n${steady('p', `${fixture('tell_signals')} --exit 15=0`)}`;
  const container = await supervise(t, config);
  await container.stdout.line(/main ready/);
  await until(() => existsSync(path));
  const supervisor = supervisorPid(container.pid);
  const [program] = container.processes().filter(({ command }) => command.includes('tell_signals'));

  const state = post('/RPC2', call('supervisor.getState', '')).replace('\r\n', '\r\nConnection: close\r\n');
  for (const request of REQUESTS) {
    await sendInPieces({ path }, Buffer.from(request), [7, 60], 'end');
    assert.match(await ask({ path }, state), /<string>RUNNING<\/string>/, request.slice(0, 60));
  }
  await fc.assert(
    fc.asyncProperty(hostileBytes(REQUESTS), fc.array(fc.nat(5_000), { maxLength: 3 }), fc.constantFrom('end', 'destroy'), async (bytes, cuts, end) => {
      const [, good] = await Promise.all([sendInPieces({ path }, bytes, cuts, end), ask({ path }, state)]);
      assert.match(good, /<string>RUNNING<\/string>/);
    }),
    { numRuns: 300, endOnFailure: true },
  );

  assert.equal(supervisorPid(container.pid), supervisor, 'the supervisor is still the first one');
  assert.ok(container.processes().some(({ pid, state: now }) => pid === program?.pid && now !== 'Z'));
  assert.doesNotMatch(container.stderr.text(), /internal error/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('connections leave descriptors for the programs, however few there are', { timeout: 60_000 }, async (t) => {
  const path = join(temporaryFolder(t), 'socket');
  const config = `[unix_http_server]\nfile=${path}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n${steady('p', `${fixture('tell_signals')} --exit 15=0`)}`;
  const container = await startContainer(t, ['/bin/sh', '-c', 'ulimit -n 64; exec "$@"', 'sh', tsinit, '-c', configFile(t, config)]);
  await container.stdout.line(/main ready/);
  await until(() => existsSync(path));
  const silent = Array.from({ length: 200 }, () => connect(path));
  t.after(() => silent.forEach((socket) => socket.destroy()));
  for (const socket of silent) socket.on('error', () => {}).write('GET / HT');

  // Whoever is silent gives way after a while.
  const asked = async (method: string): Promise<string> => {
    for (;;) {
      const answer = await ask({ path }, post('/RPC2', call(method, param('p'))).replace('\r\n', '\r\nConnection: close\r\n'));
      if (answer.includes(' 200 ')) return answer;
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  };
  assert.match(await asked('supervisor.stopProcess'), /<boolean>1<\/boolean>/);
  assert.match(await asked('supervisor.startProcess'), /<boolean>1<\/boolean>/);
  await container.stdout.line(/main ready/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});
