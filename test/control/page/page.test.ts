import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '../../../src/control/api/api.ts';
import type { Reply } from '../../../src/control/exchange.ts';
import { createPage } from '../../../src/control/page/page.ts';
import { createFakePort } from '../support/fake-port.ts';
import type { Fake } from '../support/fake-port.ts';
import { createExchange } from '../support/surfaces.ts';
import type { Asked } from '../support/surfaces.ts';

const TIME = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}`;

const create = (): { readonly fake: Fake; readonly ask: (asked: Asked) => Promise<Reply> } => {
  const fake = createFakePort([
    { group: 'a', name: 'a' },
    { group: 'g', name: 'one', state: 'RUNNING' },
    { group: 'f', name: 'f', state: 'FATAL' },
  ]);
  const page = createPage(fake.port, createApi(fake.port));
  const ask = (asked: Asked): Promise<Reply> => {
    const played = createExchange({ headers: { host: 'box:9001' }, ...asked });
    assert.ok(page(played.exchange), asked.path);
    return played.replied;
  };
  return { fake, ask };
};

const textOf = ({ body }: Reply): string => Buffer.from(body).toString();

const tokenIn = (reply: Reply): string => /name="token" value="([^"]+)"/u.exec(textOf(reply))?.[1] ?? '';

const messageOf = ({ headers }: Reply): string => decodeURIComponent(headers?.['Location']?.replace(/^.*\?message=/u, '') ?? '');

test('the page shows every process, and why it is as it is', async () => {
  const { ask } = create();
  const reply = await ask({ path: '/' });
  const text = textOf(reply);
  assert.deepEqual([reply.status, reply.type], [200, 'text/html;charset=utf-8']);
  for (const part of ['>stopped<', '>running<', '>fatal<', '>g:one<', 'a is as it is', 'tail.html?processname=g%3Aone', '1 stopped, 1 fatal, 1 running']) {
    assert.ok(text.includes(part), part);
  }
  assert.match(reply.headers?.['Content-Security-Policy'] ?? '', /default-src 'none'/u);
  assert.equal(textOf(await ask({ path: '/index.html' })).length, text.length);
});

test('nothing that is shown can be more than text', async () => {
  const { ask, fake } = create();
  fake.become('a', 'FATAL', { description: '<script>alert("x")</script>' });
  const text = textOf(await ask({ path: `/?message=${encodeURIComponent('<img src=x onerror=alert(1)>"\'&\u0001')}` }));
  assert.ok(!text.includes('<script') && !text.includes('<img'));
  assert.ok(text.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\uFFFD'));
  assert.ok(textOf(await ask({ path: '/tail.html?processname=%3Cb%3E' })).includes('&lt;b&gt;'));
});

test('a reader gets no buttons, and nothing done', async () => {
  const { ask, fake } = create();
  const text = textOf(await ask({ path: '/', access: 'read' }));
  assert.ok(!text.includes('<button') && !text.includes('token'));
  const token = tokenIn(await ask({ path: '/' }));
  const reply = await ask({ method: 'POST', path: '/index.html', access: 'read', body: `token=${token}&action=stopall` });
  assert.match(messageOf(reply), /^unexpected rpc fault \[120\] NO_ACCESS/u);
  assert.deepEqual(fake.asked, []);
});

test('actions come by POST with the token of this page, and nothing else of a browser counts', async () => {
  const { ask, fake } = create();
  const token = tokenIn(await ask({ path: '/' }));
  const refused: readonly Asked[] = [
    { method: 'POST', path: '/index.html', body: 'action=stopall' },
    { method: 'POST', path: '/index.html', body: `action=stopall&token=${'x'.repeat(token.length)}` },
    { method: 'POST', path: '/index.html', body: 'action=stopall&token=%C3%A9' },
    { path: '/index.html?action=stopall', headers: { 'user-agent': 'Mozilla/5.0 (X11)' } },
    { path: '/index.html?action=stopall', headers: { 'sec-fetch-site': 'none' } },
    { path: '/index.html?action=stopall', headers: { 'accept-language': 'de' } },
    { path: '/index.html?action=stopall', headers: { origin: 'http://box:9001' } },
    { method: 'HEAD', path: '/index.html?action=stopall' },
  ];
  for (const asked of refused) assert.equal((await ask(asked)).status, 403, JSON.stringify(asked));
  assert.deepEqual(fake.asked, []);
  const reply = await ask({ method: 'POST', path: '/index.html?processname=g:one', body: `action=clearlog&token=${token}` });
  assert.deepEqual([reply.status, reply.headers?.['Location']], [303, './?message=Log%20for%20g%3Aone%20cleared']);
  assert.deepEqual(fake.asked, ['clear g:one']);
});

test('scripts do by GET what they have always done, and hear the same words', async () => {
  const cases: readonly (readonly [string, RegExp, ((fake: Fake) => void)?])[] = [
    ['action=refresh', new RegExp(`^Page refreshed at ${TIME}$`, 'u')],
    ['action=stopall', new RegExp(`^All stopped at ${TIME}$`, 'u'), ({ become }) => become('g:one', 'STOPPED')],
    ['action=start&processname=a', /^Process a started$/u, ({ become }) => become('a', 'RUNNING')],
    ['action=start&processname=a', /^ERROR: Process a: spawn error$/u, ({ become }) => become('a', 'BACKOFF', { spawnError: 'no' })],
    ['action=start&processname=g:one', /^ERROR: Process g:one: already started$/u],
    ['action=start&processname=no', /^No such process named no$/u],
    ['action=stop&processname=g:one', /^Process g:one stopped$/u, ({ become }) => become('g:one', 'STOPPED')],
    ['action=stop&processname=a', /^unexpected rpc fault \[70\] NOT_RUNNING: a$/u],
    ['action=restart&processname=a', /^Process a restarted$/u, ({ become }) => become('a', 'RUNNING')],
    ['action=restart&processname=no', /^No such process named no$/u],
    ['action=clearlog&processname=a', /^Log for a cleared$/u],
    ['action=reload&processname=a', /^unexpected rpc fault \[122\] NO_RELOAD: a has neither reload_command nor reload_signal$/u],
  ];
  for (const [query, message, later] of cases) {
    const { ask, fake } = create();
    const replied = ask({ path: `/index.html?${query}`, headers: { 'user-agent': 'curl/8', host: 'box:9001' } });
    while (later !== undefined && fake.listeners() === 0) await new Promise(setImmediate);
    later?.(fake);
    const reply = await replied;
    assert.equal(reply.status, 301, query);
    assert.match(reply.headers?.['Location'] ?? '', /^http:\/\/box:9001\/\?message=/u);
    assert.match(messageOf(reply), message, query);
  }
  const { ask } = create();
  assert.equal((await ask({ path: '/index.html?action=dance' })).status, 400);
  assert.equal((await ask({ path: '/index.html?action=dance&processname=a' })).status, 400);
});

test('a program that can be told to reload has a button for it, and its own words beside it', async () => {
  const { port, asked } = createFakePort([{ group: 'r', name: 'r', state: 'RUNNING', canReload: true }]);
  const [view] = port.processes();
  assert.ok(view !== undefined);
  const said = { ...port, processes: () => [{ ...view, report: { ...view.report, status: '<3 clients>' } }] };
  const page = createPage(said, createApi(said));
  const ask = (path: string): Promise<Reply> => {
    const played = createExchange({ headers: { host: 'box:9001' }, path });
    page(played.exchange);
    return played.replied;
  };
  const text = textOf(await ask('/'));
  assert.ok(text.includes('>Reload</button>') && text.includes('it says: &lt;3 clients&gt;'));
  assert.equal(messageOf(await ask('/index.html?action=reload&processname=r')), 'Process r reloaded');
  assert.deepEqual(asked, ['reload r']);
});

test('everything is restarted by stopping and starting it', async () => {
  const { ask, fake } = create();
  const replied = ask({ path: '/index.html?action=restartall' });
  while (fake.listeners() === 0) await new Promise(setImmediate);
  fake.become('g:one', 'STOPPED');
  while (!fake.asked.some((each) => each.startsWith('start'))) await new Promise(setImmediate);
  for (const name of ['a', 'f', 'g:one']) fake.become(name, 'RUNNING');
  assert.match(messageOf(await replied), /^All restarted at /u);
  assert.deepEqual(fake.asked, ['stop g:one', 'start a g:one f']);
});

test('the end of the output, and the small pages', async () => {
  const { ask, fake } = create();
  assert.ok(textOf(await ask({ path: '/tail.html' })).includes('No process name found'));
  assert.ok(textOf(await ask({ path: '/tail.html?processname=a&limit=9999999999' })).includes('No file for a'));
  assert.ok(textOf(await ask({ path: '/tail.html?processname=no' })).includes('ERROR: unexpected rpc fault [10] BAD_NAME: no'));
  assert.deepEqual(await ask({ path: '/ok.html' }), { status: 200, type: 'text/plain', body: 'OK' });
  assert.equal((await ask({ path: '/stylesheets/supervisor.css' })).type, 'text/css');
  assert.equal((await ask({ method: 'PUT', path: '/' })).status, 400);
  const page = createPage(fake.port, createApi(fake.port));
  for (const path of ['/images/icon.png', '/constructor', '/stylesheets/']) assert.equal(page(createExchange({ path }).exchange), false);
});

test('without programs the page says so', async () => {
  const { port } = createFakePort([]);
  const played = createExchange({ path: '/' });
  createPage(port, createApi(port))(played.exchange);
  assert.ok(textOf(await played.replied).includes('There are no programs.'));
});
