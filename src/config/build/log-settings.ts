/** Where the streams of a program go, and who else is told, out of its options. */
import type { LogShape } from '../log-shape.ts';
import type { LogSettings } from '../model.ts';
import type { programProcessOptions, programSectionOptions } from '../options/program-options.ts';
import type { Values } from '../options/option.ts';
import type { ReadyOn } from '../service-model.ts';

type Shared = Values<typeof programSectionOptions>;
type Own = Values<typeof programProcessOptions>;

export function streamsOf(shared: Shared, own: Own, readyOn: ReadyOn, shape: LogShape | null): { readonly stdout: LogSettings; readonly stderr: LogSettings } {
  const readyPattern = readyOn.kind === 'log' ? readyOn.pattern : null;
  return {
    stdout: {
      target: own.stdoutTarget,
      maxBytes: own.stdoutMaxBytes,
      backups: own.stdoutBackups,
      syslog: own.stdoutSyslog,
      captureMaxBytes: shared.stdoutCaptureMaxBytes,
      eventsEnabled: shared.stdoutEventsEnabled,
      readyPattern,
      shape,
    },
    stderr: {
      target: shared.redirectStderr ? { kind: 'none' } : own.stderrTarget,
      maxBytes: own.stderrMaxBytes,
      backups: own.stderrBackups,
      syslog: own.stderrSyslog,
      captureMaxBytes: shared.stderrCaptureMaxBytes,
      eventsEnabled: shared.stderrEventsEnabled,
      readyPattern: shared.redirectStderr ? null : readyPattern,
      shape,
    },
  };
}
