/**
 * The supervisor dies at any point: between any two stores of the journal, before or after any read or write. Its
 * successors complete what it had begun: no line is lost, none is torn, the order stays; lines may be repeated.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Logs } from '../../src/logs/logs.ts';
import type { LogSettings } from '../../src/config/model/model.ts';
import { feed, logsIn, shaped, toStderr, toStdout } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';
import type { World } from './support/simulated.ts';

class Crash extends Error {}

type Stream = { readonly name: string; readonly run: number; readonly fd: number; readonly isStdout: boolean; readonly chunks: readonly string[] };

/** How lines are made, and found again: the program and its line; null: what should not be there. */
type Way = {
  readonly settings: (isStdout: boolean, name: string) => LogSettings;
  readonly read: (line: string) => readonly [name: string, line: string] | null;
};

const behindPrefix = (line: string): readonly [string, string] | null => {
  const match = /^(p\d) {4}\| (.*)$/u.exec(line);
  return match === null ? null : [match[1] ?? '', match[2] ?? ''];
};

const inJson = (line: string): readonly [string, string] | null => {
  const read = JSON.parse(line) as { readonly program: string; readonly line: string };
  return [read.program, read.line];
};

const inLogfmt = (line: string): readonly [string, string] | null => {
  const match = /^ts=\d+ program=(p\d) stream=std\w+ line=(".*")$/u.exec(line);
  return match === null ? null : [match[1] ?? '', JSON.parse(match[2] ?? '') as string];
};

const inShape =
  (shape: LogSettings) =>
  (isStdout: boolean): LogSettings => ({ ...shape, target: (isStdout ? toStdout : toStderr).target });

const WAYS: Readonly<Record<string, Way>> = {
  prefix: { settings: (isStdout) => (isStdout ? toStdout : toStderr), read: behindPrefix },
  json: { settings: inShape(shaped('json', { time: 'unix_ms' })), read: inJson },
  logfmt: { settings: inShape(shaped('logfmt', { time: 'unix_ms' })), read: inLogfmt },
  'prefix with overflow': { settings: inShape(shaped('prefix', { overflow: 'drop' })), read: behindPrefix },
};

/** Made anew, a line has another time, of another length. */
const wall = (): (() => number) => {
  let times = 0;
  return () => 10 ** (times++ % 7);
};

/** Runs everything, dying after each number of steps in `lives`; the last life lasts. Returns how many steps it took. */
const runWithCrashes = (way: Way, world: World, streams: readonly Stream[], lives: readonly number[]): number => {
  const wallMs = wall();
  let isSuccessor = false;
  let steps = 0;
  for (const life of [...lives, Number.POSITIVE_INFINITY]) {
    steps = 0;
    const onStep = (): void => {
      steps += 1;
      if (steps > life) throw new Crash();
    };
    try {
      live(way, wallMs, world, streams, isSuccessor, onStep);
      return steps;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      world.forget();
      isSuccessor = true;
    }
  }
  return steps;
};

const live = (way: Way, wallMs: () => number, world: World, streams: readonly Stream[], isSuccessor: boolean, onStep: () => void): void => {
  const logs: Logs = logsIn(world, { onStep, wallMs }, onStep);
  if (isSuccessor) logs.resume();
  for (const [index, { name, run, fd, isStdout }] of streams.entries()) {
    if (!world.input(fd).isClosed) logs.attach(index, run, name, isStdout ? 'stdout' : 'stderr', fd, way.settings(isStdout, name));
  }
  if (isSuccessor) logs.settle();
  world.run();
  for (const { run } of streams) logs.finish(run, () => {});
  world.run();
};

