/** The number in a pid file. Whose process that is, init judges. */
import { readPlainFile } from './plain-file.ts';

/** PostgreSQL writes more lines behind the first one. */
const LONGEST_BYTES = 4_096;
const MOST_PID = 4_194_304;

/** Null: there is no such file, or no number in its first line. */
export const readPidFile = (path: string): number | null => {
  try {
    const found = new TextDecoder().decode(readPlainFile(path, LONGEST_BYTES)).match(/^\s*(\d{1,7})\s*(?:\n|$)/);
    const pid = Number(found?.[1] ?? 0);
    return pid > 1 && pid <= MOST_PID ? pid : null;
  } catch {
    return null;
  }
};
