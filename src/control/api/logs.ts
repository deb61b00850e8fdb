/** Rows about the logs of programs and the supervisor's own. */
import { succeed } from '../../base/result.ts';
import type { ProcessView } from '../../world/show/views.ts';
import type { Channel, ControlPort, LogSource } from '../port.ts';
import { collect } from './batch.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { encodedBytes } from './weigh.ts';
import { MAXIMUM_READ_BYTES, type OpenLog, readPart, readTail, withLog } from './log-source.ts';
import { alias, method } from './method.ts';
import type { Method } from './method.ts';
import { byPriority, findProcess } from './names.ts';
import { integer, text } from './parameters.ts';
import type { Session } from './session.ts';

const NAME = text('name', 'process or `group:process`');
const OFFSET = integer('offset', 'first byte; negative: that many from the end, and length is 0');
const LENGTH = integer('length', 'bytes; 0: to the end');
const TAIL_OFFSET = integer('offset', 'where the last answer ended');
const TAIL_LENGTH = integer('length', 'most bytes');

const PIECE_BYTES = 1024 * 1024;

/** The same log, read within what the session may still hold. */
const withinBudget = (log: OpenLog, session: Session): { readonly log: OpenLog; readonly isExceeded: () => boolean } => {
  let isExceeded = false;
  /** Bit by bit: what turns out to be too large has not been read as a whole. */
  const readSome = (from: number, length: number): Uint8Array => {
    const wanted = Math.max(0, Math.min(length, log.size - from, MAXIMUM_READ_BYTES));
    const whole = Buffer.allocUnsafe(wanted);
    let filled = 0;
    for (let done = 0; done < wanted; done += PIECE_BYTES) {
      const piece = log.read(from + done, Math.min(PIECE_BYTES, wanted - done));
      isExceeded = !session.take(encodedBytes(piece));
      if (isExceeded) return new Uint8Array();
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole.subarray(0, filled);
  };
  return { log: { size: log.size, read: readSome }, isExceeded: () => isExceeded };
};

const TOO_MUCH = 'the answers that are being made or wait for their readers are too large; ask for less at once';

const read = (session: Session, source: LogSource | null, path: string | null, offset: number, length: number): Outcome => {
  if (source === null) return fault('NO_FILE', path);
  const part = withLog(source, (log) => {
    const bounded = withinBudget(log, session);
    const bytes = readPart(bounded.log, offset, length);
    return { bytes, isExceeded: bounded.isExceeded() };
  });
  if (part.kind === 'missing') return fault('NO_FILE', path);
  if (part.kind === 'unreadable') return fault('FAILED');
  const { bytes, isExceeded } = part.value;
  if (isExceeded) return fault('TOO_MUCH', TOO_MUCH);
  return bytes === null ? fault('BAD_ARGUMENTS') : succeed(textOf(bytes));
};

const tail = (session: Session, source: LogSource | null, offset: number, length: number): Outcome => {
  const found =
    source === null
      ? null
      : withLog(source, (log) => {
          const bounded = withinBudget(log, session);
          return { ...readTail(bounded.log, offset, length), size: log.size, isExceeded: bounded.isExceeded() };
        });
  if (found?.kind !== 'read') return succeed(['', found?.kind === 'unreadable' ? offset : 0, false]);
  const { bytes, size, overflow, isExceeded } = found.value;
  return isExceeded ? fault('TOO_MUCH', TOO_MUCH) : succeed([textOf(bytes), size, overflow]);
};

/** Whatever programs write can be read: what is not UTF-8 is replaced. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

const clear = (port: ControlPort, view: ProcessView): Outcome => (port.clearLogs(view.index).ok ? succeed(true) : fault('FAILED', view.fullName));

const reading = (name: string, channel: Channel): Method =>
  method({
    name,
    access: 'read',
    params: [NAME, OFFSET, LENGTH],
    returns: 'string',
    help: `Reads a part of the ${channel} log of a process.`,
    run: ({ port, session }, process, offset, length) => {
      const found = findProcess(port, process);
      if (!found.ok) return found;
      return read(session, port.log(found.value.index, channel), port.logName(found.value.index, channel), offset, length);
    },
  });

const tailing = (name: string, channel: Channel): Method =>
  method({
    name,
    access: 'read',
    params: [NAME, TAIL_OFFSET, TAIL_LENGTH],
    returns: 'array',
    help: `The last bytes of the ${channel} log of a process, if it has grown beyond offset: [text, where the log ends, whether there was more than was asked for].`,
    run: ({ port, session }, process, offset, length) => {
      const found = findProcess(port, process);
      return found.ok ? tail(session, port.log(found.value.index, channel), offset, length) : found;
    },
  });

const clearProcessLogs = method({
  name: 'supervisor.clearProcessLogs',
  access: 'operate',
  params: [NAME],
  returns: 'boolean',
  help: 'Empties the logs of a process.',
  run: ({ port }, name) => {
    const found = findProcess(port, name);
    if (!found.ok) return found;
    return port.clearLogs(found.value.index).ok ? succeed(true) : fault('FAILED', name);
  },
});

const readLog = method({
  name: 'supervisor.readLog',
  access: 'read',
  params: [OFFSET, LENGTH],
  returns: 'string',
  help: "Reads a part of the supervisor's own log.",
  run: ({ port, session }, offset, length) => {
    const source = port.mainLog();
    return read(session, source, source?.kind === 'file' ? source.path : null, offset, length);
  },
});

const readStdout = reading('supervisor.readProcessStdoutLog', 'stdout');
const tailStdout = tailing('supervisor.tailProcessStdoutLog', 'stdout');

export const logMethods: readonly Method[] = [
  readLog,
  alias('supervisor.readMainLog', readLog),
  method({
    name: 'supervisor.clearLog',
    access: 'admin',
    params: [],
    returns: 'boolean',
    help: "Empties the supervisor's own log.",
    run: ({ port }) => {
      const source = port.mainLog();
      if (source === null || withLog(source, () => true).kind === 'missing') return fault('NO_FILE');
      return port.clearMainLog().ok ? succeed(true) : fault('FAILED');
    },
  }),
  readStdout,
  alias('supervisor.readProcessLog', readStdout),
  reading('supervisor.readProcessStderrLog', 'stderr'),
  tailStdout,
  alias('supervisor.tailProcessLog', tailStdout),
  tailing('supervisor.tailProcessStderrLog', 'stderr'),
  clearProcessLogs,
  alias('supervisor.clearProcessLog', clearProcessLogs),
  method({
    name: 'supervisor.clearAllProcessLogs',
    access: 'operate',
    params: [],
    returns: 'array',
    help: 'Empties the logs of all processes. One struct for each: name, group, status (80, or a fault code), description.',
    run: ({ port }) => collect(byPriority(port).map((view) => ({ view, outcome: clear(port, view) }))),
  }),
];
