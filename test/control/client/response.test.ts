/** HTTP answers, however they arrive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressOf, hostHeaderOf } from '../../../src/control/client/address.ts';
import { failureOf } from '../../../src/control/client/failure.ts';
import { type Head, responseReader } from '../../../src/control/client/response.ts';

type Heard = { readonly heads: readonly Head[]; readonly body: string; readonly isWhole: boolean; readonly isEnd: boolean; readonly mayReuse: boolean };

const hear = (pieces: readonly Buffer[]): Heard => {
  const heads: Head[] = [];
  let body = '';
  let isWhole = false;
  const reader = responseReader(
    (head) => heads.push(head),
    (bytes) => {
      body += bytes.toString('latin1');
    },
  );
  for (const piece of pieces) isWhole = reader.push(piece);
  return { heads, body, isWhole, isEnd: reader.end(), mayReuse: reader.mayReuse() };
};

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y: z\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: x\r\n\r\n';
const CONTINUED = `HTTP/1.1 100 Continue\r\n\r\n${LENGTH}`;
const REST = 'HTTP/1.0 200 OK\r\n\r\nhello';

test('every way of saying how long it is, cut anywhere', () => {
  fc.assert(
    fc.property(fc.constantFrom(LENGTH, CHUNKED, CONTINUED, REST), fc.array(fc.nat(120)), (text, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % text.length).toSorted((left, right) => left - right), text.length];
      const heard = hear(places.slice(1).map((end, index) => Buffer.from(text.slice(places[index], end))));
      assert.deepEqual([heard.heads.length, heard.heads[0]?.status, heard.body, heard.isEnd], [1, 200, 'hello', true]);
      assert.deepEqual([heard.isWhole, heard.mayReuse], text === REST ? [false, false] : [true, true]);
    }),
  );
});

test('heads', () => {
  const [head] = hear([Buffer.from('HTTP/1.1 401 Not so fast\nWWW-Authenticate: Basic\nConnection: close\nContent-Length: 0\n\n')]).heads;
  assert.deepEqual([head?.status, head?.reason, head?.headers.get('www-authenticate')], [401, 'Not so fast', 'Basic']);
  assert.equal(hear([Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')]).mayReuse, false);
  assert.equal(hear([Buffer.from(`${LENGTH}and more`)]).mayReuse, false);
  assert.equal(hear([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello')]).isEnd, false);
});

test('what is no HTTP, or has no end, is told', () => {
  const bad = ['SSH-2.0-x\r\n\r\n', `HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`, `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(300)}`];
  const odd = ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'];
  for (const text of [...bad, ...odd])
    assert.throws(
      () => hear([Buffer.from(text)]),
      (error) => failureOf(error)?.kind === 'strange',
    );
});

test('addresses', () => {
  assert.deepEqual(addressOf('unix:///run/x.sock'), { kind: 'unix', path: '/run/x.sock' });
  assert.deepEqual(addressOf('unix://@name'), { kind: 'unix', path: '@name' });
  assert.deepEqual(addressOf('http://*:9001'), { kind: 'inet', host: '127.0.0.1', port: 9001 }, 'this machine, as the C library has it');
  assert.deepEqual(addressOf('http://host'), { kind: 'inet', host: 'host', port: 80 });
  assert.deepEqual(addressOf('http://u:p@host:9001/path?x'), { kind: 'inet', host: 'host', port: 9001 });
  assert.deepEqual(addressOf('http://[::1]:9001'), { kind: 'inet', host: '::1', port: 9001 });
  for (const url of ['', 'http://', 'ftp://x', 'host:80', 'http://a:b:c']) assert.equal(addressOf(url), null, url);
  assert.equal(hostHeaderOf({ kind: 'inet', host: '::1', port: 80 }), '[::1]:80');
  assert.equal(hostHeaderOf({ kind: 'inet', host: 'h', port: 1 }), 'h:1');
  assert.equal(hostHeaderOf({ kind: 'unix', path: '/x' }), 'localhost');
});
