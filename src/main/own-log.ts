/** Wiring of the supervisor's own log: what the configuration says of it, and the ways out that the log path has. */
import type { SupervisorSpec } from '../config/model.ts';
import type { Personality } from '../config/settings.ts';
import type { OpenLog } from '../engine/output.ts';
import { monotonicClock } from '../kernel/clock.ts';
import type { Native } from '../kernel/native.ts';
import { openFileSink } from '../logs/file-sink.ts';
import type { Logs } from '../logs/logs.ts';
import { createOwnLog } from '../logs/own-log.ts';
import { containerStreamOf } from '../logs/sinks.ts';

export const openOwnLog = (native: Native, logs: Logs, supervisor: SupervisorSpec, personality: Personality): OpenLog => {
  const { logFile, logFileMaxBytes, logFileBackups, logLevel, noDaemon, silent } = supervisor;
  const isPeer = personality === 'supervisord';
  const stream = logFile === null ? null : containerStreamOf(logFile);
  const isFile = logFile !== null && stream === null && logFile !== 'syslog';
  // What is wrong with the file cannot be told in the file.
  const settings = { path: logFile ?? '', maxBytes: logFileMaxBytes, backups: logFileBackups, stripAnsi: false };
  const sink = isFile ? openFileSink(native, monotonicClock, settings, logs.notice) : null;
  if (isPeer) sink?.open();
  const copies = silent ? 'none' : isPeer ? (noDaemon ? 'stdout' : 'none') : 'notices';
  const log = createOwnLog(
    { level: logLevel, copies },
    {
      notice: logs.notice,
      stdout: (lines) => logs.print(lines, 'stdout'),
      file: sink?.writeText ?? (stream === null ? null : (lines) => logs.print(lines, stream)),
      syslog: logFile === 'syslog' ? logs.syslog : null,
    },
  );
  return {
    log,
    reopen: () => {
      if (isPeer) log.write('info', 'supervisord logreopen');
      sink?.reopen();
    },
    close: () => sink?.close(),
  };
};
