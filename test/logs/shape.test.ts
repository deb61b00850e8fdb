/** Lines of a shape of their own: prefixes, the time, JSON and logfmt, whatever bytes a program writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogSettings } from '../../src/config/model/model.ts';
import { logsIn, shaped, toStderr } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';
import type { World } from './support/simulated.ts';

const WALL_MS = Date.UTC(2026, 10, 21, 15, 51, 14, 123);
const PIECE = 65_536;

type Chunk = string | Uint8Array;
const bytesOf = (chunk: Chunk): Uint8Array => (typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);

/** What comes out of a program that writes these chunks, one after the other. */
const play = (settings: LogSettings, chunks: readonly Chunk[], changes: Parameters<typeof logsIn>[1] = {}, world: World = createWorld()): string => {
  const logs = logsIn(world, { wallMs: () => WALL_MS, ...changes });
  logs.attach(0, 1, 'web', 'stdout', 10, settings, 77);
  for (const chunk of chunks) {
    world.input(10).chunks.push(bytesOf(chunk));
    world.run();
  }
  world.input(10).isEnded = true;
  logs.finish(1, () => {});
  world.run();
  return world.text(1);
};

const linesOf = (text: string): readonly Record<string, unknown>[] => {
  assert.ok(text.endsWith('\n'), 'ends with a whole line');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('prefix: a template with words, widths and the time', () => {
  const prefix = [
    '<',
    { word: 'program', width: 'longest' },
    '|',
    { word: 'group', width: 5 },
    '|',
    { word: 'stream', width: 0 },
    ' ',
    { word: 'pid', width: 0 },
    '> ',
  ] as const;
  assert.equal(play(shaped('prefix', { prefix }), ['one\nt', 'wo\nend']), ['one', 'two', 'end'].map((line) => `<web  |web  |stdout 77> ${line}\n`).join(''));
  const timed = [{ word: 'time', width: 0 }, ' ', { word: 'program', width: 0 }, ': '] as const;
  assert.equal(play(shaped('prefix', { prefix: timed, time: 'iso' }), ['one\n']), '2026-11-21T15:51:14.123Z web: one\n');
  assert.equal(play(shaped('prefix', { prefix: [] }), ['one\n\nend']), 'one\n\nend\n');
});

test('prefix: the time stands in front where the template does not say where', () => {
  const times = { iso: '2026-11-21T15:51:14.123Z', unix: '1795276274.123', unix_ms: '1795276274123' } as const;
  for (const [time, shown] of Object.entries(times)) assert.equal(play(shaped('prefix', { time: time as 'iso' }), ['one\n']), `${shown} web   | one\n`);
  assert.match(play(shaped('prefix', { time: 'local' }), ['one\n']), /^2026-11-2[12]T\d\d:\d1:14\.123[+-]\d\d:\d\d web {3}\| one\n$/u);
});

test('each chunk has its own time, in every place and of any length', () => {
  const world = createWorld();
  const times = [98, 99, 100, 101];
  const logs = logsIn(world, { wallMs: () => times.shift() ?? 0 });
  const prefix = ['a', { word: 'time', width: 0 }, 'b', { word: 'time', width: 0 }, ' '] as const;
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { prefix, time: 'unix_ms' }));
  for (const line of ['1', '2', '3', '4']) {
    world.input(10).chunks.push(bytesOf(`${line}\n`));
    world.run();
  }
  assert.equal(world.text(1), 'a98b98 1\na99b99 2\na100b100 3\na101b101 4\n');
});