const check = ({ read }: Way, world: World, streams: readonly Stream[]): void => {
  for (const fd of [1, 2]) {
    const text = world.text(fd);
    assert.ok(text === '' || text.endsWith('\n'), 'output ends with a whole line');
    const mine = streams.filter(({ isStdout }) => isStdout === (fd === 1));
    // Repeats are dropped: lines of a stream are numbered.
    const found = new Map(mine.map(({ name }) => [name, new Set<string>()]));
    for (const whole of text.split('\n').slice(0, -1)) {
      const [name = '', line = ''] = read(whole) ?? [];
      const lines = found.get(name);
      assert.ok(lines, `whose line is this: ${whole.slice(0, 80)}`);
      lines.add(line);
    }
    for (const { name, chunks } of mine) {
      const expected = chunks
        .join('')
        .split('\n')
        .filter((line) => line !== '');
      assert.deepEqual([...(found.get(name) ?? [])], expected, `lines of ${name}`);
    }
  }
};

/** Numbered lines of the given lengths, cut into chunks at the given places; the last line may lack its newline. */
const chunksOf = (lengths: readonly number[], cuts: readonly number[], isWhole: boolean): readonly string[] => {
  const text = lengths.map((length, index) => `${index}:${'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length)}`).join('\n') + (isWhole ? '\n' : '');
  const places = [...new Set(cuts.map((cut) => cut % Math.max(1, text.length)))].sort((left, right) => left - right);
  return [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end)).filter((chunk) => chunk !== '');
};

const streamsOf = (parts: readonly { readonly chunks: readonly string[]; readonly isStdout: boolean }[], world: World): readonly Stream[] => {
  const streams = parts.map((part, index) => ({ ...part, name: `p${index}`, run: index + 1, fd: 10 + index }));
  for (const { fd, chunks } of streams) feed(world, fd, ...chunks);
  return streams;
};

for (const [wayName, way] of Object.entries(WAYS))
  describe(`a crash, ${wayName}`, () => {
    it('at every single step loses, tears and swaps nothing', () => {
      const parts = [
        { isStdout: true, chunks: ['0:one\n1:tw', 'o\n2:three\n3:fo', 'ur', '-and-more\n4:last without end'] },
        { isStdout: true, chunks: ['0:x', 'y\n1:z\n'] },
        { isStdout: false, chunks: ['0:err', 'or\n1:again\n2:p'] },
      ];
      const calm = createWorld();
      const steps = runWithCrashes(way, calm, streamsOf(parts, calm), []);
      assert.ok(steps > 100, `there are steps to crash at: ${steps}`);
      for (let step = 0; step <= steps; step += 1) {
        const world = createWorld();
        const streams = streamsOf(parts, world);
        runWithCrashes(way, world, streams, [step]);
        check(way, world, streams);
      }
    });

    it('within the successor’s own resumption is no different', () => {
      const parts = [
        { isStdout: true, chunks: ['0:one\n1:tw', 'o\n2:three\n3:fo', 'ur\n'] },
        { isStdout: false, chunks: ['0:a\n1:b'] },
      ];
      for (let first = 0; first < 60; first += wayName === 'prefix' ? 3 : 15) {
        for (let second = 0; second < 60; second += 1) {
          const world = createWorld();
          const streams = streamsOf(parts, world);
          runWithCrashes(way, world, streams, [first, second, second]);
          check(way, world, streams);
        }
      }
    });

    it('at random steps of random output loses, tears and swaps nothing', () => {
      const part = fc.record({
        lengths: fc.array(fc.oneof(fc.nat(40), fc.nat(9_000), fc.constant(60_000)), { minLength: 1, maxLength: 30 }),
        cuts: fc.array(fc.nat(200_000), { maxLength: 12 }),
        isWhole: fc.boolean(),
        isStdout: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(150), { maxLength: 8 }), (parts, lives) => {
          const world = createWorld(4);
          const streams = streamsOf(
            parts.map(({ lengths, cuts, isWhole, isStdout }) => ({ isStdout, chunks: chunksOf(lengths, cuts, isWhole) })),
            world,
          );
          runWithCrashes(way, world, streams, lives);
          check(way, world, streams);
        }),
        { numRuns: wayName === 'prefix' ? 150 : 50 },
      );
    });
  });

