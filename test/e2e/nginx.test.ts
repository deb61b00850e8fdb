/** nginx as it is used in containers: it opens /dev/stderr by path, as root and as its own user. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { isInPath } from '../support/fixtures.ts';
import { steady, supervise } from '../support/supervise.ts';

const skip = (process.getuid?.() !== 0 && 'needs root') || (!isInPath('nginx') && 'nginx is not installed');

const ask = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(path, () => socket.end('GET /hello HTTP/1.0\r\n\r\n'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => resolve(Buffer.concat(chunks).toString()));
  });

test('real nginx logs to /dev/stdout and /dev/stderr and stops by QUIT', { timeout: 30_000, skip }, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'tmp'));
  const socket = join(folder, 'http.sock');
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    [
      'user nobody nogroup; daemon off; worker_processes 1; error_log /dev/stderr notice;',
      `pid ${folder}/nginx.pid;`,
      'events {}',
      'http {',
      "log_format short '$request $status'; access_log /dev/stdout short;",
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp;`),
      `server { listen unix:${socket}; location / { return 200 served; } }`,
      '}',
    ].join('\n'),
  );
  const container = await supervise(t, steady('nginx', `nginx -c ${file}`, 'stopsignal=QUIT'));
  await container.stderr.line(/nginx +\| .*start worker process \d+/);
  assert.match(await ask(socket), /served/);
  await container.stdout.line(/^nginx +\| GET \/hello HTTP\/1.0 200$/);
  container.signal('SIGUSR1'); // nginx opens its logs again, by path, now as root for workers of another user
  await container.stderr.line(/nginx +\| .*reopening logs/);
  assert.match(await ask(socket), /served/);
  await container.stdout.line(/^nginx +\| GET \/hello HTTP\/1.0 200$/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /signal 3 \(SIGQUIT\)/);
});
