/** The real addon, real pipes, real SIGKILL: readers are killed while programs write on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { addonPath, createBench, openPipe, readLines } from './support/real.ts';
import type { Bench } from './support/real.ts';

const readerProgram = join(import.meta.dirname, 'support/reader-process.ts');

type Outcome = { readonly lines: readonly string[]; readonly kills: number; readonly exitCode: number | null };

/** Programs `command` write into pipes that readers read; the reader is killed each time `killEvery` more lines came out. */
const run = async (bench: Bench, format: string, commands: readonly string[], killEvery: number, mostKills: number): Promise<Outcome> => {
  const addon = await addonPath();
  const outPath = bench.pipe('out');
  const lines: string[] = [];
  let kills = 0;
  let reader: ChildProcess | null = null;
  const arrived = readLines(outPath, (line) => {
    lines.push(line);
    if (kills >= mostKills || lines.length < (kills + 1) * killEvery || reader === null) return;
    kills += 1;
    reader.kill('SIGKILL');
  });
  // For reading too: opening a named pipe for writing alone waits for its reader, which opens it in another turn.
  const out = openSync(outPath, constants.O_RDWR);
  const pipes = commands.map((_, index) => bench.pipe(`p${index}`));
  const ends = pipes.map(openPipe);
  for (const [index, command] of commands.entries()) spawn('/bin/sh', ['-c', command], { stdio: ['ignore', ends[index]?.write ?? 'ignore', 'inherit'] });
  for (const { write } of ends) closeSync(write);
  let exitCode: number | null = null;
  do {
    reader = spawn(process.execPath, ['--no-warnings', readerProgram, addon, bench.boxPath, format, ...pipes], { stdio: ['ignore', out, 'inherit'] });
    [exitCode] = await once(reader, 'exit');
  } while (exitCode === null);
  for (const { read } of ends) closeSync(read);
  closeSync(out);
  await arrived;
  return { lines, kills, exitCode };
};

/** First occurrence of every line of one program: whole, in order, none missing. */
const assertComplete = (lines: readonly string[], name: string, expected: readonly string[]): void => {
  const prefix = `${name.padEnd(3)} | `;
  const mine = [...new Set(lines.filter((line) => line.startsWith(prefix)))].map((line) => line.slice(prefix.length));
  assert.deepEqual(mine, expected);
};

const numbers = (last: number): readonly string[] => Array.from({ length: last }, (_, index) => String(index + 1));

describe('killed readers', () => {
  it('lose no line and tear none', { timeout: 120_000 }, async () => {
    using bench = createBench();
    const { lines, kills, exitCode } = await run(bench, 'prefix', ['seq 1 400000'], 10_000, 30);
    assert.equal(exitCode, 0);
    assert.ok(kills >= 10, `${kills} were killed`);
    assertComplete(lines, 'p0', numbers(400_000));
    assert.ok(lines.every((line) => /^p0 {2}\| [1-9][0-9]*$/.test(line)));
  });
});

describe('killed readers of a stream that goes to a file and to the container', () => {
  it('lose no line in either, and tear none on the container’s stream', { timeout: 120_000 }, async () => {
    using bench = createBench();
    const { lines, kills, exitCode } = await run(bench, 'file', ['seq 1 100000'], 10_000, 8);
    assert.equal(exitCode, 0);
    assert.ok(kills >= 3, `${kills} were killed`);
    assertComplete(lines, 'p0', numbers(100_000));
    // A piece of output may be repeated in the file, and a piece may end inside a line: each repetition may tear one.
    const written = readFileSync(`${bench.boxPath}.log`, 'utf8').split('\n');
    const found = new Set(written);
    const missing = numbers(100_000).filter((line) => !found.has(line));
    assert.ok(missing.length <= kills, `${missing.length} lines are torn or missing after ${kills} kills`);
    const text = written.join('\n');
    for (const line of missing) assert.ok(text.includes(line), `${line} is missing`);
  });
});

for (const [format, line] of [
  ['json', /^\{"ts":"[-\dT:.]+Z","program":"p0","stream":"stdout","line":"([1-9][0-9]*)"\}$/u],
  ['logfmt', /^ts=[-\dT:.]+Z program=p0 stream=stdout line="([1-9][0-9]*)"$/u],
] as const) {
  describe(`killed readers, ${format}`, () => {
    it('lose no line and tear none', { timeout: 120_000 }, async () => {
      using bench = createBench();
      const { lines, kills, exitCode } = await run(bench, format, ['seq 1 100000'], 10_000, 8);
      assert.equal(exitCode, 0);
      assert.ok(kills >= 3, `${kills} were killed`);
      const read = lines.map((text) => line.exec(text)?.[1] ?? `torn: ${text}`);
      assert.deepEqual([...new Set(read)], numbers(100_000));
    });
  });
}

describe('eight programs whose writes cut lines', () => {
  it('keep every line whole and in order', { timeout: 60_000 }, async () => {
    using bench = createBench();
    // seq writes blocks of 4 KiB into a pipe, wherever that ends.
    const { lines } = await run(
      bench,
      'prefix',
      Array.from({ length: 8 }, () => 'seq 1 60000'),
      Number.POSITIVE_INFINITY,
      0,
    );
    for (let index = 0; index < 8; index += 1) assertComplete(lines, `p${index}`, numbers(60_000));
    assert.equal(lines.length, 480_000);
  });
});
