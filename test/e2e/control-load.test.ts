/** Two hundred clients at once, fifty of them slow, while programs start and stop: each gets its answer, and no line of a program is lost. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, steady, supervise } from '../support/supervise.ts';

const MOVERS = 10;
const READERS = 140;
const SLOW = 50;
const ROUNDS = 4;

const bodyOf = (method: string, name?: string): string => {
  const params = name === undefined ? '' : `<params><param><value><string>${name}</string></value></param></params>`;
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName>${params}</methodCall>`;
};

/** A client with one connection that it keeps. */
const createClient = (socketPath: string): { readonly call: (method: string, name?: string) => Promise<string>; readonly end: () => void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    end: () => agent.destroy(),
    call: (method, name) =>
      new Promise((resolve, reject) => {
        const body = bodyOf(method, name);
        const call = request({ socketPath, agent, method: 'POST', path: '/RPC2', headers: { 'Content-Length': body.length } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (piece: string) => {
            text += piece;
          });
          answer.on('end', () => resolve(text));
        });
        call.on('error', reject);
        call.end(body);
      }),
  };
};

/** What slow clients leave unfinished, or unread. */
const UNFINISHED = [
  'POST /RPC2 HTTP/1.1\r\nContent-',
  'POST /RPC2 HTTP/1.1\r\nContent-Length: 1000\r\n\r\n<?xml',
  'GET /logtail/w HTTP/1.1\r\n\r\n',
  '',
  `POST /RPC2 HTTP/1.1\r\nContent-Length: ${bodyOf('supervisor.getAllProcessInfo').length}\r\n\r\n${bodyOf('supervisor.getAllProcessInfo')}`.repeat(20),
];

const slowClient = (path: string, index: number): Socket => {
  const socket = connect(path);
  socket.on('error', () => {});
  socket.pause();
  socket.write(UNFINISHED[index % UNFINISHED.length] ?? '');
  return socket;
};

test('200 clients, 50 of them slow, while programs start and stop', { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'socket');
  const movers = Array.from({ length: MOVERS }, (_, index) => `p${index}`);
  const programs = movers.map((name) => steady(name, `${fixture('tell_signals')} --name ${name} --exit 15=0`)).join('');
  const container = await supervise(
    t,
    `[unix_http_server]\nfile=${path}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n${programs}${steady('w', `${fixture('writer')} w steady 80`)}`,
  );
  for (const name of movers) await container.stdout.line(new RegExp(`${name} ready`));
  await until(() => existsSync(path));
  const slow = Array.from({ length: SLOW }, (_, index) => slowClient(path, index));
  t.after(() => slow.forEach((socket) => socket.destroy()));

  const clients = Array.from({ length: READERS + MOVERS }, () => createClient(path));
  const read = async (index: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const text = (await clients[index]?.call('supervisor.getAllProcessInfo')) ?? '';
      for (const name of [...movers, 'w']) assert.ok(text.includes(`<string>${name}</string>`), `${name} is missing in ${text}`);
      assert.ok(text.endsWith('</methodResponse>\n') || text.trimEnd().endsWith('</methodResponse>'), text.slice(-100));
    }
  };
  const move = async (index: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const method of ['supervisor.stopProcess', 'supervisor.startProcess']) {
        const text = (await clients[READERS + index]?.call(method, movers[index])) ?? '';
        assert.match(text, /<boolean>1<\/boolean>/, `${method} ${movers[index]}`);
      }
    }
  };
  await Promise.all([...Array.from({ length: READERS }, (_, index) => read(index)), ...movers.map((_, index) => move(index))]);
  for (const name of movers) await container.stdout.line(new RegExp(`${name} ready`), ROUNDS + 1);
  clients.forEach((client) => client.end());

  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  for (const name of movers) assert.equal(container.stdout.lines.filter((line) => line.includes(`${name} ready`)).length, ROUNDS + 1);
  const lines = linesOf(container.stdout.lines, 'w');
  const last = Number(lines.at(-1)?.match(/^w last (\d+)$/)?.[1]);
  assert.equal(lines.length - 1, last);
  lines.slice(0, -1).forEach((line, index) => assert.ok(line.startsWith(`w ${String(index + 1).padStart(10, '0')} `), line));
});
