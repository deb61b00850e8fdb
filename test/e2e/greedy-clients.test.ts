/** Clients that ask for much and read nothing, and those that guess passwords: what that costs the supervisor, and others. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { supervisorPid, temporaryFolder, tsinit, until } from '../support/container.ts';
import { steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 55_000 };
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';
const LOG_BYTES = 20_000_000;
/** The supervisor alone takes some 50 MiB; one answer of 16 MiB is there a few times while it is made. */
const MOST_MEMORY_KIB = 200 * 1024;

const peakOf = (pid: number | null): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

const asked = (t: TestContext, path: string, text: string): Socket => {
  const socket = connect(path, () => void socket.write(text)).on('error', () => {});
  t.after(() => socket.destroy());
  return socket.pause();
};

/** Ends by itself, for it asks for the end of its connection. */
const answerTo = async (t: TestContext, path: string, request: string): Promise<string> => {
  const socket = asked(t, path, request);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('latin1');
};

const value = (text: string): string => `<value>${text}</value>`;
const params = (name: string): string =>
  `<array><data>${value(`<string>${name}</string>`)}${value('<int>0</int>')}${value(`<int>${LOG_BYTES}</int>`)}</data></array>`;
const callStruct = (name: string): string =>
  value(
    `<struct><member><name>methodName</name>${value('<string>supervisor.readProcessStdoutLog</string>')}</member><member><name>params</name>${value(params(name))}</member></struct>`,
  );
const post = (call: string, more = ''): string => `POST /RPC2 HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${Buffer.byteLength(call)}\r\n\r\n${call}`;
const multicall = (name: string, count: number): string =>
  `<methodCall><methodName>system.multicall</methodName><params><param>${value(`<array><data>${callStruct(name).repeat(count)}</data></array>`)}</param></params></methodCall>`;
const single = (name: string): string =>
  `<methodCall><methodName>supervisor.readProcessStdoutLog</methodName><params>${[`<string>${name}</string>`, '<int>0</int>', `<int>${LOG_BYTES}</int>`].map((each) => `<param>${value(each)}</param>`).join('')}</params></methodCall>`;

test('twenty times 20 MB, in one call, over many connections, sent ahead, and nothing read: the supervisor keeps within its bounds', limit, async (t) => {
  const folder = temporaryFolder(t);
  const socket = join(folder, 's');
  const logs = ['text', 'zeros'].map((name) => join(folder, `${name}.log`));
  writeFileSync(logs[0] ?? '', Buffer.alloc(LOG_BYTES, 'some text of a program\n'));
  writeFileSync(logs[1] ?? '', Buffer.alloc(LOG_BYTES));
  const programs = ['text', 'zeros'].map((name) => steady(name, 'sleep 1000', `stdout_logfile=${folder}/${name}.log\nstdout_logfile_maxbytes=0`));
  const container = await supervise(t, `[unix_http_server]\nfile=${socket}\n${RPC}${programs.join('')}`);
  const ping = async (): Promise<boolean> =>
    / 200 /.test(await answerTo(t, socket, post('<methodCall><methodName>supervisor.getPID</methodName></methodCall>', 'Connection: close\r\n')));
  await until(() => existsSync(socket));
  const supervisor = supervisorPid(container.pid);
  for (const name of ['text', 'zeros']) {
    const clients = [
      asked(t, socket, post(multicall(name, 20))),
      asked(t, socket, post(single(name)).repeat(20)),
      ...Array.from({ length: 20 }, () => asked(t, socket, post(single(name)))),
    ];
    assert.ok(await ping(), 'others are served');
    for (const client of clients) client.destroy();
  }
  assert.ok(await ping());
  const whole = await answerTo(t, socket, post(single('text'), 'Connection: close\r\n'));
  assert.match(whole, /some text of a program/, 'what nobody reads any more counts no more');
  assert.equal(supervisorPid(container.pid), supervisor);
  const peak = peakOf(supervisor);
  assert.ok(peak < MOST_MEMORY_KIB, `${Math.round(peak / 1024)} MiB were held`);
  container.signal('SIGTERM');
  await container.ended;
});

test('the right password comes in the first time while somebody guesses from the same address', limit, async (t) => {
  const folder = temporaryFolder(t);
  const socket = join(folder, 's');
  const container = await supervise(t, `[unix_http_server]\nfile=${socket}\nusername=u\npassword=right\n${RPC}${steady('a', 'sleep 1000')}`);
  await until(() => existsSync(socket));
  let answered = 0;
  const guess = async (index: number): Promise<void> => {
    const login = Buffer.from(`u:guess${index}`).toString('base64');
    await answerTo(t, socket, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Basic ${login}\r\n\r\n`);
    answered += 1;
  };
  const guesses = Array.from({ length: 40 }, (_, index) => guess(index));
  await Promise.any(guesses);
  const ctl = spawn(tsinit, ['ctl', '-s', `unix://${socket}`, '-u', 'u', '-p', 'right', 'status'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Buffer[] = [];
  for await (const piece of ctl.stdout) said.push(piece as Buffer);
  assert.match(Buffer.concat(said).toString(), /a +RUNNING/);
  assert.ok(answered < 40, 'guessing stays slow');
  await Promise.all(guesses);
  container.signal('SIGTERM');
  await container.ended;
});
