/** Servers that are not there, locked, ending or strange, and command lines with mistakes: both clients say the same and exit alike. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startServer, type Which } from '../../differential/server.ts';
import { temporaryFolder } from '../../support/container.ts';
import { ask, listening, ourSupervisorctl, type Said, SUPERVISORCTL } from './clients.ts';

const skip = existsSync(SUPERVISORCTL) && process.getuid?.() === 0 ? false : 'this test needs root and the package `supervisor`';
const LIMIT = { skip, timeout: 300_000 } as const;

const ACTIONS =
  'status,status x,pid,pid x,version,avail,start x,stop x,restart x,signal HUP x,tail x,tail -f x,maintail,clear x,fg x,reread,add x,remove x,update,update x,open,shutdown,reload'.split(
    ',',
  );

/** Asks both clients the same, in turn. */
const compared = async (folder: string, lines: readonly (readonly string[])[], input?: string): Promise<readonly Said[]> => {
  const ours = ourSupervisorctl(folder);
  const all: Said[] = [];
  for (const words of lines) {
    const options = { folder, ...(input === undefined ? {} : { input }) };
    const theirs = await ask([SUPERVISORCTL], words, options);
    assert.deepEqual(await ask([ours], words, options), theirs);
    all.push(theirs);
  }
  return all;
};

const actionsAt = (url: string, ...more: readonly string[]): readonly (readonly string[])[] => ACTIONS.map((line) => ['-s', url, ...more, ...line.split(' ')]);

test('no socket', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  const said = await compared(folder, actionsAt(`unix://${folder}/none.sock`));
  assert.deepEqual(new Set(said.map(({ code }) => code)), new Set([1, 4, 7]));
});

test('a socket that nobody listens at', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'dead.sock');
  writeFileSync(path, '');
  const said = await compared(folder, actionsAt(`unix://${path}`));
  assert.deepEqual(new Set(said.map(({ code }) => code)), new Set([1, 4]));
});

test('a port that nobody listens at', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  const free = createSocket().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const address = free.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => free.close(resolve));
  await compared(folder, [
    ['-s', `http://127.0.0.1:${port}`, 'status'],
    ['-s', `http://127.0.0.1:${port}/`, 'start', 'x'],
    ['-s', `http://127.0.0.1:${port}/path`, 'shutdown'],
    ['-s', `http://127.0.0.1:${port}`, 'avail'],
  ]);
});

test('a server of another version, one that is none, one that hangs up', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  const answers = {
    'old.sock': {
      status: 200,
      body: '<?xml version="1.0"?><methodResponse><params><param><value><string>2.0</string></value></param></params></methodResponse>',
    },
    'broken.sock': { status: 500, body: '' },
    'empty.sock': { status: 404, body: 'nothing here' },
  };
  for (const [name, { status, body }] of Object.entries(answers)) {
    const server = createServer((request, response) => {
      // Python is taken aback by an answer before it has said all.
      const answer = (): unknown => response.writeHead(status, { 'Content-Type': 'text/xml', 'Content-Length': body.length, Connection: 'close' }).end(body);
      request.resume().once('end', answer);
    });
    await new Promise<void>((resolve) => void server.listen(join(folder, name), resolve));
    t.after(() => server.close());
  }
  const rude = createSocket((socket) =>
    socket.on('data', (bytes) => {
      if (bytes.includes('</methodCall>')) socket.end();
    }),
  );
  await new Promise<void>((resolve) => void rude.listen(join(folder, 'rude.sock'), resolve));
  t.after(() => rude.close());
  const names = [...Object.keys(answers), 'rude.sock'];
  const said = await compared(
    folder,
    names.flatMap((name) => ['status', 'version', 'start x', 'shutdown'].map((line) => ['-s', `unix://${folder}/${name}`, ...line.split(' ')])),
  );
  assert.equal(said[0]?.code, 4);
  assert.equal(said[1]?.code, 5);
});

