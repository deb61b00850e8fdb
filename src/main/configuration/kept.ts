/**
 * What is kept in the black box of the configuration: the answers that were given when it was read, from which a successor makes the
 * very same model. Groups that came one by one may be from different readings; one that nothing needs any more is dropped, so that
 * what is kept stays as small as what is in force.
 */
import type { FileRecord } from '../../kernel/files/files.ts';

/** A group that counts at present. */
export type KeptGroup = {
  readonly name: string;
  /** Index of the reading that its configuration is from. */
  readonly reading: number;
  /** Which of all readings it came from, as they were counted then; 0: since the start. It has its automatic log files from there: one that is
   *  added again from the same reading has the same. */
  readonly birth: number;
};

export type Kept = {
  /** The first one says what holds for the supervisor itself. */
  readonly readings: readonly FileRecord[];
  /** Index of the reading made last: where a group that is added comes from. */
  readonly last: number;
  /** In the order in which they came. */
  readonly groups: readonly KeptGroup[];
  /** How many readings there have been since the start. */
  readonly count: number;
  readonly autoLogSeed: string;
};

/** As at a start: all groups of one reading. */
export const firstKept = (reading: FileRecord, groups: readonly string[], autoLogSeed: string): Kept => ({
  readings: [reading],
  last: 0,
  groups: groups.map((name) => ({ name, reading: 0, birth: 0 })),
  count: 0,
  autoLogSeed,
});

/** Another reading has been made. `same`: groups of which it says what is in force already. */
export const withReading = (kept: Kept, reading: FileRecord, same: ReadonlySet<string>): Kept => {
  const last = kept.readings.length;
  const groups = kept.groups.map((group) => (same.has(group.name) ? { ...group, reading: last } : group));
  return pruned({ ...kept, readings: [...kept.readings, reading], last, groups, count: kept.count + 1 });
};

/** From the reading made last. */
export const withGroup = (kept: Kept, name: string): Kept => ({
  ...kept,
  groups: [...kept.groups, { name, reading: kept.last, birth: kept.count }],
});

/** Some of its processes go on: it is of the reading made last, and its automatic log files keep their names. */
export const withGroupChanged = (kept: Kept, name: string): Kept =>
  pruned({ ...kept, groups: kept.groups.map((group) => (group.name === name ? { ...group, reading: kept.last } : group)) });

export const withoutGroup = (kept: Kept, name: string): Kept => pruned({ ...kept, groups: kept.groups.filter((group) => group.name !== name) });

/** Seed of the names of a group's automatic log files. */
export const autoLogSeedOf = (kept: Kept, { birth }: KeptGroup): string => (birth === 0 ? kept.autoLogSeed : `${kept.autoLogSeed} ${birth}`);

const pruned = (kept: Kept): Kept => {
  const used = [...new Set([0, ...kept.groups.map(({ reading }) => reading), kept.last])].sort((left, right) => left - right);
  const readings = used.flatMap((index) => kept.readings[index] ?? []);
  const groups = kept.groups.map((group) => ({ ...group, reading: used.indexOf(group.reading) }));
  return { ...kept, readings, groups, last: used.indexOf(kept.last) };
};

/** Readings have most of their texts in common: each is written once, files name it by its number. */
type Encoded = Omit<Kept, 'readings'> & { readonly texts: readonly string[]; readonly readings: readonly EncodedReading[] };
type EncodedAnswer = { readonly text: number } | { readonly error: string };
type EncodedReading = Omit<FileRecord, 'files'> & { readonly files: Readonly<Record<string, EncodedAnswer>> };

export const encodeKept = (kept: Kept): Uint8Array => {
  const texts = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, texts.size);
    return known ?? texts.size - 1;
  };
  const readings = kept.readings.map((reading): EncodedReading => {
    const files = Object.entries(reading.files).map(([path, answer]) => [path, 'text' in answer ? { text: numberOf(answer.text) } : answer] as const);
    return { ...reading, files: Object.fromEntries(files) };
  });
  const encoded: Encoded = { ...kept, readings, texts: [...texts.keys()] };
  return new TextEncoder().encode(JSON.stringify(encoded));
};

/** Null when nothing has been kept yet. */
export const decodeKept = (bytes: Uint8Array): Kept | null => {
  if (bytes.length === 0) return null;
  const { texts, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Encoded;
  const readings = rest.readings.map((reading): FileRecord => {
    const files = Object.entries(reading.files).map(([path, answer]) => [path, 'text' in answer ? { text: texts[answer.text] ?? '' } : answer] as const);
    return { ...reading, files: Object.fromEntries(files) };
  });
  return { ...rest, readings };
};
