/** What is said of servers, case by case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureText, warningText } from '../../../src/control/http/problems.ts';
import type { ServerSpec } from '../../../src/control/http/server-spec.ts';
import { inetServer } from './support.ts';

const DOORS = { section: 'unix_http_server', credentials: null, access: 'admin', otherLogins: [] } as const;
const unix: ServerSpec = { kind: 'unix', ...DOORS, path: '/run/x/s', mode: 0o700, owner: null };
const abstract: ServerSpec = { kind: 'abstract', ...DOORS, name: 'box' };
const failed = (spec: ServerSpec, code: string, personality: 'tsinit' | 'supervisord' = 'tsinit'): string =>
  failureText(spec, { code, number: 13, message: 'said so' }, personality).replace('cannot open the control interface ', '');

test('why a server cannot be opened, and what to do', () => {
  assert.deepEqual(
    ['EROFS', 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOTSOCK', 'ENAMETOOLONG', 'ECHOWN', 'EMFILE'].map((code) => failed(unix, code)),
    [
      '[unix_http_server] at /run/x/s: /run/x cannot be written to; mount a tmpfs there, or name a socket without a file, as in file=@tsinit',
      '[unix_http_server] at /run/x/s: there is no folder /run/x; create it, or name a socket without a file, as in file=@tsinit',
      '[unix_http_server] at /run/x/s: there is no folder /run/x; create it, or name a socket without a file, as in file=@tsinit',
      '[unix_http_server] at /run/x/s: no permission (said so)',
      '[unix_http_server] at /run/x/s: no permission (said so)',
      '[unix_http_server] at /run/x/s: there is a file that is no socket; remove it, or choose another path',
      '[unix_http_server] at /run/x/s: the path is too long for a socket; choose a shorter one',
      '[unix_http_server] at /run/x/s: it cannot be given to another owner (said so); leave chown= out, or run tsinit as root',
      '[unix_http_server] at /run/x/s: said so',
    ],
  );
  assert.match(failed({ ...unix, path: '/s' }, 'EROFS'), /: \/ cannot be written to;/);
  assert.equal(failed(abstract, 'EADDRINUSE'), '[unix_http_server] at @box: another program listens there; end it, or choose another address');
  assert.equal(
    failed(inetServer(80, { host: '::1' }), 'EACCES'),
    '[inet_http_server] at [::1]:80: that takes more rights than tsinit has; choose a port from 1024 on',
  );
  assert.equal(
    failed(inetServer(80, { host: null }), 'ENOTFOUND'),
    '[inet_http_server] at *:80: this container has no such address; write one that it has, or * for all',
  );
});

test('the same in the words of supervisord, where it has any', () => {
  assert.match(failed(unix, 'EADDRINUSE', 'supervisord'), /^Another program is already listening/);
  assert.equal(failed(inetServer(80), 'EACCES', 'supervisord'), 'Cannot open an HTTP server: socket.error reported errno.EACCES (13)');
  assert.match(failed(unix, 'EROFS', 'supervisord'), /cannot be written to/);
});

test('what is dangerous about one that can be opened', () => {
  const credentials = { username: 'u', password: 'p' };
  for (const harmless of [
    unix,
    { ...unix, mode: 0o770 },
    abstract,
    inetServer(1),
    inetServer(1, { host: '127.1.2.3' }),
    inetServer(1, { host: '::1' }),
    inetServer(1, { host: 'localhost' }),
    inetServer(1, { host: null, credentials }),
    { ...unix, mode: 0o777, credentials },
  ]) {
    assert.equal(warningText(harmless), null);
  }
  assert.match(warningText(inetServer(1, { host: '10.0.0.1' })) ?? '', /it serves 127\.0\.0\.1:1 alone; set username and password to serve 10\.0\.0\.1:1,/);
  assert.match(warningText(inetServer(1, { host: null, allowUnauthenticated: true })) ?? '', /whoever reaches \*:1 controls the programs/);
  assert.match(warningText({ ...unix, mode: 0o702 }) ?? '', /its mode lets every user of the container control the programs/);
});