test('the offset of local time', () => {
  const before = process.env['TZ'];
  try {
    for (const [zone, shown] of [
      ['Asia/Kolkata', '2026-11-21T21:21:14.123+05:30'],
      ['America/St_Johns', '2026-11-21T12:21:14.123-03:30'],
      ['UTC', '2026-11-21T15:51:14.123+00:00'],
    ] as const) {
      process.env['TZ'] = zone;
      assert.equal(play(shaped('prefix', { time: 'local', prefix: [{ word: 'time', width: 0 }, ' '] }), ['one\n']), `${shown} one\n`);
    }
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('prefix: pieces of a line that is too long are marked', () => {
  const long = 'x'.repeat(PIECE + 10);
  const pieces = [long.slice(0, PIECE), long.slice(PIECE)];
  assert.equal(play(shaped('prefix', { prefix: ['> '] }), [`${long}\n`]), `> ${pieces[0]}\n>+ ${pieces[1]}\n`);
  assert.equal(play(shaped('prefix', { prefix: ['>'] }), [`${long}\n`]), `>${pieces[0]}\n>+ ${pieces[1]}\n`);
});

test('json: one object for each line, with what is known of it', () => {
  const labels = [
    ['pod', 'web-1'],
    ['team', 'a "b"'],
  ] as const;
  const text = play(shaped('json', { time: 'iso', labels }), ['one\n{"a"', ':1}\r\n', '\n']);
  const common = { ts: '2026-11-21T15:51:14.123Z', program: 'web', stream: 'stdout', pid: 77, pod: 'web-1', team: 'a "b"' };
  assert.deepEqual(linesOf(text), [
    { ...common, line: 'one' },
    { ...common, line: '{"a":1}' },
    { ...common, line: '' },
  ]);
  assert.ok(text.startsWith('{"ts":"2026-11-21T15:51:14.123Z","program":"web","stream":"stdout","pid":77,"pod":"web-1","team":"a \\"b\\"","line":"one"}\n'));
  assert.ok(play(shaped('json', { time: 'unix' }), ['one\n']).startsWith('{"ts":1795276274.123,"program"'));
});

test('json: any bytes give a string, UTF-8 as it is and the rest as U+FFFD', () => {
  assert.equal(linesOf(play(shaped('json'), ['\u001b[1m\t"\\\u0000\u007fé€😀\r.\n']))[0]?.['line'], '\u001b[1m\t"\\\u0000\u007fé€😀\r.');
  const bad = [
    [0xff],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf0, 0x80, 0x80, 0x80],
  ];
  for (const bytes of bad) {
    const [line] = linesOf(play(shaped('json'), [Uint8Array.from([97, ...bytes, 98, 10])]));
    assert.match(String(line?.['line']), /^a\u{FFFD}+b$/u, bytes.join(' '));
  }
});

test('json: what a program writes is what is read, wherever it is cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\n', ' ').replace(/\r+$/u, ''));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(400), { maxLength: 8 }), (lines, cuts) => {
      const whole = bytesOf(`${lines.join('\n')}\n`);
      const places = [...new Set(cuts.map((cut) => cut % whole.length)), whole.length].sort((left, right) => left - right);
      const chunks = places.map((end, index) => whole.subarray(places[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
      assert.deepEqual(
        linesOf(play(shaped('json'), chunks)).map((read) => read['line']),
        lines.map((text) => text.toWellFormed()),
      );
    }),
    { numRuns: 60 },
  );
});

test('json: a line that is too long is cut between characters, and says so', () => {
  const long = '€'.repeat(50_000);
  for (const chunks of [[`${long}\n`], [bytesOf(long).slice(0, PIECE), bytesOf(`${long}\n`).slice(PIECE)]]) {
    const lines = linesOf(play(shaped('json'), chunks));
    assert.equal(lines.map(({ line }) => line).join(''), long);
    assert.deepEqual(
      lines.map(({ continued }) => continued),
      [undefined, true, true],
    );
  }
});

test('json: control characters without end have room, too', () => {
  const long = '\u0001'.repeat(PIECE - 1);
  const lines = linesOf(play(shaped('json'), [`${long}\n${long}\nshort\n`]));
  assert.deepEqual(
    lines.map(({ line }) => line),
    [long, long, 'short'],
  );
});