/** Each piece stands there, in order; one may be repeated. */
const checkFiles = (world: World, streams: readonly Stream[]): void => {
  for (const { name, chunks } of streams) {
    const expected = new RegExp(`^${chunks.map((chunk) => `(?:${chunk})+`).join('')}$`, 'u');
    assert.match(world.file(`/log/${name}`), expected, `file of ${name}`);
  }
};

describe('a crash while output goes to a file and to the container', () => {
  const parts = [
    { isStdout: true, chunks: ['0:one\n1:tw', 'o\n2:three\n3:fo', 'ur\n4:last without end'] },
    { isStdout: false, chunks: ['0:err', 'or\n1:again\n2:p'] },
  ];
  const settingsOf = (isStdout: boolean, name: string): LogSettings => ({
    ...(isStdout ? toStdout : toStderr),
    target: { kind: 'file', path: `/log/${name}` },
    isAlsoShown: true,
  });

  it('at every single step loses nothing in either, and nothing within the resumption', () => {
    const way: Way = { settings: settingsOf, read: behindPrefix };
    const calm = createWorld();
    const steps = runWithCrashes(way, calm, streamsOf(parts, calm), []);
    for (let step = 0; step <= steps; step += 1)
      for (const lives of [[step], [step, 3], [step, 12], [step, 20, 20]]) {
        const world = createWorld();
        const streams = streamsOf(parts, world);
        runWithCrashes(way, world, streams, lives);
        check(way, world, streams);
        checkFiles(world, streams);
        world.forget();
      }
  });
});

/** Writing out is at least once: what is told of dropped lines may be told again, like any line. */
const assertCounted = (text: string, name: string, written: readonly string[]): void => {
  const mine = text
    .split('\n')
    .slice(0, -1)
    .map((line) => behindPrefix(line) ?? assert.fail(`torn: ${line.slice(0, 80)}`))
    .flatMap(([whose, line]) => (whose === name ? [line] : []));
  const dropped = mine.reduce((sum, line) => sum + Number(/^tsinit: (\d+) lines? dropped by log_\w+$/u.exec(line)?.[1] ?? 0), 0);
  const shown = [...new Set(mine.filter((line) => !line.startsWith('tsinit: ')))];
  assert.ok(shown.length + dropped >= written.length, `${shown.length} and ${dropped} of ${written.length}`);
  const remaining = new Set(shown);
  assert.deepEqual(
    shown,
    written.filter((line) => remaining.has(line)),
  );
};

describe('a crash while lines are dropped', () => {
  it('leaves none uncounted: those that came out and those that are told of are at least all there were', () => {
    const life = fc.record({ steps: fc.nat(120), allowance: fc.oneof(fc.constant(0), fc.nat(100_000)) });
    // A longer line may be cut by a full pipe and a crash in one: decision 4 says so.
    const part = fc.record({
      lengths: fc.array(fc.oneof(fc.nat(40), fc.constant(4_000)), { minLength: 1, maxLength: 30 }),
      cuts: fc.array(fc.nat(200_000), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 2 }), fc.array(life, { maxLength: 6 }), fc.constantFrom(0, 2), (parts, lives, linesPerSecond) => {
        const world = createWorld(4);
        const streams = streamsOf(
          parts.map(({ lengths, cuts }) => ({ isStdout: true, chunks: chunksOf(lengths, cuts, true) })),
          world,
        );
        const way: Way = { settings: inShape(shaped('prefix', { overflow: 'drop', linesPerSecond })), read: behindPrefix };
        const stdout = world.outputs.get(1);
        assert.ok(stdout);
        const wallMs = wall();
        for (const [index, { steps, allowance }] of [...lives, { steps: Number.POSITIVE_INFINITY, allowance: Number.POSITIVE_INFINITY }].entries()) {
          stdout.allowance = allowance;
          let step = 0;
          const onStep = (): void => {
            step += 1;
            if (step > steps) throw new Crash();
          };
          try {
            live(way, wallMs, world, streams, index > 0, onStep);
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
          }
          world.forget();
        }
        for (const { name, chunks } of streams) assertCounted(world.text(1), name, chunks.join('').split('\n').slice(0, -1));
      }),
      { numRuns: 100 },
    );
  });
});
