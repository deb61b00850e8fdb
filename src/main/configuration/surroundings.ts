/**
 * What the configuration says of the supervisor itself, held against the machine: user, limits, directory, mask, process id file. Programs
 * get it from init at their start.
 */
import { closeSync, constants, readFileSync } from 'node:fs';
import type { SupervisorSpec, UserIdentity } from '../../config/model/model.ts';
import type { Plan } from '../../world/plan.ts';
import type { Personality } from '../../config/model/settings.ts';
import { openPlace, placeRefusal, removePlace, writePlace } from '../../kernel/files/places.ts';
import type { PlaceNative } from '../../kernel/files/places.ts';
import type { FoundLimits, Limit } from '../../engine/spawn.ts';
import type { Message } from './configuration.ts';

/** `uid`: init's, by which programs are started. */
export type Surroundings = { readonly limits: FoundLimits; readonly uid: number };

const CAP_SYS_RESOURCE = 24n;

export const findSurroundings = (files: Limit, uid: number = ownUid()): Surroundings => ({ limits: { files, processes: processLimit() }, uid });

export const ownUid = (): number => process.getuid?.() ?? 0;

/** Why this machine cannot do what the configuration asks for; null: it can. */
export const refusal = ({ user, minFds, minProcs }: SupervisorSpec, { limits, uid }: Surroundings, personality: Personality): string | null => {
  if (user !== null && uid !== 0 && user.uid !== uid) {
    return personality === 'supervisord'
      ? "Can't drop privilege as nonroot user"
      : `cannot run programs as user ${user.name}: tsinit itself does not run as root`;
  }
  // supervisord has given up its rights by then; of an init that has more than we nothing can be read here.
  const hasGivenUp = personality === 'supervisord' && user !== null && uid !== user.uid;
  const mayRaise = !hasGivenUp && (uid !== ownUid() || mayRaiseLimits());
  if (limits.files.hard < minFds && !mayRaise) return limitRefusal('file descriptors', 'minfds', 'open', minFds, limits.files.hard);
  if (limits.processes.hard < minProcs && !mayRaise) return limitRefusal('available processes', 'minprocs', 'open', minProcs, limits.processes.hard);
  return null;
};

/** The user that the supervisor is to become now; null: it stays who it is. */
export const lesserUserOf = ({ model: { supervisor } }: Plan): UserIdentity | null => (ownUid() === 0 ? supervisor.user : null);

export const cannotBecome = (name: string, problem: string): string =>
  `cannot become user ${name}, as user= says: ${problem}; the container needs the capabilities SETUID and SETGID for that`;

/** What supervisord says about itself when it starts. */
export const startMessages = (
  { user, minFds, minProcs }: SupervisorSpec,
  { limits, uid }: Surroundings,
): { readonly critical: readonly string[]; readonly infos: readonly string[] } => ({
  critical: user === null && uid === 0 ? [ROOT_WARNING] : [],
  infos: [
    ...(user === null ? [] : [`Set uid to user ${user.uid} succeeded`]),
    ...(limits.files.soft < minFds ? [`Increased RLIMIT_NOFILE limit to ${minFds}`] : []),
    ...(limits.processes.soft < minProcs ? [`Increased RLIMIT_NPROC limit to ${minProcs}`] : []),
  ],
});

/** Directory and mask of the supervisor, for files that it makes. Programs get theirs by init. */
export const enter = ({ directory, umask, noDaemon }: SupervisorSpec, personality: Personality): readonly Message[] => {
  const isPeer = personality === 'supervisord';
  if (isPeer && noDaemon) return [];
  if (umask !== null) process.umask(umask);
  if (directory === null) return [];
  try {
    process.chdir(directory);
    return isPeer ? [{ level: 'info', text: `set current directory: '${directory}'` }] : [];
  } catch (error) {
    return [{ level: 'critical', text: `can't chdir into '${directory}': ${error instanceof Error ? error.message : String(error)}` }];
  }
};

/** Holds init's process id: that is whom signals are for. */
export const writePidFile = (native: PlaceNative, path: string, pid: number): readonly Message[] => {
  try {
    writePlace(native, path, `${pid}\n`, 0o644);
    return [];
  } catch (error) {
    const why = placeRefusal((error as NodeJS.ErrnoException).code ?? '');
    return [{ level: 'critical', text: `could not write pidfile ${path}${why === null ? '' : `: ${why}`}` }];
  }
};

/** Only when it is still about us. */
export const removePidFile = (native: PlaceNative, path: string, pid: number): void => {
  try {
    const fd = openPlace(native, path, constants.O_RDONLY, 0);
    const text = readFileSync(fd, 'latin1');
    closeSync(fd);
    if (text === `${pid}\n`) removePlace(native, path);
  } catch {
    // It was never written, or somebody else has taken it away.
  }
};

const ROOT_WARNING =
  'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  If you intend to run as root, you can set user=root in the config file to avoid this message.';

const limitRefusal = (what: string, option: string, verb: string, least: number, hard: number): string =>
  `The minimum number of ${what} required to run this process is ${least} as per the "${option}" command-line argument or config file setting. ` +
  `The current environment will only allow you to ${verb} ${hard} ${what}.  Either raise the number of usable ${what} in your environment (see README.rst) ` +
  `or lower the ${option} setting in the config file to allow the process to start.`;

const processLimit = (): Limit => {
  const found = readOr('/proc/self/limits', '').match(/^Max processes +(\S+) +(\S+)/m);
  return { soft: limitOf(found?.[1]), hard: limitOf(found?.[2]) };
};

const limitOf = (word: string | undefined): number => (word === undefined || word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word));

const mayRaiseLimits = (): boolean => {
  const found = readOr('/proc/self/status', '').match(/^CapEff:\s*([0-9a-f]+)/m);
  return found?.[1] !== undefined && ((BigInt(`0x${found[1]}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
};

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return otherwise;
  }
};
