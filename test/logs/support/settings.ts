/** Settings of streams and logs that most tests share. */
import type { LogShape } from '../../../src/config/log-shape.ts';
import type { LogSettings } from '../../../src/config/model/model.ts';
import { createLogs } from '../../../src/logs/logs.ts';
import type { LogsOptions } from '../../../src/logs/logs-options.ts';
import type { Logs } from '../../../src/logs/logs.ts';
import type { World } from './simulated.ts';

const plain = {
  isAlsoShown: false,
  maxBytes: 0,
  backups: 0,
  captureMaxBytes: 0,
  eventsEnabled: false,
  syslog: false,
  readyPattern: null,
  shape: null,
} as const;

export const toStdout: LogSettings = { ...plain, target: { kind: 'container', stream: 'stdout' } };
export const toStderr: LogSettings = { ...plain, target: { kind: 'container', stream: 'stderr' } };

/** Lines of a shape of their own on stdout. */
export const shaped = (format: LogShape['format'], changes: Partial<LogShape> = {}): LogSettings => ({
  ...toStdout,
  shape: { format, prefix: null, time: 'none', labels: [], linesPerSecond: 0, overflow: 'block', ...changes },
});

/** Logs over a simulated world; its descriptors 1 and 2 are the container's. */
export const logsIn = (world: World, changes: Partial<LogsOptions> = {}, onCall?: () => void): Logs => {
  const native = world.native(onCall);
  const logs = createLogs({
    native,
    box: world.box(),
    clock: world.clock,
    defer: world.defer,
    streams: { stdout: 1, stderr: 2 },
    settings: { nameWidth: 5, colour: false, stripAnsi: false },
    onProblem: (text) => logs.notice(text),
    ...changes,
  });
  native.onReady(logs.onReady);
  return logs;
};

export const feed = (world: World, fd: number, ...chunks: readonly string[]): void => {
  for (const chunk of chunks) world.input(fd).chunks.push(new TextEncoder().encode(chunk));
};
