/** Who comes in by name and password, and what guessing costs. */
import assert from 'node:assert/strict';
import { createHash, scryptSync } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hashPassword, isPasswordOf } from '../../../src/control/client/password-hash.ts';
import { createLogins, type KnownLogin } from '../../../src/control/http/logins.ts';
import { createSlowDown } from '../../../src/control/http/slow-down.ts';
import { createSparing } from '../../../src/control/http/sparing.ts';
import { ask, basic, echo, openServers, readAll, unixServer } from './support.ts';

const CLOSE = 'Connection: close\r\n';

const check = (logins: readonly KnownLogin[], username: string, password: string): Promise<string | null> =>
  new Promise((resolve) => createLogins(logins).check({ username, password }, resolve));

test('plain, SHA-1 and salted passwords', async () => {
  const sha = `{SHA}${createHash('sha1').update('pässword').digest('hex').toUpperCase()}`;
  const salted = await hashPassword('pässword');
  assert.match(salted, /^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(await hashPassword('pässword'), salted);
  for (const password of ['pässword', sha, salted]) {
    const logins: readonly KnownLogin[] = [{ username: 'me', password, access: 'operate' }];
    assert.equal(await check(logins, 'me', 'pässword'), 'operate');
    assert.equal(await check(logins, 'me', 'other'), null);
    assert.equal(await check(logins, 'you', 'pässword'), null);
    assert.equal(await check(logins, 'me', ''), null);
    if (password !== 'pässword') assert.equal(await check(logins, 'me', password), null);
  }
});

test('what looks like a hash and is none fits nothing', async () => {
  assert.equal(await isPasswordOf('$scrypt$', ''), false);
  assert.equal(await check([{ username: 'me', password: '{SHA}x', access: 'read' }], 'me', 'x'), null);
  // The kernel of scrypt refuses this cost.
  assert.equal(await check([{ username: 'me', password: `$scrypt$ln=0,r=1,p=1$${'a'.repeat(22)}$${'a'.repeat(22)}`, access: 'read' }], 'me', 'x'), null);
});

test('each login has its own access', async (t) => {
  const server = unixServer(t, {
    credentials: { username: 'chief', password: 'a' },
    otherLogins: [
      { username: 'hand', password: 'b', access: 'operate' },
      { username: 'eye', password: 'c', access: 'read' },
    ],
  });
  await openServers(t, [server], [echo]);
  for (const [login, access] of [
    ['chief:a', 'admin'],
    ['hand:b', 'operate'],
    ['eye:c', 'read'],
  ] as const) {
    assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic(login)}\r\n`), new RegExp(`"access":"${access}"`));
  }
  assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${basic('eye:a')}\r\n`), / 401 /);
});

test('without a password everybody has the access of the section', async (t) => {
  const server = unixServer(t, { access: 'read' });
  await openServers(t, [server], [echo]);
  assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic('who:ever')}\r\n`), /"access":"read"/);
});

test('headers that cannot be read', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  await openServers(t, [server], [echo]);
  const status = async (header: string): Promise<string | undefined> =>
    / (\d+) /.exec(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}Authorization: ${header}\r\n\r\n`))?.[1];
  assert.equal(await status('Basic !'), '400');
  assert.equal(await status('Basic /w=='), '400');
  assert.equal(await status('Basic bm9jb2xvbg=='), '401');
  assert.equal(await status('Digest x'), '401');
  assert.equal(await status('Basic dTpw'), '200');
  assert.equal(await status('bAsIc   dTpw'), '200');
});

const guess = (t: TestContext, server: ReturnType<typeof unixServer>, login: string): Promise<string> => {
  const socket = connect(server);
  t.after(() => socket.destroy());
  socket.write(`GET /echo HTTP/1.1\r\n${CLOSE}${basic(login)}\r\n`);
  return readAll(socket);
};

