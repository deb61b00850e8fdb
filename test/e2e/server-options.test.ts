/** Options of sockets and log files that only the file system and other logins can show: owners, modes, access, rotation. */
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import type { NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask } from '../control/http/support.ts';
import { freePort } from '../support/ports.ts';
import { temporaryFolder, until } from '../support/container.ts';
import { steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };
const NOBODY = 65_534;
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';

/** The first line of the answer, and the rest. */
const call = async (to: NetConnectOpts, login: string | null, method: string, parameter = ''): Promise<string> => {
  const parameters = parameter === '' ? '' : `<params><param><value><string>${parameter}</string></value></param></params>`;
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName>${parameters}</methodCall>`;
  const authorization = login === null ? '' : `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;
  return ask(to, `POST /RPC2 HTTP/1.1\r\nConnection: close\r\n${authorization}Content-Length: ${body.length}\r\n\r\n${body}`);
};

const isServed = async (to: NetConnectOpts, login: string | null): Promise<boolean> => (await call(to, login, 'supervisor.getState')).includes('RUNNING');

/** Servers open after the programs, and there is no line about it. */
const untilServed = async (to: NetConnectOpts, login: string | null): Promise<void> => {
  while (!(await isServed(to, login))) await new Promise((resolve) => void setTimeout(resolve, 5));
};

test('owner and mode of a unix socket; logins with less access', asRoot, async (t) => {
  const path = join(temporaryFolder(t), 'socket');
  const doors =
    'chmod=0760\nchown=nobody:nogroup\nusername=a\npassword=1\naccess=admin\noperate_username=o\noperate_password=2\nread_username=r\nread_password=3';
  const container = await supervise(t, `${steady('p', 'sleep 1000')}${RPC}[unix_http_server]\nfile=${path}\n${doors}\n`);
  await until(() => existsSync(path));
  await untilServed({ path }, 'r:3');
  const { uid, gid, mode } = statSync(path);
  assert.deepEqual([uid, gid, mode & 0o777], [NOBODY, NOBODY, 0o760]);
  assert.match(await call({ path }, null, 'supervisor.getState'), /^HTTP\/1\.1 401/);
  assert.doesNotMatch(await call({ path }, 'r:3', 'supervisor.stopProcess', 'p'), /<boolean>1/);
  assert.match(await call({ path }, 'o:2', 'supervisor.stopProcess', 'p'), /<boolean>1/);
  assert.doesNotMatch(await call({ path }, 'o:2', 'supervisor.shutdown'), /<boolean>1/);
  assert.match(await call({ path }, 'a:1', 'supervisor.shutdown'), /<boolean>1/);
  assert.equal(await container.ended, 0);
});

test('a TCP port without a password serves this address alone, unless it is allowed to serve others', limit, async (t) => {
  const [closed, open] = [await freePort(), await freePort()];
  const serverOn = (port: number, more: string): string => `${steady('p', 'sleep 1000')}${RPC}[inet_http_server]\nport=*:${port}\n${more}\n`;
  await supervise(t, serverOn(closed, ''));
  await supervise(t, serverOn(open, 'allow_unauthenticated=true'));
  await untilServed({ host: '127.0.0.1', port: closed }, null);
  await untilServed({ host: '127.0.0.2', port: open }, null);
  assert.equal(await isServed({ host: '127.0.0.2', port: closed }, null), false);
});

test('the socket of FastCGI programs, and as many rotated files of stderr as are wanted', asRoot, async (t) => {
  const folder = temporaryFolder(t);
  const [socket, log] = [join(folder, 'fcgi'), join(folder, 'log')];
  const config = [
    `[fcgi-program:f]\nsocket=unix://${socket}\nsocket_owner=nobody:nogroup\nsocket_mode=0700\nsocket_backlog=7\ncommand=sleep 1000\n`,
    steady('w', 'sh -c "head -c 1100 /dev/zero >&2; echo written"', `stderr_logfile=${log}\nstderr_logfile_maxbytes=1KB\nstderr_logfile_backups=2`),
  ].join('\n');
  const container = await supervise(t, config);
  await container.stdout.line(/written/, 4);
  await container.stderr.line(/spawned: 'f'/);
  assert.deepEqual([statSync(socket).uid, statSync(socket).mode & 0o777], [NOBODY, 0o700]);
  await until(() => existsSync(`${log}.2`));
  assert.equal(existsSync(`${log}.3`), false);
});