test('logfmt: values in quotes where they need them', () => {
  const labels = [
    ['pod', 'web-1'],
    ['team', 'a b'],
    ['empty', ''],
  ] as const;
  assert.equal(
    play(shaped('logfmt', { time: 'iso', labels }), ['say "hi"\nend']),
    ['say \\"hi\\"', 'end']
      .map((line) => `ts=2026-11-21T15:51:14.123Z program=web stream=stdout pid=77 pod=web-1 team="a b" empty="" line="${line}"\n`)
      .join(''),
  );
});

test('terminal sequences are removed before a line is quoted', () => {
  const settings = { nameWidth: 5, colour: true, stripAnsi: true };
  assert.deepEqual(linesOf(play(shaped('json'), ['\u001b[31mred\u001b[0m\n', 'a\u001b[3', '1mb\n'], { settings })), [
    { program: 'web', stream: 'stdout', pid: 77, line: 'red' },
    { program: 'web', stream: 'stdout', pid: 77, line: 'ab' },
  ]);
  assert.equal(play(shaped('prefix', { prefix: ['> '] }), ['\u001b[31mred\n'], { settings }), '> red\n');
});

test('raw is bytes as they come, also where others have prefixes', () => {
  assert.equal(play(shaped('raw'), ['one\ntw', 'o\nrest']), 'one\ntwo\nrest');
  const long = 'x'.repeat(200_000);
  assert.equal(play(shaped('raw', { linesPerSecond: 100 }), [`a\n${long}`, `${long}\nrest`]), `a\n${long}${long}\nrest`);
});

test('labels that do not fit beside a long name are left out; what is left can be read', () => {
  const world = createWorld();
  const logs = logsIn(world);
  const name = '\u0001'.repeat(120);
  logs.attach(0, 1, name, 'stdout', 10, shaped('json', { labels: [['label', 'x'.repeat(400)]] }));
  world.input(10).chunks.push(bytesOf('one\n'));
  world.run();
  assert.deepEqual(linesOf(world.text(1)), [{ program: name.slice(0, 100), stream: 'stdout', line: 'one' }]);
});

test('each stream has its own shape, and files get what was written', () => {
  const world = createWorld();
  const logs = logsIn(world);
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('json'));
  logs.attach(0, 1, 'web', 'stderr', 11, toStderr);
  for (const fd of [10, 11]) world.input(fd).chunks.push(bytesOf('one\n'));
  world.run();
  assert.equal(world.text(1), '{"program":"web","stream":"stdout","line":"one"}\n');
  assert.equal(world.text(2), 'web   | one\n');
});

test('our own lines have the shape that is asked for, the level as a field', () => {
  const own = (ownShape: LogSettings['shape'], level: 'info' | 'warn' = 'info'): string => {
    const world = createWorld();
    const logs = logsIn(world, { wallMs: () => WALL_MS, settings: { nameWidth: 7, colour: false, stripAnsi: false, ownShape } });
    logs.notice('a "b"\nc', level);
    world.run();
    return world.text(2);
  };
  const iso = { time: 'iso' } as const;
  assert.equal(own(null, 'warn'), 'tsinit  | warn: a "b"\ntsinit  | warn: c\n');
  assert.equal(own(shaped('prefix', iso).shape), '2026-11-21T15:51:14.123Z tsinit  | a "b"\n2026-11-21T15:51:14.123Z tsinit  | c\n');
  assert.deepEqual(linesOf(own(shaped('json', { ...iso, labels: [['pod', 'x']] }).shape, 'warn'))[0], {
    ts: '2026-11-21T15:51:14.123Z',
    program: 'tsinit',
    stream: 'stderr',
    pod: 'x',
    level: 'warn',
    line: 'a "b"',
  });
  assert.equal(own(shaped('logfmt').shape).split('\n')[0], 'program=tsinit stream=stderr level=info line="a \\"b\\""');
});
