/**
 * Our client and the real supervisorctl are asked the same things, of the real supervisord: what they print and how they exit
 * must be the same. Needs Debian's package `supervisor` and root.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Server, SUPERVISORD, startServer, type Which } from '../differential/server.ts';
import { ask, ourSupervisorctl, type Said, SUPERVISORCTL } from './clients.ts';
import { CONFIGURATION, LINES, RUNNING, TYPED } from './lines.ts';

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD) || !existsSync(SUPERVISORCTL)) return 'install the package `supervisor`, the oracle of this test';
  return process.getuid?.() === 0 ? false : 'only root can make the namespaces of this test';
};

const LIMIT = { skip: missing(), timeout: 300_000 } as const;

/** Up, and with all its programs RUNNING. */
const started = async (t: TestContext, which: Which, conf: string = CONFIGURATION): Promise<Server> => {
  const server = await startServer(t, which, { name: 'clients', conf });
  for (const name of RUNNING) await server.container.stdout.line(new RegExp(`success: ${name} entered RUNNING state`));
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

/** Both clients, each with a server of its own that is as the other. */
const compared = async (t: TestContext, talk: (server: Server, client: readonly string[]) => Promise<readonly Said[]>): Promise<void> => {
  const [theirs, ours] = await Promise.all([
    started(t, 'supervisord').then((server) => talk(server, [SUPERVISORCTL])),
    started(t, 'supervisord').then((server) => talk(server, [ourSupervisorctl(server.folder)])),
  ]);
  for (const [index, said] of theirs.entries()) assert.deepEqual(ours[index], said);
};

test('each action, of the real supervisord', LIMIT, (t) => compared(t, transcript));

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
