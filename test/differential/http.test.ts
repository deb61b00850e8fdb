/**
 * The same bytes to supervisord and to tsinit: the same status, the same headers that clients look at, the same body. Needs Debian's package
 * `supervisor`; says so and passes over when it is missing.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inAttempts, ATTEMPTS } from './attempts.ts';
import type { Scenario } from './scenario.ts';
import { SUPERVISORD, startServer, type Which } from './server.ts';

const LIMIT_MS = 60_000;

const scenario: Scenario = {
  name: 'raw requests',
  conf: `[unix_http_server]
file={dir}/open
[unix_http_server:guarded]
file={dir}/guarded
username=u
password={SHA}516b9783fca517eecbd1d064da2d165310b19759
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:p]
command=/bin/sleep 1000
autostart=false
`,
};

const CALL = "<?xml version='1.0'?><methodCall><methodName>supervisor.getState</methodName></methodCall>";
const basic = (login: string): string => `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;
const post = (body: string, headers = '', path = '/RPC2', version = '1.1'): string =>
  `POST ${path} HTTP/${version}\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
const get = (path: string, headers = '', method = 'GET'): string => `${method} ${path} HTTP/1.1\r\n${headers}\r\n`;

const REQUESTS: readonly (readonly [socket: 'open' | 'guarded', bytes: string])[] = [
  ['open', post(CALL)],
  ['open', post(CALL, 'Connection: close\r\n')],
  ['open', post(CALL, '', '/RPC2', '1.0')],
  ['open', post(CALL, 'Connection: Keep-Alive\r\n', '/RPC2', '1.0')],
  ['open', post(CALL, 'Host: \r\nAccept-Encoding: chunked\r\n')],
  ['open', post(CALL, '', '/RPC2/')],
  ['open', post(CALL, '', '/RPC2x')],
  ['open', 'POST /RPC2 HTTP/1.1\r\n\r\n'],
  ['open', get('/RPC2')],
  ['open', get('/RPC2', 'Content-Length: 0\r\n', 'PUT')],
  ['open', post('nonsense')],
  ['open', get('/nothing')],
  ['open', get('/%zz')],
  ['open', get('/../ok.html')],
  ['open', get('/ok.html')],
  ['open', get('/ok.html', '', 'DELETE')],
  ['open', get('*', '', 'OPTIONS')],
  ['open', get('/logtail/nobody')],
  ['open', get('/logtail/p', 'Content-Length: 0\r\n', 'POST')],
  ['guarded', get('/ok.html')],
  ['guarded', get('/nothing', basic('u:wrong'))],
  ['guarded', get('/ok.html', basic('u:p'))],
  ['guarded', get('/ok.html', 'Authorization: Basic /w==\r\n')],
  ['guarded', get('/ok.html', 'Authorization: Digest x\r\n')],
  ['guarded', post(CALL)],
  ['guarded', post(CALL, basic('u:p'))],
];

const HEADERS = ['server', 'content-type', 'content-length', 'www-authenticate'];

type Answer = { readonly status: string; readonly headers: readonly string[]; readonly body: string };

/** One answer that tells its length. */
const ask = (path: string, bytes: string): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const socket = connect(path);
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`the connection ended after ${JSON.stringify(text)}`)));
  socket.on('data', (piece: string) => {
    text += piece;
    const [head = '', body] = text.split(/\r\n\r\n(.*)/su);
    const lines = head.split('\r\n');
    const headers = lines.slice(1).filter((line) => HEADERS.includes(line.split(':')[0]?.toLowerCase() ?? ''));
    const length = Number(/^content-length: (\d+)$/imu.exec(head)?.[1]);
    if (body === undefined || body.length < length) return;
    resolve({ status: (lines[0] ?? '').replace(/^HTTP\/1\.[01] /u, ''), headers: headers.sort(), body });
    socket.destroy();
  });
  socket.write(bytes, 'latin1');
  return promise;
};

const answersOf = async (t: TestContext, which: Which): Promise<readonly Answer[]> => {
  const server = await startServer(t, which, scenario);
  await Promise.all([server.socket('open'), server.socket('guarded')]);
  const answers: Answer[] = [];
  for (const [socket, bytes] of REQUESTS) answers.push(await ask(join(server.folder, socket), bytes));
  server.stop();
  await server.container.ended;
  return answers;
};

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD)) return `there is no ${SUPERVISORD}: install the package \`supervisor\`, the oracle of this test`;
  return process.getuid?.() === 0 ? false : 'only root can make the namespaces of this test';
};

test('raw requests are answered alike by both', { skip: missing(), timeout: (ATTEMPTS + 1) * LIMIT_MS }, (t) =>
  inAttempts(
    'HTTP',
    async () => {
      const [theirs, ours] = await Promise.all([answersOf(t, 'supervisord'), answersOf(t, 'tsinit')]);
      for (const [index, [, bytes]] of REQUESTS.entries()) assert.deepEqual(ours[index], theirs[index], bytes);
    },
    console.log,
  ),
);
