/** The formats of /proc that the doctor reads. Text in, data out. */

export type Mount = { readonly path: string; readonly options: readonly string[] };

/** Fields of /proc/PID/status. */
export const statusIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => (line.includes(':') ? [[line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]] : [])),
  );

/** One row of /proc/PID/limits; endless where there is none. */
export const limitsIn = (text: string, name: string): { readonly soft: number; readonly hard: number } => {
  const row = text.split('\n').find((line) => line.startsWith(name));
  const [soft, hard] = row?.slice(name.length).trim().split(/\s+/) ?? [];
  const limit = (word: string | undefined): number => (word === undefined || word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word));
  return { soft: limit(soft), hard: limit(hard) };
};

/** Rows of /proc/PID/mounts. */
export const mountsIn = (text: string): readonly Mount[] =>
  text
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([, path, , options]) => (path === undefined || options === undefined ? [] : [{ path, options: options.split(',') }]));

/** What begins as a number; null otherwise. */
export const numberIn = (text: string | null): number | null => {
  const number = text === null ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(number) ? null : number;
};
