/**
 * A client in the scenarios: the real supervisorctl, one for each server, whose shell is given one command after the other. What it prints goes
 * into the file DIR/ctl.txt, which is compared as any other.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/container.ts';
import type { Step } from './scenario.ts';
import type { Server } from './server.ts';

const SUPERVISORCTL = '/usr/bin/supervisorctl';
const PROMPT = 'supervisor> ';

/** Sections that let a client in. */
const CONTROL = `[unix_http_server]
file={dir}/control.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/control.sock
`;

/** A main file with a control interface. */
export const withControl = (conf: string): string =>
  `[supervisord]\nnodaemon=true\nuser=root\nlogfile={dir}/main.log\npidfile={dir}/server.pid\nchildlogdir={dir}/auto\n${CONTROL}${conf}`;

/** Lines about the interfaces themselves, which are compared elsewhere. */
export const ABOUT_CONTROL = /RPC interface 'supervisor' initialized|HTTP authentication checking$/;

type Client = { readonly child: ChildProcess; readonly answers: AsyncGenerator<string, void> };

const clients = new WeakMap<Server, Client>();

/** One command, and what is said to it. */
export const ctl =
  (command: string): Step =>
  async (server) => {
    let client = clients.get(server);
    if (client === undefined) clients.set(server, (client = await connect(server)));
    client.child.stdin?.write(`${command}\n`);
    tell(server, `${PROMPT}${command}\n${await answer(client)}`);
  };

const connect = async (server: Server): Promise<Client> => {
  await until(() => existsSync(join(server.folder, 'control.sock')));
  const child = spawn(SUPERVISORCTL, ['-c', join(server.folder, 'main.conf')], {
    cwd: server.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', HOME: server.folder, TERM: 'dumb', TZ: 'UTC', PYTHONUNBUFFERED: '1' },
  });
  void server.container.ended.then(() => child.kill('SIGKILL'));
  const client = { child, answers: answersOf(child) };
  tell(server, await answer(client));
  return client;
};

const tell = (server: Server, text: string): void => appendFileSync(join(server.folder, 'ctl.txt'), normal(text));

const answer = async ({ answers }: Client): Promise<string> => {
  const { value, done } = await answers.next();
  if (done === true) throw new Error('supervisorctl has ended');
  return value;
};

/** What comes before each prompt. */
async function* answersOf(child: ChildProcess): AsyncGenerator<string, void> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (text += part));
  for await (const part of child.stdout?.setEncoding('utf8') ?? []) {
    text += String(part);
    if (!text.endsWith(PROMPT)) continue;
    yield text.slice(0, -PROMPT.length);
    text = '';
  }
}

const normal = (text: string): string =>
  text
    .replace(/pid \d+, uptime \d+:\d\d:\d\d/g, 'pid PID, uptime UP')
    .replace(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, 'DATE')
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /gm, 'TIME ');
