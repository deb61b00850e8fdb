/**
 * Plays what the client is mostly asked for against a server that is only played, and writes the compiled code of its bundle as it is
 * then. Run by compiled-code.ts as rehearsal.ts is.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dial } from '../src/control/client/wire.ts';
import { encodeAnswer } from '../src/control/xml/encode.ts';
import type { Value } from '../src/control/xml/value.ts';
import { rehearse } from './rehearsing.ts';

type Roles = { readonly roles: { readonly client: (argv: readonly string[], dial: Dial) => Promise<number> } };

const LINES = [
  'status',
  'status web',
  'signal HUP web',
  'signal HUP group:*',
  'start web',
  'stop web',
  'restart all',
  'pid web',
  'version',
  'avail x',
  'nonsense',
];

const MISTAKES: ReadonlySet<string> = new Set(['avail x', 'nonsense']);

const CONFIGURATION = `[unix_http_server]
file = %(here)s/tsinit.sock ; a comment
username = u
password = p
`;

const process = (name: string, group: string): Value => ({
  name,
  group,
  start: 1_700_000_000,
  stop: 0,
  now: 1_700_000_100,
  state: 20,
  statename: 'RUNNING',
  spawnerr: '',
  exitstatus: 0,
  logfile: '/var/log/web.log',
  stdout_logfile: '/var/log/web.log',
  stderr_logfile: '',
  pid: 17,
  description: 'pid 17, uptime 0:01:40 &c',
});

const outcomes: Value = [{ name: 'one', group: 'group', status: 80, description: 'OK' }];

const ANSWERS: Readonly<Record<string, Value>> = {
  'supervisor.getVersion': '3.0',
  'supervisor.getSupervisorVersion': '4.2.5',
  'supervisor.getAllProcessInfo': [process('web', 'web'), process('one', 'group')],
  'supervisor.getProcessInfo': process('web', 'web'),
  'supervisor.signalProcessGroup': outcomes,
  'supervisor.startAllProcesses': outcomes,
  'supervisor.stopAllProcesses': outcomes,
};

const dial: Dial = () => {
  let asked = '';
  return {
    send: (text) => {
      asked = /<methodName>(.*)<\/methodName>/u.exec(text)?.[1] ?? '';
    },
    receive: () => {
      const body = Buffer.from(encodeAnswer(ANSWERS[asked] ?? true)).toString();
      return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
    close: () => undefined,
  };
};

const configuration = join(tmpdir(), `tsinit-rehearsal-client-${globalThis.process.pid}.conf`);
fs.writeFileSync(configuration, CONFIGURATION);

/** Nothing of it is to be read here. */
const writeSync = (_fd: number, bytes: Uint8Array, from = 0): number => bytes.length - from;

await rehearse(
  async (exports) => {
    for (const line of LINES) {
      const code = await (exports as Roles).roles.client(['ctl', '-c', configuration, ...line.split(' ')], dial);
      if (code !== (MISTAKES.has(line) ? 1 : 0)) throw new Error(`cannot rehearse the client: ${line} ends with ${code}`);
    }
    fs.unlinkSync(configuration);
  },
  [],
  { 'node:fs': { ...fs, writeSync } },
);
