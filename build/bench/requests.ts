/** The control interface: how many times a second all processes are told over the unix socket, to few clients and to many. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../../test/support/fixtures.ts';
import { type Bench, openNotes, pause, runFixture, start } from './container.ts';
import { asSupervisord, asTsinit, folder, type ServerSetting } from './peers.ts';
import { type Benchmark, median, type Row, ratioRow } from './row.ts';

type Tool = (programs: Parameters<typeof asTsinit>[0], server: ServerSetting) => readonly string[];
type Load = { readonly programs: number; readonly clients: number; readonly requests: number; readonly least: number };

/** The least ratio is what we promise; 200 clients are promised to be served, not how fast. */
const LOADS: readonly Load[] = [
  { programs: 10, clients: 4, requests: 6_000, least: 2 },
  { programs: 100, clients: 4, requests: 1_500, least: 4 },
  { programs: 10, clients: 200, requests: 6_000, least: 2 },
];
const ROUNDS = 5;
/** Compilers, caches: the first requests are not what is measured. */
const WARM_UP = 500;

let sockets = 0;

type Served = { readonly bench: Bench; readonly socket: string; readonly close: () => Promise<void> };

const serve = async (tool: Tool, programs: number): Promise<Served> => {
  const notes = openNotes();
  const socket = join(folder, `${++sockets}.sock`);
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} wait`, copies: programs } }, { socket }));
  await notes.next('start', programs);
  while (!existsSync(socket)) await pause(10);
  return {
    bench,
    socket,
    close: async () => {
      await bench.end();
      notes.close();
    },
  };
};

/** Requests a second, and answers that were none. */
const ask = ({ socket }: Served, { clients }: Load, requests: number): { readonly rate: number; readonly bad: number } => {
  const told = runFixture('request_load', [socket, String(clients), String(requests), 'supervisor.getAllProcessInfo']);
  const [nanoseconds = Number.NaN, answers = Number.NaN, bad = Number.NaN] = told.split(' ').map(Number);
  return { rate: (answers / nanoseconds) * 1e9, bad };
};

const measure = async (load: Load): Promise<readonly Row[]> => {
  const [ours, peer] = [await serve(asTsinit, load.programs), await serve(asSupervisord, load.programs)];
  const rates: readonly [number[], number[]] = [[], []];
  let bad = 0;
  for (const side of [ours, peer]) ask(side, load, WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    const answered = ask(ours, load, load.requests);
    bad += answered.bad;
    rates[0].push(answered.rate);
    rates[1].push(ask(peer, load, load.requests).rate);
  }
  for (const side of [ours, peer]) await side.close();
  const what = `getAllProcessInfo, ${load.programs} programs, ${load.clients} clients over the unix socket`;
  const row = ratioRow(what, [median(rates[0]), median(rates[1])], (value) => `${Math.round(value)} a second`, {
    kind: 'least',
    ratio: load.least,
    peer: 'supervisord',
  });
  const unanswered = { what: 'the same: requests without a good answer', ours: String(bad), peer: '', ratio: null, bar: '0', isMet: bad === 0 };
  return load.clients > 100 ? [row, unanswered] : [row];
};

export const requests: Benchmark = {
  name: 'requests',
  run: async () => {
    const rows: Row[] = [];
    for (const load of LOADS) rows.push(...(await measure(load)));
    return rows;
  },
};
