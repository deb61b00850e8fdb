/** What operators may see of a process's configuration: the fields of supervisord's getAllConfigInfo, typed. */
import { assertNever } from '../../base/assert-never.ts';
import type { GroupSpec, LogSettings, Model, ProcessSpec } from '../../config/model/model.ts';
import { fullName } from '../plan.ts';

export type StreamView = {
  /** Path, `auto` while no automatic one has been made, or null. */
  readonly logFile: string | null;
  readonly maxBytes: number;
  readonly backups: number;
  readonly captureMaxBytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
};

export type ConfigurationView = {
  readonly group: string;
  readonly name: string;
  /** The group counts at present. */
  readonly isInUse: boolean;
  readonly groupPriority: number;
  readonly processPriority: number;
  readonly command: string;
  readonly directory: string | null;
  readonly uid: number | null;
  readonly autostart: boolean;
  readonly autorestart: 'always' | 'unexpected' | 'never';
  readonly startSeconds: number;
  readonly startRetries: number;
  readonly exitCodes: readonly number[];
  readonly stopSignal: number;
  readonly stopWaitSeconds: number;
  readonly killAsGroup: boolean;
  readonly redirectStderr: boolean;
  readonly serverUrl: string | null;
  readonly stdout: StreamView;
  readonly stderr: StreamView;
};

/** `autoPath`: of the automatic log of a process in force, by its full name. */
type AutoPath = (process: string, stream: 'stdout' | 'stderr') => string | null;

/** Every process of the configuration read last, in its order. `inForce`: what counts at present. */
export const configurationViews = (latest: Model, inForce: Model, autoPath: AutoPath): readonly ConfigurationView[] => {
  const used = new Set(inForce.groups.map(({ name }) => name));
  return latest.groups.flatMap((group) => group.processes.map((spec) => viewOf(group, spec, used.has(group.name), autoPath)));
};

const viewOf = (group: GroupSpec, spec: ProcessSpec, isInUse: boolean, autoPath: AutoPath): ConfigurationView => {
  const automatic = (channel: 'stdout' | 'stderr') => (): string | null => (isInUse ? autoPath(fullName(spec), channel) : null);
  const { autostart, autorestart, startRetries, exitCodes, stopSignal, redirectStderr, serverUrl, command, directory } = spec;
  return {
    group: group.name,
    name: spec.name,
    isInUse,
    groupPriority: group.priority,
    processPriority: spec.priority,
    command,
    directory,
    uid: spec.user?.uid ?? null,
    autostart,
    autorestart,
    startSeconds: spec.startMs / 1000,
    startRetries,
    exitCodes,
    stopSignal,
    stopWaitSeconds: spec.stopWaitMs / 1000,
    killAsGroup: spec.stopScopes.kill !== 'process',
    redirectStderr,
    serverUrl,
    stdout: streamView(spec.stdout, logNameOf(spec.stdout, automatic('stdout'))),
    stderr: streamView(spec.stderr, redirectStderr ? null : logNameOf(spec.stderr, automatic('stderr'))),
  };
};

/** What people are told a log is called. `autoPath`: where it is when that is left to us. */
export const logNameOf = ({ target }: LogSettings, autoPath: () => string | null): string | null => {
  switch (target.kind) {
    case 'file':
      return target.path;
    case 'auto':
      return autoPath() ?? 'auto';
    case 'container':
      return `/dev/${target.stream}`;
    case 'syslog':
    case 'none':
      return null;
    default:
      return assertNever(target);
  }
};

const streamView = ({ maxBytes, backups, captureMaxBytes, eventsEnabled, syslog, target }: LogSettings, logFile: string | null): StreamView => ({
  logFile,
  maxBytes,
  backups,
  captureMaxBytes,
  eventsEnabled,
  syslog: syslog || target.kind === 'syslog',
});