test('who fails often has to wait, and nobody else; names that are not there are one name', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  const { notices } = await openServers(t, [server], [echo], { peerOf: () => ({ pid: 1, uid: 7, gid: 7 }) });
  const guesses = Array.from({ length: 70 }, (_, index) => guess(t, server, `stranger${index}:x`));
  const first = (pattern: RegExp): Promise<unknown> => Promise.any(guesses.map(async (one) => assert.match(await one, pattern)));
  await first(/^HTTP\/1\.1 401 /);
  await first(/^HTTP\/1\.1 429 [\s\S]*\r\nRetry-After: 5\r\nConnection: close\r\n/);
  assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic('u:p')}\r\n`), / 200 /);
  assert.deepEqual(notices[0], { level: 'warn', text: 'a client (user 7) gave a wrong user name or password to [unix_http_server]' });
});

for (const [kind, password] of [
  ['plain', 'p'],
  ['a SHA-1', `{SHA}${createHash('sha1').update('p').digest('hex')}`],
  ['a slow hash', `$scrypt$ln=4,r=8,p=1$${'A'.repeat(22)}$${scryptSync('p', Buffer.alloc(16), 32, { N: 16, r: 8, p: 1 }).toString('base64').replace('=', '')}`],
] as const) {
  test(`the right password (${kind}) comes in the first time while somebody guesses from the same address, who is answered late`, async (t) => {
    const server = unixServer(t, { credentials: { username: 'u', password } });
    await openServers(t, [server], [echo], { peerOf: () => ({ pid: 1, uid: 7, gid: 7 }) });
    let answered = 0;
    const guesses = Array.from({ length: 40 }, (_, index) => guess(t, server, `u:${index}`).then(() => ++answered));
    await Promise.any(guesses);
    assert.match(await ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic('u:p')}\r\n`), / 200 /);
    assert.ok(answered < 40, `guessing stays slow: ${answered} have been answered`);
  });
}

test('with all places taken by guesses a login that was right before comes in, and no further guess is looked at', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  await openServers(t, [server], [echo], { peerOf: () => ({ pid: 1, uid: 7, gid: 7 }) });
  const right = (): Promise<string> => ask(server, `GET /echo HTTP/1.1\r\n${CLOSE}${basic('u:p')}\r\n`);
  assert.match(await right(), / 200 /);
  const guesses = Array.from({ length: 100 }, (_, index) => guess(t, server, `u:${index}`));
  await Promise.any(guesses.map(async (one) => assert.match(await one, /^HTTP\/1\.1 429 /)));
  assert.match(await right(), / 200 /);
});

test('waiting grows with wrong passwords, is bounded, and is forgotten; right ones neither wait nor end it', () => {
  let nowMs = 0;
  const slowDown = createSlowDown(() => nowMs);
  const wrong = (key: string): number | null => slowDown.begin(key)?.wrong() ?? null;
  assert.deepEqual(
    Array.from({ length: 11 }, () => wrong('a')),
    [0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000],
  );
  assert.equal(wrong('b'), 0);
  slowDown.begin('a')?.right();
  assert.equal(wrong('a'), 5_000);
  nowMs += 600_001;
  assert.equal(wrong('a'), 0);
});

test('whoever does not wait for the answer has no more tries for that', () => {
  let nowMs = 0;
  const slowDown = createSlowDown(() => nowMs);
  const looked = Array.from({ length: 64 + 20 }, () => slowDown.begin('a')?.wrong() ?? null).filter((waitMs) => waitMs !== null);
  assert.equal(looked.length, 64 + 3, 'the first three hold no place');
  nowMs += 5_000;
  assert.equal(slowDown.begin('a')?.wrong(), 5_000);
  const open = Array.from({ length: 64 }, () => slowDown.begin('c'));
  assert.ok(open.every((each) => each !== null));
  assert.equal(slowDown.begin('c'), null, 'also while they are being looked at');
  open[0]?.right();
  assert.notEqual(slowDown.begin('c'), null);
});

test('whoever comes from everywhere does not cost more and more memory', () => {
  const slowDown = createSlowDown(() => 0);
  for (let tries = 0; tries < 10; tries++) slowDown.begin('early')?.wrong();
  for (let index = 0; index < 1_024; index++) slowDown.begin(`address ${index}`)?.wrong();
  assert.equal(slowDown.begin('early')?.wrong(), 0);
});

test('lines about strangers are few', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const say = createSparing(
    (text) => void lines.push(text),
    () => nowMs,
  );
  for (let index = 0; index < 1_000; index++) say('x');
  nowMs = 10_000;
  say('y');
  say('z');
  assert.deepEqual(lines, ['x', 'y (and 999 more like this before)']);
});
