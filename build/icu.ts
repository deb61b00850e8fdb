/**
 * Takes the languages out of the ICU data inside a Node executable: names of countries and currencies in 200 languages, converters of old encodings,
 * dictionaries of where words end. tsinit speaks English and reads UTF-8; what it needs of ICU is time zones. The executable keeps its size, as
 * its addresses must, but what is zeros travels for nothing: a quarter of the compressed image. ICU sees no table entry, which is to it as if the
 * data had been built without.
 *
 * The data is a header (u16 size, magic da 27, … "CmnD"), then a table: u32 count, count x (u32 offset of the name, u32 offset of the item), both from the
 * table's start, sorted by name; then names and items.
 */

const FORMAT = 'CmnD';
const FORMAT_OFFSET = 12;
const MAGIC = 0x27da;
const ENTRY_BYTES = 8;
/** An item is read until the next one begins, and the last one to the end: entries that are left may see more bytes than theirs, never fewer. */
type Item = { readonly name: string; readonly nameAt: number; readonly at: number; readonly end: number };

/** Ours, what all languages fall back to, and what is about none. */
const LANGUAGES = /^(root|en|en_001|en_US|en_US_POSIX|pool|res_index|supplementalData|tzdbNames|ucadata)$/;
const IS_LANGUAGE = /^[a-z]{2,3}(_\w+)?$/;

/** Whether an item stays, by its name without the package's: `zone/en.res`, `zoneinfo64.res`, `windows-1251.cnv`. */
export const isNeeded = (name: string): boolean => {
  const [, folder, base = '', ending] = /^(?:(\w+)\/)?([^/]+)\.(\w+)$/.exec(name) ?? [];
  if (ending === 'cnv' || ending === 'dict' || name === 'unames.icu' || folder === 'translit') return false;
  if (folder !== undefined) return LANGUAGES.test(base);
  return ending !== 'res' || LANGUAGES.test(base) || !IS_LANGUAGE.test(base);
};

/** Where the data begins; there is one in an executable. */
const find = (file: Buffer): number => {
  for (let at = file.indexOf(FORMAT); at >= 0; at = file.indexOf(FORMAT, at + 1)) {
    if (at >= FORMAT_OFFSET && file.readUInt16LE(at - FORMAT_OFFSET + 2) === MAGIC) return at - FORMAT_OFFSET;
  }
  throw new Error('cannot build: there is no ICU data in Node; was it built with --with-intl=full-icu?');
};

const itemsOf = (file: Buffer, table: number): readonly Item[] => {
  const count = file.readUInt32LE(table);
  return Array.from({ length: count }, (_, index) => {
    const entry = table + 4 + index * ENTRY_BYTES;
    const nameAt = file.readUInt32LE(entry);
    const at = file.readUInt32LE(entry + 4);
    const full = file.toString('latin1', table + nameAt, file.indexOf(0, table + nameAt));
    return { name: full.slice(full.indexOf('/') + 1), nameAt, at, end: index + 1 < count ? file.readUInt32LE(entry + ENTRY_BYTES + 4) : at };
  });
};

/** Changes `file` and says how many bytes are zeros now. */
export const blankLanguages = (file: Buffer): number => {
  const start = find(file);
  const table = start + file.readUInt16LE(start);
  const items = itemsOf(file, table);
  const kept = items.filter(({ name }) => isNeeded(name));
  let blanked = 0;
  for (const { name, at, end } of items) {
    if (isNeeded(name)) continue;
    file.fill(0, table + at, table + end);
    blanked += end - at;
  }
  file.writeUInt32LE(kept.length, table);
  kept.forEach(({ nameAt, at }, index) => {
    file.writeUInt32LE(nameAt, table + 4 + index * ENTRY_BYTES);
    file.writeUInt32LE(at, table + 8 + index * ENTRY_BYTES);
  });
  file.fill(0, table + 4 + kept.length * ENTRY_BYTES, table + 4 + items.length * ENTRY_BYTES);
  return blanked;
};
