/** Time zones out of the files of the machine and Node's own data. */
import { readFileSync, statSync } from 'node:fs';
import { findZone } from '../../base/zone/find-zone.ts';
import { UTC, type Zone } from '../../base/zone/zone.ts';

/** Zone files are a few kilobytes; TZ may name anything. */
const LONGEST_FILE_BYTES = 1024 * 1024;

/** Null: nobody knows such a zone. `name` undefined: the machine's own. */
export const readZone = (name: string | undefined, environment: Readonly<Record<string, string | undefined>>): Zone | null =>
  findZone(name, { readFile, known, folder: environment['TZDIR'] });

export type LocalZone = { readonly zone: Zone; readonly problem: string | null };

/** Of TZ and /etc/localtime. A TZ that nobody knows is UTC, as for libc, and `problem` says so. */
export const readLocalZone = (environment: Readonly<Record<string, string | undefined>>): LocalZone => {
  const name = environment['TZ'];
  const zone = readZone(name, environment);
  if (zone !== null) return { zone, problem: null };
  return {
    zone: UTC,
    problem: `there is no time zone ${name} (TZ): times are in UTC; write one as in Europe/Berlin, or rules as in CET-1CEST,M3.5.0,M10.5.0/3`,
  };
};

const readFile = (path: string): Uint8Array | null => {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= LONGEST_FILE_BYTES ? readFileSync(path) : null;
  } catch {
    return null;
  }
};

/** Node's own data have no rules, only offsets at instants. */
const known = (timeZone: string): Zone | null => {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return { offsetMs: (atMs) => offsetIn(format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '') };
  } catch {
    return null;
  }
};

/** `GMT+05:30`, `GMT`. */
const offsetIn = (text: string): number => {
  const [, sign, hours, minutes, seconds] = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/u.exec(text) ?? [];
  const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
  return sign === '-' ? -ms : ms;
};
