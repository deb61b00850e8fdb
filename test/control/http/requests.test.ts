import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, basic, echo, openServers, unixServer } from './support.ts';

const CLOSE = 'Connection: close\r\n';

test('a request reaches the surface that knows its path', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [() => false, echo]);
  const answer = await ask(server, `GET /echo/a%20b?x=1 HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\nServer: tsinit\r\n/);
  assert.match(answer, /\{"method":"GET","path":"\/echo\/a b","query":"x=1","access":"admin"\}$/);
});

test('a body arrives whole, however it is cut', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo]);
  assert.match(await ask(server, `POST /body HTTP/1.1\r\n${CLOSE}Content-Length: 6\r\n\r\nab`, 'c', 'def'), /\r\n\r\nabcdef$/);
});

test('an empty Host, a blank line after the head and several requests in one piece are taken as supervisord takes them', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo]);
  const answer = await ask(server, `GET /echo/1 HTTP/1.1\r\nHost: \r\nAccept-Encoding: chunked\r\n\r\n\r\nGET /echo/2 HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.deepEqual(
    [...answer.matchAll(/"path":"([^"]*)"/g)].map(([, path]) => path),
    ['/echo/1', '/echo/2'],
  );
});

test('errors are told as supervisord tells them', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { personality: 'supervisord' });
  const answer = await ask(server, `GET /nothing HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\nServer: Medusa\/1\.12\r\n/);
  assert.equal(
    answer.split('\r\n\r\n')[1],
    '<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code 404.\r\n<p>Message: Not Found.\r\n</body>\r\n',
  );
  assert.match(await ask(server, `POST /body HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 411 /);
  assert.match(await ask(server, `POST /body HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), /^HTTP\/1\.1 411 /);
  assert.match(await ask(server, `POST /body HTTP/1.1\r\n${CLOSE}Content-Length: 99999999\r\n\r\n`), /^HTTP\/1\.1 413 /);
  assert.match(await ask(server, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request\r\nServer: Medusa/);
  assert.match(await ask(server, `OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 400 /);
  assert.match(await ask(server, `GET /a/../b HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 404 /);
  assert.match(await ask(server, `GET /%zz HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 404 /);
  assert.match(await ask(server, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
});

test('credentials are asked for on every path, before anything else is looked at', async (t) => {
  const server = unixServer(t, { credentials: { username: 'me', password: 'se:cret' } });
  await openServers(t, [server], [echo]);
  const refusal = await ask(server, 'GET /nothing HTTP/1.1\r\n\r\n');
  assert.match(refusal, /^HTTP\/1\.1 401 Unauthorized\r\n[\s\S]*WWW-Authenticate: Basic realm="default"\r\nConnection: close\r\n/);
  assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${basic('me:wrong')}\r\n`), /^HTTP\/1\.1 401 /);
  assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic('me:se:cret')}\r\n`), /^HTTP\/1\.1 200 /);
});