test('command lines', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'etc'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const good = file('good.conf', '[supervisorctl]\nserverurl=unix://%(here)s/none.sock\nprompt=p\n');
  await compared(folder, [
    ['-x'],
    ['-s'],
    ['-s', 'foo', 'status'],
    ['--serverurl=x'],
    ['--serverurl'],
    ['--se', 'y'],
    ['--con'],
    ['--frobnicate'],
    ['--interactive=x'],
    ['-s', 'unix:///a', '-s', 'unix:///b', 'status'],
    ['-s', 'foo://x', 'status'],
    ['-s', 'foo://x', 'avail'],
    ['-c', '/none.conf', 'status'],
    ['-c', file('empty.conf', ''), 'status'],
    ['-c', file('other.conf', '[supervisord]\n'), 'status'],
    ['-c', file('expansion.conf', '[supervisorctl]\nserverurl=%(nothing)s\n'), 'status'],
    ['-c', file('scheme.conf', '[supervisorctl]\nserverurl=nonsense\n'), 'status'],
    ['-c', good, 'status'],
    [`-c${good}`, 'pid'],
    ['-i', '-c', good, 'status'],
    ['-c', good, '-u', 'u', '-p', 'p', 'status'],
    ['-c', good, '--', 'status'],
    ['-c', good, '-'],
    ['-c', good, ''],
    ['-c', good, ' '],
    ['-c', good, 'status', '-u', 'x'],
    ['-c', good, 'help', 'status'],
    ['-s', `unix://${folder}/other.sock`, '-c', good, 'status'],
  ]);
  const found = file('etc/supervisord.conf', '[supervisorctl]\nserverurl=unix://%(here)s/found.sock\n');
  const [said] = await compared(folder, [['status']]);
  assert.ok(found !== '' && said?.stdout.includes('/etc/found.sock no such file'), said?.stdout);
});

const CONF = (more: string): string => `[unix_http_server]\nfile={dir}/s.sock\n${more}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/s.sock
[program:cat]
command=sh -c 'trap "" TERM; echo trapped; exec cat'
startsecs=0
stdout_logfile={dir}/cat.out
stopwaitsecs=1000
`;

const running = async (t: TestContext, which: Which, conf: string): Promise<string> => {
  const server = await startServer(t, which, { name: 'conditions', conf });
  await server.container.stdout.line(/success: cat entered RUNNING state/u);
  await server.fileHas('cat.out', /trapped/u);
  await listening(`${server.folder}/s.sock`);
  return server.folder;
};

/** Of both servers: both clients hear the same from each. */
const comparedOfBoth = async (t: TestContext, conf: string, talk: (folder: string) => Promise<readonly Said[]>): Promise<void> => {
  const [theirs, ours] = await Promise.all((['supervisord', 'tsinit'] as const).map(async (which) => talk(await running(t, which, conf))));
  for (const [index, said] of (theirs ?? []).entries()) assert.deepEqual(ours?.[index], said);
};

test('a server that wants a login', LIMIT, (t) =>
  comparedOfBoth(t, CONF('username=me\npassword=se:cret\n'), (folder) => {
    const configuration = ['-c', `${folder}/main.conf`];
    return compared(folder, [
      ...ACTIONS.filter((line) => !/^(?:shutdown|reload)/u.test(line)).map((line) => [...configuration, ...line.split(' ')]),
      [...configuration, '-u', 'me', '-p', 'wrong', 'status'],
      [...configuration, '-u', 'me', 'status'],
      [...configuration, '-u', 'me', '-p', 'se:cret', 'status', 'cat'],
      [...configuration, '-u', 'me', '-p', 'se:cret', 'tail', 'cat'],
    ]);
  }),
);

test('a server without the methods of supervisor', LIMIT, (t) =>
  comparedOfBoth(t, CONF('').replace(/\[rpcinterface[^[]*/u, ''), (folder) =>
    compared(
      folder,
      ACTIONS.map((line) => ['-c', `${folder}/main.conf`, ...line.split(' ')]),
    ),
  ),
);

test('a server that is shutting down', LIMIT, (t) =>
  comparedOfBoth(t, CONF(''), async (folder) => {
    const configuration = ['-c', `${folder}/main.conf`];
    const first = await ask([SUPERVISORCTL], [...configuration, 'shutdown'], { folder });
    assert.equal(first.stdout, 'Shut down\n');
    return compared(
      folder,
      ACTIONS.map((line) => [...configuration, ...line.split(' ')]),
    );
  }),
);
