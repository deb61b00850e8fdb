/** Lines that are dropped: too many within a second, or none reads them. Every one is counted, and the count is told in the log itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { feed, logsIn, shaped, toStdout } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';

const numbered = (from: number, to: number, rest = ''): string => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}${rest}\n`).join('');

/** Lines of `web`, and how many the log says were dropped. */
const read = (text: string): { readonly lines: readonly string[]; readonly dropped: number } => {
  const mine = text.split('\n').flatMap((line) => (line.startsWith('web   | ') ? [line.slice(8)] : []));
  const told = mine.map((line) => /^tsinit: (\d+) lines? dropped by/u.exec(line));
  return { lines: mine.filter((_, index) => told[index] === null), dropped: told.reduce((sum, match) => sum + Number(match?.[1] ?? 0), 0) };
};

test('log_limit: so many lines a second, and the rest as a number', () => {
  const world = createWorld();
  const logs = logsIn(world);
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { linesPerSecond: 3 }));
  feed(world, 10, numbered(1, 10));
  world.run();
  assert.equal(world.text(1), 'web   | 1\nweb   | 2\nweb   | 3\nweb   | tsinit: 7 lines dropped by log_limit\n');
  assert.ok(world.clock.nowMs() >= 1000, 'it was told when the second was over');
  feed(world, 10, numbered(11, 14));
  world.run();
  assert.deepEqual(read(world.text(1)), { lines: ['1', '2', '3', '11', '12', '13'], dropped: 8 });
  logs.finish(1, () => {});
  world.run();
});

test('log_limit: in every format, in words of its own', () => {
  const said = (format: 'json' | 'logfmt' | 'raw'): readonly string[] => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, shaped(format, { linesPerSecond: 1 }));
    feed(world, 10, 'a\nb\n');
    world.run();
    return world.text(1).split('\n').slice(0, -1);
  };
  assert.equal(said('json').at(-1), '{"program":"web","stream":"stdout","dropped":1,"line":"tsinit: 1 line dropped by log_limit"}');
  assert.equal(said('logfmt').at(-1), 'program=web stream=stdout dropped=1 line="tsinit: 1 line dropped by log_limit"');
  assert.deepEqual(said('raw'), ['a', 'tsinit: 1 line of web dropped by log_limit']);
});

test('log_limit: the end of a stream tells at once, before its last words where they are allowed', () => {
  const world = createWorld();
  const logs = logsIn(world);
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { linesPerSecond: 1 }));
  feed(world, 10, 'a\nb\nlast');
  let ends = 0;
  logs.finish(1, () => (ends += 1));
  assert.equal(ends, 1);
  assert.equal(world.text(1), 'web   | a\nweb   | tsinit: 2 lines dropped by log_limit\n');
});

test('log_limit: a long line is one line, or none', () => {
  const world = createWorld();
  const logs = logsIn(world);
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { linesPerSecond: 1 }));
  const long = 'x'.repeat(150_000);
  feed(world, 10, `${long}\n${long}\nend\n`);
  world.run();
  assert.equal(world.text(1).length, 150_000 + 3 * 9 + 2 + 'web   | tsinit: 2 lines dropped by log_limit\n'.length);
});

test('log_overflow=drop: a program goes on when nobody reads, and what was lost is told when somebody does', () => {
  const world = createWorld();
  const logs = logsIn(world);
  const stdout = world.outputs.get(1);
  assert.ok(stdout);
  stdout.allowance = 0;
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { overflow: 'drop' }));
  logs.attach(1, 2, 'other', 'stdout', 11, toStdout);
  const rest = 'x'.repeat(1_000);
  for (let from = 1; from < 3_000; from += 100) feed(world, 10, numbered(from, from + 99, rest));
  feed(world, 11, ...Array.from({ length: 20 }, () => `${'y'.repeat(60_000)}\n`));
  world.run();
  assert.equal(world.input(10).chunks.length, 0, 'everything of the one was read');
  assert.ok(world.input(11).chunks.length > 0, 'the other one waits');
  let ends = 0;
  logs.finish(1, () => (ends += 1));
  world.run();
  assert.equal(ends, 1, 'its end is not held up');
  stdout.allowance = Number.POSITIVE_INFINITY;
  world.run();
  const { lines, dropped } = read(world.text(1));
  assert.equal(lines.length + dropped, 3_000);
  assert.ok(dropped > 2_000 && lines.length > 100, `${lines.length} and ${dropped}`);
  assert.deepEqual(lines, numbered(1, lines.length, rest).split('\n').slice(0, -1));
  assert.match(world.text(1), /web {3}\| tsinit: \d+ lines dropped by log_overflow\n/u);
  assert.equal(world.text(1).match(/^other \| y+$/gmu)?.length, 20);
});

