/**
 * Our client and the real supervisorctl are asked the same things, of the real supervisord and of tsinit in its personality: what they
 * print and how they exit must be the same. Needs Debian's package `supervisor` and root.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { inAttempts } from '../../differential/attempts.ts';
import { type Server, SUPERVISORD, startServer, type Which } from '../../differential/server.ts';
import { ask, listening, ourSupervisorctl, type Said, SUPERVISORCTL } from './clients.ts';
import { CONFIGURATION, LINES, RUNNING, TYPED } from './lines.ts';

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD) || !existsSync(SUPERVISORCTL)) return 'install the package `supervisor`, the oracle of this test';
  return process.getuid?.() === 0 ? false : 'only root can make the namespaces of this test';
};

const LIMIT = { skip: missing(), timeout: 1_800_000 } as const;

/** Up, and with all its programs RUNNING. */
const started = async (t: TestContext, which: Which, conf: string = CONFIGURATION): Promise<Server> => {
  const server = await startServer(t, which, { name: 'clients', conf });
  for (const name of RUNNING) await server.container.stdout.line(new RegExp(`success: ${name} entered RUNNING state`));
  await listening(`${server.folder}/s.sock`);
  return server;
};

/** Processes that are asked together are told as each is done. */
const inAnyOrder = (said: Said): Said =>
  / (?:start|stop|restart|signal) /u.test(said.line) ? { ...said, stdout: said.stdout.split('\n').toSorted().join('\n') } : said;

const transcript = async (server: Server, client: readonly string[]): Promise<readonly Said[]> => {
  const said: Said[] = [];
  for (const [line, input] of LINES) {
    const words = ['-c', `${server.folder}/main.conf`, ...line.replaceAll('{dir}', server.folder).split(' ')];
    said.push(inAnyOrder(await ask(client, words, { folder: server.folder, ...(input === undefined ? {} : { input }) })));
  }
  return said;
};

const CLIENTS = {
  supervisorctl: () => [SUPERVISORCTL],
  ours: (server: Server) => [ourSupervisorctl(server.folder)],
} as const;

const PAIRS = [
  ['supervisord', 'ours'],
  ['tsinit', 'supervisorctl'],
  ['tsinit', 'ours'],
] as const;

type Talk = (server: Server, client: readonly string[]) => Promise<readonly Said[]>;

/** Every client with every server, each with a server of its own; the peers' word is what the others are to say. */
const compared = async (t: TestContext, talk: Talk): Promise<void> => {
  const oracle = started(t, 'supervisord').then((server) => talk(server, CLIENTS.supervisorctl()));
  const others = PAIRS.map(([which, client]) => started(t, which).then((server) => talk(server, CLIENTS[client](server))));
  const expected = await oracle;
  const all = await Promise.all(others);
  for (const [index, said] of expected.entries()) {
    for (const [number, heard] of all.entries()) assert.deepEqual(heard[index], said, `${PAIRS[number]?.join(' with ')}: ${said.line}`);
  }
};

test('each action', LIMIT, (t) => inAttempts('each action', () => compared(t, transcript), console.log));

for (const [name, last] of [
  ['left by Ctrl-D', ''],
  ['left by quit', 'quit\n'],
  ['left by exit', 'exit\nversion\n'],
  ['left by EOF', 'EOF\n'],
] as const)
  test(`a shell, ${name}`, LIMIT, (t) =>
    compared(t, async (server, client) => {
      const typed = `${TYPED.join('\n')}\n${last}`.replaceAll('{dir}', server.folder);
      const words = ['-c', `${server.folder}/main.conf`];
      return [await ask(client, words, { folder: server.folder, input: last === '' ? typed : last })];
    }),
  );
