/**
 * Which time zone a text names, as libc reads TZ: without it the contents of /etc/localtime; else a path, a name below /usr/share/zoneinfo (TZDIR), with or
 * without a colon in front, or a POSIX rule. Beyond libc, a name that Node's own data knows counts where the image has no zoneinfo.
 */
import { parsePosixRule } from './posix-rule.ts';
import { parseTzif } from './tzif.ts';
import { UTC, type Zone } from './zone.ts';

export type ZoneSources = {
  /** A file's bytes; null: it cannot be read. */
  readonly readFile: (path: string) => Uint8Array | null;
  /** A zone out of Node's own data; null: there is none of that name. */
  readonly known: (name: string) => Zone | null;
  /** TZDIR of the environment. */
  readonly folder: string | undefined;
};

const USUAL_FOLDER = '/usr/share/zoneinfo';
const LOCAL_FILE = '/etc/localtime';

/** Null: nobody knows it. `text` undefined: of this machine. An empty text is UTC. */
export function findZone(text: string | undefined, sources: ZoneSources): Zone | null {
  if (text === undefined) return zoneOfFile(LOCAL_FILE, sources) ?? UTC;
  const name = text.replace(/^:/, '');
  if (name === '') return UTC;
  return zoneOfFile(pathOf(name, sources.folder), sources) ?? parsePosixRule(name) ?? sources.known(name);
}

function pathOf(name: string, folder: string | undefined): string {
  return name.startsWith('/') ? name : `${folder || USUAL_FOLDER}/${name}`;
}

function zoneOfFile(path: string, { readFile }: ZoneSources): Zone | null {
  // A name never leaves the folder of zones.
  const bytes = path.split('/').includes('..') ? null : readFile(path);
  return bytes === null ? null : parseTzif(bytes);
}