test('log_overflow=drop: an unfinished last line counts, too', () => {
  const world = createWorld();
  const logs = logsIn(world);
  const stdout = world.outputs.get(1);
  assert.ok(stdout);
  stdout.allowance = 0;
  logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { overflow: 'drop' }));
  feed(world, 10, ...Array.from({ length: 20 }, () => `${'y'.repeat(60_000)}\n`), 'z'.repeat(65_000));
  world.run();
  logs.finish(1, () => {});
  world.run();
  stdout.allowance = Number.POSITIVE_INFINITY;
  world.run();
  const { lines, dropped } = read(world.text(1));
  assert.equal(lines.length + dropped, 21);
});

test('whatever is written and read when: lines that came out and lines that were dropped are all there were', () => {
  const piece = fc.record({
    lines: fc.nat(60),
    width: fc.oneof(fc.nat(30), fc.nat(20_000)),
    cut: fc.nat(1_000),
    allowance: fc.oneof(fc.constant(0), fc.nat(600_000)),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 25 }), fc.constantFrom(0, 1, 40), fc.boolean(), (pieces, linesPerSecond, isWhole) => {
      const world = createWorld();
      const logs = logsIn(world);
      const stdout = world.outputs.get(1);
      assert.ok(stdout);
      stdout.allowance = 0;
      logs.attach(0, 1, 'web', 'stdout', 10, shaped('prefix', { overflow: 'drop', linesPerSecond }));
      let count = 0;
      for (const { lines, width, cut, allowance } of pieces) {
        const text = numbered(count + 1, count + lines, 'x'.repeat(width));
        count += lines;
        feed(world, 10, ...[text.slice(0, cut), text.slice(cut)].filter((chunk) => chunk !== ''));
        stdout.allowance = allowance;
        world.run();
      }
      if (!isWhole) feed(world, 10, `${++count}x`);
      logs.finish(1, () => {});
      stdout.allowance = Number.POSITIVE_INFINITY;
      world.run();
      const { lines, dropped } = read(world.text(1));
      assert.equal(lines.length + dropped, count);
      const numbers = lines.map((line) => Number.parseInt(line, 10));
      assert.deepEqual(
        numbers,
        numbers.toSorted((left, right) => left - right),
      );
    }),
    { numRuns: 100 },
  );
});

test('a successor tells what its predecessor has dropped', () => {
  const world = createWorld();
  const settings = shaped('prefix', { linesPerSecond: 2 });
  const first = logsIn(world);
  first.attach(0, 1, 'web', 'stdout', 10, settings);
  first.attach(1, 2, 'gone', 'stdout', 11, settings);
  feed(world, 10, numbered(1, 5));
  feed(world, 11, numbered(1, 4));
  world.forget();
  first.onReady(0);
  first.onReady(1);
  assert.doesNotMatch(world.text(1), /dropped/u);
  world.forget();
  const second = logsIn(world);
  second.resume();
  second.attach(0, 1, 'web', 'stdout', 10, settings);
  second.settle();
  assert.match(world.text(1), /^gone {2}\| tsinit: 2 lines dropped by log_limit$/mu);
  world.run();
  assert.deepEqual(read(world.text(1)), { lines: ['1', '2'], dropped: 3 });
});
