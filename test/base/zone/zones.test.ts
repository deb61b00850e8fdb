/** Time zones out of files and rules, compared with Python's zoneinfo for many zones and with libc's date for rules. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findZone, type ZoneSources } from '../../../src/base/zone/find-zone.ts';
import { localDate, localZone, setLocalZone } from '../../../src/base/zone/local-time.ts';
import { parsePosixRule } from '../../../src/base/zone/posix-rule.ts';
import { parseTzif } from '../../../src/base/zone/tzif.ts';
import { UTC } from '../../../src/base/zone/zone.ts';

const FOLDER = '/usr/share/zoneinfo';
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'Europe/London',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Gaza',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Nuuk',
  'America/Lima',
  'Antarctica/Troll',
];
const hasPython = spawnSync('python3', ['-c', 'import zoneinfo']).status === 0;
const skip = !hasPython || !existsSync(`${FOLDER}/Europe/Berlin`) ? 'needs python3 and tzdata' : false;

/** Every 13 hours and a bit would miss no change; from 1901 to 2090 steps of some days are enough, and changes come by bisection of what differs. */
const INSTANTS = Array.from({ length: 2_000 }, (_, index) => -2_177_452_800 + index * 2_995_201);

test('files of zones: the offsets that Python finds, before, between and after their changes', { skip }, () => {
  const script = [
    'import sys, json, datetime, zoneinfo',
    'zones, instants = json.load(sys.stdin)',
    'epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)',
    'of = lambda zone, at: int((epoch + datetime.timedelta(seconds=at)).astimezone(zone).utcoffset().total_seconds())',
    'print(json.dumps([[of(zoneinfo.ZoneInfo(name), at) for at in instants] for name in zones]))',
  ].join('\n');
  const expected: readonly (readonly number[])[] = JSON.parse(
    execFileSync('python3', ['-c', script], { input: JSON.stringify([ZONES, INSTANTS]), encoding: 'utf8' }),
  ) as number[][];
  for (const [index, name] of ZONES.entries()) {
    const zone = parseTzif(readFileSync(`${FOLDER}/${name}`));
    const wrong = INSTANTS.map((at, each) => [at, (zone?.offsetMs(at * 1000) ?? Number.NaN) / 1000, expected[index]?.[each]]).filter(
      ([, found, right]) => found !== right,
    );
    assert.deepEqual(wrong, [], name);
  }
});

const RULES = [
  'CET-1CEST,M3.5.0,M10.5.0/3',
  'EST5EDT,M3.2.0,M11.1.0',
  'EST5EDT',
  '<+03>-3',
  'NZST-12NZDT,M9.5.0,M4.1.0/3',
  'AEST-10AEDT,M10.1.0,M4.1.0/3',
  'XXX3:30YYY,J60,J300/4',
  'XXX-5:45:30',
  'AAA2BBB1,59/1,299/25',
  'IST-1GMT0,M10.5.0,M3.5.0/1',
  '<-02>2<-01>,M3.5.0/-1,M10.5.0/0',
  'ABC-14',
];

test('rules: the offsets that date finds, at every change of five years', { skip: existsSync('/bin/date') ? false : 'needs date' }, () => {
  for (const rule of RULES) {
    const zone = parsePosixRule(rule);
    assert.ok(zone !== null, rule);
    const instants = Array.from({ length: 5 * 122 }, (_, index) => 1_700_000_000 + index * 3 * 86_400 - 7_201).flatMap((at) => [at, at + 3_600, at + 40_000]);
    const said = execFileSync('date', ['-f', '-', '+%z'], { env: { TZ: rule }, input: instants.map((at) => `@${at}`).join('\n'), encoding: 'utf8' });
    const expected = said.trim().split('\n');
    const found = instants.map((at) => shown(zone.offsetMs(at * 1000)));
    assert.deepEqual(found, expected, rule);
  }
});

