/**
 * The client as a whole process: `status`, and a signal from the client's start to the program's handler; ours with our server, supervisorctl
 * with supervisord, in turn.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../../test/support/fixtures.ts';
import { type Bench, openNotes, pause, start } from './container.ts';
import { folder, tsinit } from './peers.ts';
import { type Benchmark, duration, median, ratioRow } from './row.ts';

const SUPERVISORD = '/usr/bin/supervisord';
const SUPERVISORCTL = '/usr/bin/supervisorctl';
const PROGRAMS = 10;
const ROUNDS = 25;

type Side = {
  readonly bench: Bench;
  readonly client: readonly string[];
  readonly notes: ReturnType<typeof openNotes>;
  readonly samples: { status: number[]; signal: number[] };
};

const begin = async (name: string, server: readonly string[], client: readonly string[]): Promise<Side> => {
  const notes = openNotes();
  const [file, socket] = [join(folder, `${name}.conf`), join(folder, `${name}.sock`)];
  const others = `[program:x]\ncommand=sleep 10000\nstartsecs=0\nnumprocs=${PROGRAMS - 1}\nprocess_name=%(program_name)s_%(process_num)d\n`;
  const own = `[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${join(folder, name)}.pid\nchildlogdir=${folder}\n`;
  const control = `[unix_http_server]\nfile=${socket}\n[supervisorctl]\nserverurl=unix://${socket}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`;
  const program = `[program:w]\ncommand=${fixture('marker')} ${notes.path} stop\nstartsecs=0\nautorestart=true\n`;
  writeFileSync(file, `${own}${control}${program}${others}`);
  const bench = await start([...server, '-c', file]);
  await notes.next('start');
  while (!existsSync(socket)) await pause(10);
  return { bench, client: [...client, '-c', file], notes, samples: { status: [], signal: [] } };
};

const ask = ({ client }: Side, words: readonly string[]): number => {
  const [file = '', ...before] = client;
  const sent = Number(process.hrtime.bigint());
  const { status } = spawnSync(file, [...before, ...words], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${client.join(' ')} ${words.join(' ')} ended with ${status}`);
  return sent;
};

const round = async (side: Side): Promise<void> => {
  side.samples.status.push(-ask(side, ['status']) + Number(process.hrtime.bigint()));
  const sent = ask(side, ['signal', 'TERM', 'w']);
  const [heard = Number.NaN] = await side.notes.next('signal');
  side.samples.signal.push(heard - sent);
  await side.notes.next('start');
};

export const client: Benchmark = {
  name: 'client',
  run: async () => {
    const ours = await begin('ours', [tsinit], [tsinit, 'ctl']);
    const peer = await begin('peer', [SUPERVISORD], [SUPERVISORCTL]);
    for (let count = 0; count < ROUNDS; count += 1) for (const side of [ours, peer]) await round(side);
    for (const { bench, notes } of [ours, peer]) {
      await bench.end();
      notes.close();
    }
    const bar = { kind: 'most', ratio: 0.35, peer: 'supervisorctl' } as const;
    const of = (name: 'status' | 'signal'): readonly [number, number] => [median(ours.samples[name]), median(peer.samples[name])];
    return [
      ratioRow(`ctl status of ${PROGRAMS} processes, the whole client`, of('status'), duration, bar),
      ratioRow('ctl signal: from the client’s start to the program’s handler', of('signal'), duration, bar),
    ];
  },
};
