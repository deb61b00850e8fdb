/** What browsers and streams get from the built file, and waiting clients: over a real socket, from real programs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeCall } from '../../src/control/xml/encode.ts';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { writeFileSync } from 'node:fs';

const LIMIT = { timeout: 120_000 };

const begin = async (t: TestContext, programs: string) => {
  const folder = temporaryFolder(t);
  const socketPath = join(folder, 's');
  const configuration = join(folder, 'tsinit.conf');
  const rpc = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';
  writeFileSync(configuration, `[unix_http_server]\nfile=${socketPath}\n${rpc}${programs.replaceAll('{dir}', folder)}`);
  const container = await startContainer(t, [tsinit, '-c', configuration]);
  const control = await remoteControl(t, socketPath);
  const open = async (path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<IncomingMessage> => {
    const asking = request({ socketPath, path, method: body === undefined ? 'GET' : 'POST', headers });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    t.after(() => response.destroy());
    return response;
  };
  return { container, socketPath, open, ...control };
};

const talker = (name: string, more = ''): string => `[program:${name}]\ncommand=${fixture('tell_signals')} --name ${name} --exit 15=0\nstartsecs=0\n${more}\n`;

const textOf = async (response: IncomingMessage): Promise<string> => Buffer.concat(await response.toArray()).toString();

/** Goes on reading until it is there. */
const streams = async (response: IncomingMessage, expected: RegExp): Promise<void> => {
  let text = '';
  while (!expected.test(text)) {
    const piece = response.read() as Buffer | null;
    if (piece === null) await once(response, 'readable');
    else text += piece.toString();
  }
};

test('a button of the status page restarts a program; the same from another site does not', LIMIT, async (t) => {
  const { container, open } = await begin(t, talker('a'));
  await container.stdout.line(/a ready/);
  const browser = { host: 'box', 'user-agent': 'Mozilla/5.0', 'accept-language': 'en', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' };
  const page = await textOf(await open('/', browser));
  assert.match(page, />running</u);
  const token = /name="token" value="([^"]+)"/u.exec(page)?.[1] ?? '';
  const body = `action=restart&token=${encodeURIComponent(token)}`;
  const form = { ...browser, 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  assert.equal((await open('/index.html?processname=a', { ...form, origin: 'http://elsewhere' }, body)).statusCode, 403);
  assert.equal((await open('/index.html?processname=a&action=stop', { ...browser, 'sec-fetch-site': 'cross-site' })).statusCode, 403);
  const done = await open('/index.html?processname=a', { ...form, origin: 'http://box' }, body);
  assert.deepEqual([done.statusCode, done.headers.location], [303, './?message=Process%20a%20restarted']);
  await container.stdout.line(/a ready/, 2);
});

test('a log streams as it grows, from a file and from memory, and streams end with tsinit', LIMIT, async (t) => {
  const { container, open, ask } = await begin(t, talker('file', 'stdout_logfile={dir}/log') + talker('memory'));
  await container.stdout.line(/memory ready/);
  const all = await Promise.all(['/logtail/file', '/logtail/memory/stdout'].map((path) => open(path, { host: '' })));
  for (const response of all) {
    assert.deepEqual([response.statusCode, response.headers['content-type']], [200, 'text/plain;charset=utf-8']);
    await streams(response, /ready\n$/u);
  }
  await ask('supervisor.signalAllProcesses', 'USR1');
  for (const response of all) await streams(response, /signal 10\n$/u);
  const ends = all.map((response) => new Promise((resolve) => void response.on('close', resolve).on('error', resolve)));
  await ask('supervisor.shutdown');
  await Promise.all(ends);
  assert.equal(await container.ended, 0);
});

test('a client that hangs up takes nothing back; others wait for what becomes of it', LIMIT, async (t) => {
  const { container, socketPath, ask } = await begin(t, talker('slow', 'autostart=false\nstartsecs=1') + talker('other'));
  await container.stdout.line(/other ready/);
  const body = encodeCall('supervisor.startProcess', ['slow']);
  const socket = connect(socketPath);
  socket.write(`POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await container.stdout.line(/slow ready/);
  socket.destroy();
  const running = (await ask('tsinit.waitFor', 'slow', 'running', 60)) as Record<string, unknown>;
  assert.equal(running['outcome'], 'reached');
  const waiting = ask('tsinit.waitFor', 'slow', 'exited', 60);
  assert.equal(await ask('supervisor.stopProcess', 'slow'), true);
  const exited = (await waiting) as Record<string, unknown>;
  assert.deepEqual([exited['outcome'], exited['statename']], ['reached', 'STOPPED']);
});

test('a start that nobody waits for is answered when there is a process', LIMIT, async (t) => {
  const { ask } = await begin(t, '[program:cat]\ncommand=cat\nstdin=pipe\nautostart=false\nstartsecs=0\n');
  for (let round = 0; round < 20; round += 1) {
    assert.equal(await ask('supervisor.startProcess', 'cat', false), true);
    const { pid } = (await ask('supervisor.getProcessInfo', 'cat')) as { readonly pid: number };
    assert.notEqual(pid, 0);
    assert.equal(await ask('supervisor.sendProcessStdin', 'cat', 'x\n'), true);
    assert.equal(await ask('supervisor.stopProcess', 'cat'), true);
  }
});