const shown = (offsetMs: number): string => {
  const minutes = Math.floor(Math.abs(offsetMs) / 60_000);
  return `${offsetMs < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
};

test('the very second of a change, north and south', () => {
  const berlin = parsePosixRule('CET-1CEST,M3.5.0,M10.5.0/3');
  const auckland = parsePosixRule('NZST-12NZDT,M9.5.0,M4.1.0/3');
  const hours = (zone: typeof berlin, text: string): number => (zone?.offsetMs(Date.parse(text)) ?? Number.NaN) / 3_600_000;
  assert.deepEqual([hours(berlin, '2026-03-29T00:59:59Z'), hours(berlin, '2026-03-29T01:00:00Z')], [1, 2]);
  assert.deepEqual([hours(berlin, '2026-10-25T00:59:59Z'), hours(berlin, '2026-10-25T01:00:00Z')], [2, 1]);
  assert.deepEqual([hours(auckland, '2026-09-26T13:59:59Z'), hours(auckland, '2026-09-26T14:00:00Z')], [12, 13]);
  assert.deepEqual([hours(auckland, '2026-04-04T13:59:59Z'), hours(auckland, '2026-04-04T14:00:00Z')], [13, 12]);
  // A leap year: day 60 of the Julian form is March 1, day 59 of the other one is February 29.
  const forms = parsePosixRule('AAA0BBB,J60/0,J300/0');
  assert.deepEqual([hours(forms, '2028-02-29T23:59:59Z'), hours(forms, '2028-03-01T00:00:00Z')], [0, 1]);
  assert.deepEqual([hours(forms, '2027-02-28T23:59:59Z'), hours(forms, '2027-03-01T00:00:00Z')], [0, 1]);
  const days = parsePosixRule('AAA0BBB,59/0,299/0');
  assert.deepEqual([hours(days, '2028-02-28T23:59:59Z'), hours(days, '2028-02-29T00:00:00Z')], [0, 1]);
});

for (const text of [
  '',
  'UTC',
  'Nowhere/Land',
  'AB3',
  'ABC',
  'ABC25',
  'ABC3DEF-26',
  'ABC3DEF,M13.1.0,M3.1.0',
  'ABC3DEF,M1.6.0,M3.1.0',
  'ABC3DEF,J0,J5',
  'ABC3DEF,1,366',
  'ABC3DEF,1/168,2',
  'ABC3DEF,M3.2.0',
  '<+3>-3',
]) {
  test(`'${text}' is no rule`, () => assert.equal(parsePosixRule(text), null));
}

/** A file of the version, with these changes (seconds, type) and types (seconds). */
const fileOf = (version: number, changes: readonly (readonly [number, number])[], types: readonly number[], footer = '\n\n'): Uint8Array => {
  const block = (timeBytes: number): Buffer => {
    const header = Buffer.alloc(44);
    header.write('TZif');
    header.writeUInt8(version === 1 ? 0 : 0x30 + version, 4);
    header.writeUInt32BE(changes.length, 32);
    header.writeUInt32BE(types.length, 36);
    const times = Buffer.alloc(changes.length * timeBytes);
    changes.forEach(([at], index) => (timeBytes === 4 ? times.writeInt32BE(at, index * 4) : times.writeBigInt64BE(BigInt(at), index * 8)));
    const kinds = Buffer.alloc(types.length * 6);
    types.forEach((seconds, index) => kinds.writeInt32BE(seconds, index * 6));
    return Buffer.concat([header, times, Buffer.from(changes.map(([, type]) => type)), kinds]);
  };
  return version === 1 ? block(4) : Buffer.concat([block(4), block(8), Buffer.from(footer)]);
};

test('files of every version; what is cut short, damaged or something else is none', () => {
  const offsets = (bytes: Uint8Array, ...seconds: readonly number[]): readonly number[] =>
    seconds.map((at) => (parseTzif(bytes)?.offsetMs(at * 1000) ?? Number.NaN) / 1000);
  const changes = [
    [100, 1],
    [200, 0],
  ] as const;
  assert.deepEqual(offsets(fileOf(1, changes, [3600, 7200]), 99, 100, 199, 200, 9999), [3600, 7200, 7200, 3600, 3600]);
  assert.deepEqual(offsets(fileOf(2, changes, [3600, 7200], '\n<+05>-5\n'), 99, 100, 200, 9999), [3600, 7200, 18_000, 18_000]);
  assert.deepEqual(offsets(fileOf(2, changes, [3600, 7200]), 200), [3600]);
  assert.deepEqual(offsets(fileOf(2, [], [3600], '\n<+05>-5\n'), 5), [18_000]);
  assert.deepEqual(offsets(fileOf(2, [], [3600], ''), 5), [3600]);
  assert.deepEqual(offsets(fileOf(2, [[100, 9]], [3600]), 150), [0]);
  assert.equal(parseTzif(fileOf(2, changes, [])), null);
  const whole = fileOf(2, changes, [3600]);
  assert.equal(parseTzif(whole.subarray(0, 20)), null);
  assert.equal(parseTzif(whole.subarray(0, 50)), null);
  assert.equal(parseTzif(whole.subarray(0, 90)), null);
  assert.equal(parseTzif(Buffer.alloc(100)), null);
});

test('TZ as libc reads it: nothing, a path, a name, a rule, a colon in front; beyond it what Node knows', () => {
  const files: Record<string, Uint8Array> = {
    '/etc/localtime': fileOf(1, [], [3600]),
    '/usr/share/zoneinfo/My/Zone': fileOf(1, [], [7200]),
    '/other/My/Zone': fileOf(1, [], [10_800]),
    '/a/file': fileOf(1, [], [14_400]),
    '/usr/share/zoneinfo/bad': Buffer.from('no zone'),
  };
  const sources: ZoneSources = {
    readFile: (path) => files[path] ?? null,
    known: (name) => (name === 'Known/Zone' ? { offsetMs: () => 5000 } : null),
    folder: undefined,
  };
  const offset = (text: string | undefined, changes: Partial<ZoneSources> = {}): number | null => {
    const zone = findZone(text, { ...sources, ...changes });
    return zone === null ? null : zone.offsetMs(0) / 1000;
  };
  assert.equal(offset(undefined), 3600);
  assert.equal(offset(undefined, { readFile: () => null }), 0);
  assert.deepEqual(
    ['', ':'].map((text) => offset(text)),
    [0, 0],
  );
  assert.deepEqual(
    ['My/Zone', ':My/Zone', '/a/file', ':/a/file'].map((text) => offset(text)),
    [7200, 7200, 14_400, 14_400],
  );
  assert.equal(offset('My/Zone', { folder: '/other' }), 10_800);
  assert.equal(offset('My/Zone', { folder: '' }), 7200);
  assert.equal(offset('CET-1'), 3600);
  assert.equal(offset('Known/Zone'), 5);
  assert.deepEqual(
    ['bad', 'Nowhere/Land', '../zoneinfo/My/Zone'].map((text) => offset(text)),
    [null, null, null],
  );
});

test('local time is that of the zone that was set, else that of dates', () => {
  assert.equal(localZone().offsetMs(0), -new Date(0).getTimezoneOffset() * 60_000);
  setLocalZone({ offsetMs: () => 5_400_000 });
  assert.equal(localDate(0).toISOString(), '1970-01-01T01:30:00.000Z');
  setLocalZone(UTC);
  assert.equal(localDate(0).getTime(), 0);
  setLocalZone(null);
});
