/**
 * Events to one listener, which is written with supervisor.childutils as they all are: whether 1,000 a second arrive, and how many could.
 * A program writes messages between tokens; the listener notes when the first and the last one came, and how many.
 */
import { openNotes, pause, start } from './container.ts';
import { asSupervisord, asTsinit, fileWith } from './peers.ts';
import { type Benchmark, median, type Row } from './row.ts';

/** Messages in one write, so many milliseconds apart. */
type Pace = { readonly count: number; readonly batch: number; readonly pauseMs: number; readonly buffer: number };
type EventsRun = { readonly perSecond: number; readonly lost: number };

/** Ten every ten milliseconds; a buffer of a second's worth. */
const THOUSAND: Pace = { count: 3_000, batch: 10, pauseMs: 10, buffer: 1_000 };
/** Faster than either can tell them, with room for all. */
const FLOOD: Pace = { count: 4_000, batch: 10, pauseMs: 1, buffer: 20_000 };
const ROUNDS = 2;
/** Somebody has given up. */
const LIMIT_MS = 60_000;
const ENOUGH = 1_000;
const PYTHON = '/usr/bin/python3';

const LISTENER = `
import sys, time
from supervisor import childutils
first, count, last = 0, 0, sys.argv[2]
while True:
    headers, payload = childutils.listener.wait()
    first = first or time.monotonic_ns()
    count += 1
    if payload.endswith('\\n' + last):
        with open(sys.argv[1], 'w') as notes:
            notes.write('first %d\\nlast %d\\ncount %d\\n' % (first, time.monotonic_ns(), count))
    childutils.listener.ok()
`;

/** Messages of a kilobyte: supervisord cannot take hundreds of them out of one read. */
const SENDER = `
import os, sys, time
count, batch, pause = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 1000
pad = b'x' * 1000 + b'\\n'
time.sleep(2)
due = time.monotonic()
for start in range(0, count, batch):
    os.write(1, b''.join(b'<!--XSUPERVISOR:BEGIN-->%b%d<!--XSUPERVISOR:END-->' % (pad, number) for number in range(start, start + batch)))
    due += pause
    time.sleep(max(0, due - time.monotonic()))
while True:
    os.write(1, b'<!--XSUPERVISOR:BEGIN-->%b%d<!--XSUPERVISOR:END-->' % (pad, count - 1))
    time.sleep(1)
`;

const sections = (notes: string, { count, batch, pauseMs, buffer }: Pace): string => `
[program:sender]
command=${PYTHON} ${fileWith(SENDER, '.py')} ${count} ${batch} ${pauseMs}
stdout_capture_maxbytes=1MB
stdout_logfile=NONE
startsecs=0

[eventlistener:listener]
command=${PYTHON} ${fileWith(LISTENER, '.py')} ${notes} ${count - 1}
events=PROCESS_COMMUNICATION
buffer_size=${buffer}
stdout_logfile=NONE
startsecs=0
`;

/** The sender repeats the last message: one that is lost does not stop the measurement. */
const runEvents = async (tool: typeof asTsinit, pace: Pace): Promise<EventsRun> => {
  const notes = openNotes();
  const bench = await start(tool({}, undefined, sections(notes.path, pace)));
  try {
    const hear = async (): Promise<readonly number[]> => [...(await notes.next('first')), ...(await notes.next('last')), ...(await notes.next('count'))];
    const noted = await Promise.race([hear(), pause(LIMIT_MS)]);
    if (noted === undefined) return { perSecond: 0, lost: pace.count };
    const [first = 0, last = 0, count = 0] = noted;
    return { perSecond: (count - 1) / ((last - first) / 1e9), lost: Math.max(0, pace.count - count) };
  } finally {
    await bench.end();
    notes.close();
  }
};

export const events: Benchmark = {
  name: 'events',
  run: async (): Promise<readonly Row[]> => {
    const runs: Record<'ours' | 'peer', EventsRun[]> = { ours: [], peer: [] };
    const lost = { ours: 0, peer: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      lost.ours += (await runEvents(asTsinit, THOUSAND)).lost;
      lost.peer += (await runEvents(asSupervisord, THOUSAND)).lost;
      runs.ours.push(await runEvents(asTsinit, FLOOD));
      runs.peer.push(await runEvents(asSupervisord, FLOOD));
    }
    const perSecond = (all: readonly EventsRun[]): number => median(all.map((run) => run.perSecond));
    const [ours, peer] = [perSecond(runs.ours), perSecond(runs.peer)];
    const ofAll = ROUNDS * THOUSAND.count;
    return [
      {
        what: `events lost of ${ofAll} to one listener, 1,000 a second`,
        ours: String(lost.ours),
        peer: `supervisord: ${lost.peer}`,
        ratio: null,
        bar: '0',
        isMet: lost.ours === 0,
      },
      {
        what: 'events of a kilobyte to one listener, sent faster than told',
        ours: `${Math.round(ours)}/s`,
        peer: `supervisord: ${Math.round(peer)}/s`,
        ratio: ours / peer,
        bar: `at least ${ENOUGH}/s`,
        isMet: ours >= ENOUGH,
      },
    ];
  },
};
