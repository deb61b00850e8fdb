/** Node's data about languages: what tsinit needs is there, what it does not need is zeros, and Node takes both as it takes any build of ICU. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { blankLanguages, isNeeded } from '../../build/icu.ts';
import { strippedNode } from '../../build/node.ts';
import { machineOf } from '../../build/paths.ts';

test('time zones, English and what is about no language stay; languages, dictionaries and encodings go', () => {
  const stay = [
    'zoneinfo64.res',
    'timezoneTypes.res',
    'metaZones.res',
    'windowsZones.res',
    'root.res',
    'en_US.res',
    'pool.res',
    'zone/en.res',
    'zone/pool.res',
    'coll/root.res',
  ];
  const more = [
    'coll/ucadata.icu',
    'cnvalias.icu',
    'uts46.nrm',
    'nfkc.nrm',
    'keyTypeData.res',
    'likelySubtags.res',
    'supplementalData.res',
    'res_index.res',
    'lang/res_index.res',
  ];
  const go = [
    'de.res',
    'de_AT.res',
    'tzm.res',
    'zone/de.res',
    'zh_Hant_HK.res',
    'lang/fr.res',
    'brkitr/thaidict.dict',
    'windows-1251.cnv',
    'unames.icu',
    'translit/root.res',
  ];
  assert.deepEqual(
    [...stay, ...more].filter((name) => !isNeeded(name)),
    [],
  );
  assert.deepEqual(go.filter(isNeeded), []);
});

/** A header, a table of these items, and the items one after the other. */
const packed = (items: readonly (readonly [string, string])[]): Buffer => {
  const header = Buffer.alloc(32);
  header.writeUInt16LE(header.length, 0);
  header.writeUInt16LE(0x27da, 2);
  header.write('CmnD', 12);
  const table = Buffer.alloc(4 + items.length * 8);
  table.writeUInt32LE(items.length);
  const names = Buffer.from(items.map(([name]) => `icudt/${name}\0`).join(''), 'latin1');
  let [nameAt, at] = [table.length, table.length + names.length];
  for (const [index, [name, content]] of items.entries()) {
    table.writeUInt32LE(nameAt, 4 + index * 8);
    table.writeUInt32LE(at, 8 + index * 8);
    nameAt += name.length + 'icudt/\0'.length;
    at += content.length;
  }
  return Buffer.concat([Buffer.from('something else'), header, table, names, Buffer.from(items.map(([, content]) => content).join(''), 'latin1')]);
};

test('what goes is zeros, and the table does not name it any more', () => {
  const file = packed([
    ['de.res', 'german'],
    ['root.res', 'root'],
    ['sv.res', 'swedish'],
    ['zoneinfo64.res', 'zones'],
  ]);
  const { length } = file;
  assert.equal(blankLanguages(file), 'german'.length + 'swedish'.length);
  assert.equal(file.length, length);
  const text = file.toString('latin1');
  assert.match(text, /\0{6}root\0{7}zones$/);
  const table = file.subarray('something else'.length + 32);
  assert.equal(table.readUInt32LE(), 2);
  const item = (index: number, field: number): string => table.toString('latin1', table.readUInt32LE(4 + index * 8 + field)).slice(0, 10);
  assert.deepEqual([item(0, 0), item(1, 0), item(0, 4).slice(0, 4), item(1, 4)], ['icudt/root', 'icudt/zone', 'root', 'zones']);
  assert.throws(() => blankLanguages(Buffer.from('no CmnD here, and no header before CmnD')), /no ICU data/);
});

test('the Node that is packaged knows every time zone, in English whatever the language is', async () => {
  const script = `
    const at = (timeZone) => new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'long', timeStyle: 'long' }).format(1e12);
    console.log(JSON.stringify([
      Intl.supportedValuesOf('timeZone').length > 400,
      Intl.supportedValuesOf('timeZone').every((zone) => at(zone).includes('2001')),
      at('Asia/Kathmandu'), 'z'.localeCompare('\u00e4'), 'e\u0301'.normalize('NFC').length, new URL('http://b\u00fccher.example').host,
      new Intl.DateTimeFormat('de-DE', { dateStyle: 'full' }).format(0).includes('1970'),
    ]))`;
  const said = execFileSync(await strippedNode(machineOf([])), ['-e', script], { encoding: 'utf8', env: { LANG: 'de_DE.UTF-8' } });
  assert.deepEqual(JSON.parse(said), [true, true, 'September 9, 2001 at 7:31:40 AM GMT+5:45', 1, 1, 'xn--bcher-kva.example', true]);
});
