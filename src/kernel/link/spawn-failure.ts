/** Why a program could not be started, for people. Stages and reasons are those of src/init/launch/launch.h. */

export type SpawnFailure = {
  readonly stage: number;
  readonly errno: number;
  readonly reason: number;
  readonly path: string;
  readonly detail: string;
};

/** What init was doing, by stage number. */
const STAGES: Readonly<Record<number, string>> = {
  1: 'make its pipes',
  2: 'fork',
  3: 'give it a process group',
  4: 'give it its terminal',
  5: 'connect its streams',
  6: 'set its nice value',
  7: 'set its resource limits',
  8: 'set its OOM score',
  9: 'change its root directory',
  10: 'set its supplementary groups',
  11: 'set its group',
  12: 'set its user',
  13: 'set its capabilities',
  14: 'set no_new_privileges',
  15: 'change to its directory',
  16: 'set its parent-death signal',
  17: 'execute it',
  18: 'accept the request',
  19: 'listen on its socket',
  20: 'bind it to its processors',
  21: 'set its I/O priority',
  30: 'accept a connection',
  35: 'put it into its control group',
};

const EXEC_STAGE = 17;
const REQUEST_STAGE = 18;
const ACCEPT_STAGE = 30;
const IDENTITY_STAGES: readonly number[] = [10, 11, 12];
const EPERM = 1;
const EAGAIN = 11;
/** A stop came before init could execute it. */
const ECANCELED = 125;

/** Errors that people meet here; anything else is given as a number. */
const ERRNO: Readonly<Record<number, string>> = {
  1: 'operation not permitted',
  2: 'no such file or directory',
  5: 'input/output error',
  7: 'arguments and environment are too long',
  8: 'unknown executable format',
  11: 'the limit of processes is reached (pids limit of the container or RLIMIT_NPROC)',
  12: 'out of memory',
  13: 'permission denied',
  20: 'a part of the path is not a directory',
  21: 'is a directory',
  22: 'invalid argument',
  23: 'too many open files in the system',
  24: 'too many open files',
  26: 'the file is being written (text file busy)',
  28: 'no space left',
  98: 'the address is in use',
  99: 'this machine has no such address',
  36: 'file name too long',
  40: 'too many symbolic links',
  110: 'the file system does not answer',
};

/** An error number in words. */
export const describeErrno = (errno: number): string => ERRNO[errno] ?? `error ${errno}`;

/** One sentence without a full stop, to stand after the program's name. One line, whatever a file's first bytes were. */
export const describeSpawnFailure = (told: SpawnFailure): string => {
  const failure = { ...told, path: printable(told.path), detail: printable(told.detail) };
  const { stage, errno, path, detail } = failure;
  if (errno === ECANCELED) return 'stopped before it was started';
  // init's own sentence, complete in itself.
  if (stage === REQUEST_STAGE && errno === EPERM) return `refused: ${detail}`;
  const error = stage === ACCEPT_STAGE && errno === EAGAIN ? 'nobody is connecting' : describeErrno(errno);
  if (stage !== EXEC_STAGE) {
    const about = detail || path;
    return `cannot ${STAGES[stage] ?? `pass stage ${stage}`}${about ? ` ('${about}')` : ''}: ${error}`;
  }
  return `cannot run '${path}': ${execReason(failure) ?? error}`;
};

/** supervisord's words, where it looks before it starts; null: it would not have noticed before its child was there. */
export const peerSpawnFailure = ({ stage, errno, reason, path }: SpawnFailure): string | null => {
  if (IDENTITY_STAGES.includes(stage) && errno === EPERM) return "Can't drop privilege as nonroot user";
  if (stage !== EXEC_STAGE) return null;
  switch (reason) {
    case 1:
      return `can't find command '${printable(path)}'`;
    case 2:
      return `command at '${printable(path)}' is not executable`;
    case 3:
      return `command at '${printable(path)}' is a directory`;
    default:
      return null;
  }
};

const execReason = ({ reason, path, detail }: SpawnFailure): string | null => {
  switch (reason) {
    case 1:
      return path.includes('/') ? 'there is no such file' : `not found in PATH${detail ? ` (${detail})` : ''}`;
    case 2:
      return 'it is not executable for this user; chmod +x it';
    case 3:
      return 'it is a directory';
    case 4:
      return `its interpreter '${detail}' is missing in this image; check the #! line`;
    case 5:
      return `its dynamic loader${detail && ` '${detail}'`} is missing in this image; the program was built for another C library`;
    case 6:
      return `it is built for another processor (${detail})`;
    case 7:
      return detail ? `it is ${detail}` : 'it is neither an executable nor a script with a #! line';
    case 8:
      return `its #! line ends in a carriage return ('${detail}\\r'); save the script with Unix line ends`;
    case 9:
      return 'it lies on a file system mounted noexec';
    default:
      return null;
  }
};

/** Control characters would move the terminal's cursor, or end the line. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?');

/** As a shell would exit: 127 for what is not there, 126 for what cannot be executed. A stop is no failure: 0. */
export const spawnFailureExitCode = ({ stage, errno, reason }: SpawnFailure): number =>
  errno === ECANCELED ? 0 : stage === EXEC_STAGE && reason === 1 ? 127 : 126;
