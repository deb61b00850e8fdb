/** Wiring of the supervisor's own log: what the configuration says of it, the ways out that the log path has, and the way to read it back. */
import type { SupervisorSpec } from '../../config/model/model.ts';
import type { Personality } from '../../config/model/settings.ts';
import type { OpenLog } from '../../engine/output.ts';
import { activeClock } from '../../kernel/clock.ts';
import type { Native } from '../../kernel/native.ts';
import { descriptorOf } from '../../logs/out/descriptor-path.ts';
import { openFileSink } from '../../logs/out/file-sink.ts';
import type { FileSink } from '../../logs/out/file-sink.ts';
import type { Logs } from '../../logs/logs.ts';
import { createOwnLog } from '../../logs/own/own-log.ts';
import type { OwnLog } from '../../logs/own/own-log.ts';
import { fileSource } from '../../logs/read/read-back.ts';
import type { LogSource } from '../../logs/read/read-back.ts';
import { createRing } from '../../logs/read/ring.ts';
import { descriptorRefusal } from '../../logs/out/sinks.ts';

export type OwnLogOptions = {
  readonly native: Native;
  readonly logs: Logs;
  readonly supervisor: SupervisorSpec;
  readonly personality: Personality;
  /** Somebody may ask for it: without a file the last lines are kept in memory. */
  readonly isAsked: boolean;
};

export type ReadableLog = OpenLog & {
  /** Null: it is not kept anywhere. */
  readonly source: LogSource | null;
  /** Returns what went wrong, or null. */
  readonly clear: () => string | null;
};

export const openOwnLog = (options: OwnLogOptions): ReadableLog => {
  const { native, logs, supervisor, personality, isAsked } = options;
  const { logFile, logFileMaxBytes, logFileBackups, logLevel, noDaemon, silent } = supervisor;
  const isPeer = personality === 'supervisord';
  const isSyslog = logFile === 'syslog';
  const descriptor = logFile === null || isSyslog ? null : descriptorOf(logFile);
  const stream = descriptor === 'foreign' ? null : descriptor;
  const isFile = logFile !== null && !isSyslog && descriptor === null;
  if (logFile !== null && descriptor === 'foreign') logs.notice(descriptorRefusal(logFile, 'what is for it'));
  // What is wrong with the file cannot be told in the file.
  const settings = { path: logFile ?? '', maxBytes: logFileMaxBytes, backups: logFileBackups, stripAnsi: false, isExact: !isPeer };
  const sink = isFile ? openFileSink(native, activeClock, settings, logs.notice) : null;
  if (isPeer) sink?.open();
  const copies = silent ? 'none' : isPeer ? (noDaemon ? 'stdout' : 'none') : 'notices';
  const memory = isAsked && sink === null ? createMemory() : null;
  const log = createOwnLog(
    { level: logLevel, copies },
    {
      notice: logs.notice,
      stdout: (lines) => logs.print(lines, 'stdout'),
      file: sink?.writeText ?? (stream === null ? null : (lines) => logs.print(lines, stream)),
      // All messages of supervisord have one priority, info.
      syslog: isSyslog ? (text, level) => logs.syslog(text, isPeer ? 'info' : level) : null,
      isSyslogDated: isPeer,
      memory: memory?.add ?? null,
    },
  );
  return {
    log,
    reopen: () => {
      if (isPeer) log.write('info', 'supervisord logreopen');
      sink?.reopen();
    },
    close: () => sink?.close(),
    source: sink === null ? (memory?.source ?? null) : fileSource(native, sink.path),
    clear: () => {
      if (isPeer) sayReopening(log, sink, copies === 'stdout');
      memory?.clear();
      return sink?.clear() ?? null;
    },
  };
};

/** supervisord says it for each of its ways out, while the file is still the old one. */
const sayReopening = (log: OwnLog, sink: FileSink | null, hasCopy: boolean): void => {
  const ways = Number(sink !== null) + Number(hasCopy);
  for (let way = 0; way < ways; way += 1) log.write('info', 'reopening log file');
};

const createMemory = () => {
  const encoder = new TextEncoder();
  let ring = createRing();
  return {
    add: (lines: string): void => {
      const bytes = encoder.encode(lines);
      ring.add(bytes, 0, bytes.length);
    },
    clear: (): void => {
      ring = createRing();
    },
    source: { kind: 'memory', tail: (length: number) => ring.tail(length) } satisfies LogSource,
  };
};
