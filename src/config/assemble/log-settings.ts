/** Where the streams of a program go, and who else is told, out of its options. */
import type { LogShape } from '../log-shape.ts';
import type { LogSettings, LogTarget } from '../model/model.ts';
import type { programProcessOptions, programSectionOptions } from '../options/program-options.ts';
import type { Values } from '../options/option.ts';
import { addError } from '../problems.ts';
import { type RawSection, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';
import type { ReadyOn } from '../model/service-model.ts';
import type { LogValues } from './log-shape.ts';

type Shared = Values<typeof programSectionOptions>;
type Own = Values<typeof programProcessOptions> & Pick<LogValues, 'stdoutToContainer' | 'stderrToContainer'>;

export function streamsOf(shared: Shared, own: Own, readyOn: ReadyOn, shape: LogShape | null): { readonly stdout: LogSettings; readonly stderr: LogSettings } {
  const readyPattern = readyOn.kind === 'log' ? readyOn.pattern : null;
  return {
    stdout: {
      target: own.stdoutTarget,
      isAlsoShown: own.stdoutToContainer && isFile(own.stdoutTarget),
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
      isAlsoShown: own.stderrToContainer && !shared.redirectStderr && isFile(own.stderrTarget),
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

const isFile = ({ kind }: LogTarget): boolean => kind === 'file' || kind === 'auto';

/** `stdout_to_container` and `stderr_to_container` make sense for a file alone. In [program-default] they may be meant for other programs. */
export function refuseVainCopies(context: ReadContext, section: RawSection, own: Own, redirectsStderr: boolean): void {
  const refuse = (stream: 'stdout' | 'stderr', why: string | null): void => {
    const name = `${stream}_to_container`;
    const place = section.options.get(name)?.place;
    if (place === undefined || why === null) return;
    const sentence = `${name} of [${section.name}] (${showPlace(place)}) makes no sense: ${why}`;
    addError(context.problems, place, { ours: sentence, peer: sentence });
  };
  if (own.stdoutToContainer) refuse('stdout', whyNoFile('stdout', own.stdoutTarget));
  if (own.stderrToContainer) refuse('stderr', redirectsStderr ? REDIRECTED : whyNoFile('stderr', own.stderrTarget));
}

const REDIRECTED = 'redirect_stderr sends stderr the way of stdout; write stdout_to_container for both';

const WHY_NO_FILE: Readonly<Record<LogTarget['kind'], ((stream: string) => string) | null>> = {
  file: null,
  auto: null,
  container: (stream) => `${stream}_logfile sends it to the container already; leave it out, or write the path of a file in ${stream}_logfile`,
  none: (stream) => `${stream}_logfile is no file; for the container alone write ${stream}_logfile=/dev/${stream}`,
  syslog: (stream) => `${stream}_logfile is no file; for syslog and the container write ${stream}_logfile=/dev/${stream} and ${stream}_syslog=true`,
};

/** Null: it is a file. */
const whyNoFile = (stream: string, { kind }: LogTarget): string | null => WHY_NO_FILE[kind]?.(stream) ?? null;
