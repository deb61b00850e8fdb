/** A configuration that changes under a server, and logs that are followed: both clients, both servers. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Server, startServer, type Which } from '../../differential/server.ts';
import { type LineWatch, watchLines } from '../../support/line-watch.ts';
import { ask, listening, ourSupervisorctl, type Said, SUPERVISORCTL } from './clients.ts';

const skip = existsSync(SUPERVISORCTL) && process.getuid?.() === 0 ? false : 'this test needs root and the package `supervisor`';
const LIMIT = { skip, timeout: 300_000 } as const;

const SERVER = `[unix_http_server]
file={dir}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/s.sock
`;

const MAIN = '[supervisord]\nnodaemon=true\nuser=root\nlogfile={dir}/main.log\npidfile={dir}/server.pid\nchildlogdir={dir}/auto\n';

const stays = (name: string, more = ''): string => `[program:${name}]\ncommand=sleep 1000\nstartsecs=0\n${more}`;

/** Of each pair of a server and a client what they came to; all are to be as the first. */
const sameOfAll = async <Seen>(t: TestContext, conf: string, use: (server: Server, client: string) => Promise<Seen>): Promise<void> => {
  const pairs: readonly (readonly [Which, boolean])[] = [
    ['supervisord', false],
    ['supervisord', true],
    ['tsinit', false],
    ['tsinit', true],
  ];
  const all = await Promise.all(
    pairs.map(async ([which, isOurs]) => {
      const server = await startServer(t, which, { name: 'changes', conf: `${SERVER}${conf}` });
      await server.container.stdout.line(/success: first entered RUNNING state/u);
      await listening(`${server.folder}/s.sock`);
      return use(server, isOurs ? ourSupervisorctl(server.folder) : SUPERVISORCTL);
    }),
  );
  for (const [index, seen] of all.entries())
    assert.deepEqual(seen, all[0], `${pairs[index]?.[0]}, ${pairs[index]?.[1] === true ? 'our client' : 'its client'}`);
};

test('reread and update: groups come, go and change; mistakes change nothing', LIMIT, (t) =>
  sameOfAll(t, `${stays('first')}${stays('changes')}${stays('goes')}`, async (server, client) => {
    const said: Said[] = [];
    const say = async (...lines: readonly string[]): Promise<void> => {
      for (const line of lines) said.push(await ask([client], ['-c', `${server.folder}/main.conf`, ...line.split(' ')], { folder: server.folder }));
    };
    const configure = (text: string): void => server.write('main.conf', `${MAIN}${SERVER}${text}`);
    await server.container.stdout.line(/success: changes entered RUNNING state/u);
    await server.container.stdout.line(/success: goes entered RUNNING state/u);
    configure(`${stays('first')}${stays('changes', 'stopsignal=INT\n')}${stays('comes')}${stays('later', 'autostart=false\n')}`);
    await say('reread', 'reread', 'avail', 'add comes', 'add comes', 'remove goes', 'stop goes', 'remove goes', 'remove goes', 'status');
    await say('update comes nobody', 'update changes', 'update', 'update', 'avail', 'status first changes later');
    configure(`${stays('first')}[program:broken]\nstartsecs=0\n`);
    await say('reread', 'update', 'status first');
    configure(stays('first'));
    await say('reread', 'update later', 'update all', 'status', 'reread');
    return said;
  }),
);

type Running = { readonly shown: LineWatch; readonly type: (text: string) => void; readonly interrupt: () => void; readonly ended: Promise<number | null> };

const follow = (t: TestContext, server: Server, client: string, line: string): Running => {
  const child = spawn(client, ['-c', `${server.folder}/main.conf`, ...line.split(' ')], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONUNBUFFERED: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.after(() => void child.kill('SIGKILL'));
  const shown = watchLines(`${client} ${line}`);
  child.stdout.on('data', shown.push);
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      shown.end();
      resolve(code);
    }),
  );
  return { shown, type: (text) => void child.stdin.write(text), interrupt: () => void child.kill('SIGINT'), ended };
};

const talking = '[program:first]\ncommand=sh -c "echo one; echo two; exec cat"\nstartsecs=0\nstdout_logfile={dir}/first.out\nstderr_logfile={dir}/first.err\n';

test('a log is followed until Ctrl-C', LIMIT, (t) =>
  sameOfAll(t, talking, async (server, client) => {
    await server.fileHas('first.out', /two/u);
    const { shown, interrupt, ended } = follow(t, server, client, 'tail -f first');
    await shown.line(/^two$/u);
    const words = ['-c', `${server.folder}/main.conf`];
    const remote = `import sys; sys.path.insert(0, '/usr/lib/python3/dist-packages')
from supervisor.xmlrpc import SupervisorTransport
import xmlrpc.client
xmlrpc.client.ServerProxy('http://x', SupervisorTransport('', '', 'unix://${server.folder}/s.sock')).supervisor.sendProcessStdin('first', 'three\\n')
`;
    const sent = await ask(['/usr/bin/python3'], ['-c', remote], { folder: server.folder });
    assert.equal(sent.stderr, '');
    await shown.line(/^three$/u);
    interrupt();
    const code = await ended;
    // supervisorctl ends the line that Ctrl-C stands in unless the signal finds it between two reads.
    return { code, lines: shown.lines.filter((line) => line !== ''), after: await ask([client], [...words, 'tail', 'first'], { folder: server.folder }) };
  }),
);

test('in the foreground: what is typed is heard', LIMIT, (t) =>
  sameOfAll(t, talking, async (server, client) => {
    await server.fileHas('first.out', /two/u);
    const { shown, type, interrupt } = follow(t, server, client, 'fg first');
    await shown.line(/^two$/u);
    type('three\n');
    await shown.line(/^three$/u);
    type('äöü\n');
    await shown.line(/^\xc3\xa4/u);
    interrupt();
    // supervisorctl itself may take half a minute more: its thread sleeps.
    await shown.line(/^Exiting foreground$/u);
    return [...shown.lines];
  }),
);
