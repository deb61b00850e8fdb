/**
 * The automatic log files of supervisord: what they are called, made empty when their group is made, old ones removed at start.
 * Names are derived from a seed that is kept with the configuration, so that a successor finds the files of its predecessor.
 */
import { closeSync, constants, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPlace, removePlace } from '../../kernel/files/places.ts';
import type { PlaceNative } from '../../kernel/files/places.ts';
import type { StreamName } from '../box/slots.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789_';
const RANDOM_LENGTH = 8;
/** Files made in one go: all of them in a usual configuration. */
const BATCH = 64;
/** Whoever may read the system's temporary directory may not read what programs say. */
export const AUTO_LOG_MODE = 0o600;

export type AutoLogs = {
  /** `process` is the full name, of which only the part behind the group is shown. */
  readonly pathOf: (process: string, stream: StreamName) => string;
};

export const createAutoLogs = (directory: string, identifier: string, seed: string): AutoLogs => ({
  pathOf: (process, stream) => {
    const shown = process.slice(process.lastIndexOf(':') + 1);
    return join(directory, `${shown}-${stream}---${identifier}-${randomPart(`${seed} ${process} ${stream}`)}.log`);
  },
});

/** Makes the files, empty, for nobody else to read. Thousands take a disk a second or more: they come in batches between which programs are
 *  served. One that cannot be made is tried again when there is output for it. */
export const makeAutoLogs = (native: PlaceNative, paths: readonly string[], onProblem: (text: string) => void, defer: (callback: () => void) => void): void => {
  const failed = paths.slice(0, BATCH).filter((path) => !isMade(native, path));
  if (failed.length > 0) onProblem(`cannot create ${failed.length} automatic log files, the first is ${failed[0]}; check childlogdir`);
  if (paths.length > BATCH) defer(() => makeAutoLogs(native, paths.slice(BATCH), onProblem, defer));
};

/** Removes what earlier starts with this identifier left. */
export const removeAutoLogs = (native: PlaceNative, directory: string, identifier: string, onProblem: (text: string) => void): void => {
  const pattern = new RegExp(`^.+?---${identifier.replace(/[^\w]/g, '\\$&')}-\\S+\\.log\\.{0,1}\\d{0,4}`);
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    return onProblem('Could not clear childlog dir');
  }
  for (const name of names) {
    if (!pattern.test(name)) continue;
    try {
      removePlace(native, join(directory, name));
    } catch {
      onProblem(`Failed to clean up '${join(directory, name)}'`);
    }
  }
};

const isMade = (native: PlaceNative, path: string): boolean => {
  try {
    closeSync(openPlace(native, path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, AUTO_LOG_MODE));
    return true;
  } catch {
    // Output that came first has made it; anything but a file is somebody's trap.
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  }
};

/** Eight characters from two rounds of FNV-1a; unpredictable because the seed is. */
const randomPart = (text: string): string => {
  let hash = 0x811c9dc5;
  let part = '';
  for (let index = 0; index < RANDOM_LENGTH; index += 1) {
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15) ^ index, 0x01000193);
    part += ALPHABET.charAt((hash >>> 0) % ALPHABET.length);
  }
  return part;
};
