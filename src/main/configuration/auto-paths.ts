/** Which automatic log files the configuration in force has, and where: supervisord's users have them, in childlogdir. */
import type { Model } from '../../config/model/model.ts';
import { createAutoLogs } from '../../logs/out/auto-logs.ts';
import type { AutoLogs } from '../../logs/out/auto-logs.ts';
import type { StreamName } from '../../logs/box/slots.ts';
import { fullName } from '../../world/plan.ts';
import type { Configured } from './configuration.ts';
import { autoLogSeedOf } from './kept.ts';

type Environment = Readonly<Record<string, string>>;

export type AutoPaths = {
  /** `process`: full name. Null: its group has none. */
  readonly pathOf: (process: string, stream: StreamName) => string | null;
  /** Of all processes of these groups. */
  readonly all: (isMeant: (group: string) => boolean) => readonly string[];
};

export const createAutoPaths = ({ plan, personality, kept }: Configured, environment: Environment): AutoPaths => {
  const folder = autoLogFolder(plan.model, environment);
  const { identifier } = plan.model.supervisor;
  const groups = new Map<string, AutoLogs>();
  if (personality === 'supervisord') {
    for (const group of kept.groups) groups.set(group.name, createAutoLogs(folder, identifier, autoLogSeedOf(kept, group)));
  }
  /** Their names are computed, and whoever watches processes asks for them all the time. */
  const known = { stdout: new Map<string, string | null>(), stderr: new Map<string, string | null>() };
  const pathOf: AutoPaths['pathOf'] = (process, stream) => {
    let path = known[stream].get(process);
    if (path === undefined) known[stream].set(process, (path = groups.get(groupOf(process))?.pathOf(process, stream) ?? null));
    return path;
  };
  return {
    pathOf,
    all: (isMeant) =>
      plan.processes.flatMap((spec) =>
        isMeant(spec.group)
          ? (['stdout', 'stderr'] as const).flatMap((stream) => (spec[stream].target.kind === 'auto' ? (pathOf(fullName(spec), stream) ?? []) : []))
          : [],
      ),
  };
};

export const autoLogFolder = ({ supervisor }: Model, environment: Environment): string => supervisor.childLogDir ?? temporaryDirectory(environment);

/** A process is called by its group alone where their names are the same. */
const groupOf = (process: string): string => {
  const colon = process.indexOf(':');
  return colon === -1 ? process : process.slice(0, colon);
};

/** As Python finds it. */
const temporaryDirectory = (environment: Environment): string =>
  [environment['TMPDIR'], environment['TEMP'], environment['TMP']].find((path) => path !== undefined && path !== '') ?? '/tmp';
