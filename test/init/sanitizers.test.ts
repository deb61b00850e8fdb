/**
 * init's C under the address and undefined-behaviour sanitizers: its unit tests, and a fuzzer on everything that a
 * supervisor may send: init's own code, which binds and makes what it is told, so it runs where it can reach nothing.
 * TSINIT_FUZZ_SECONDS (5) says how long. libFuzzer where clang has it, else a mutator of our own.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { fixture, isInPath, projectRoot } from '../support/fixtures.ts';
import { nowhere } from '../support/nowhere.ts';
import { compileAll, initFiles, initParts, whileCompiling } from '../support/sanitized.ts';

const frames = join(projectRoot, 'test', 'fixtures', 'frames');
const sanitizers = ['-std=gnu11', '-g', '-O1', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all'];
const environment = { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir(), FRAMES: frames, UBSAN_OPTIONS: 'print_stacktrace=1', ASAN_OPTIONS: 'detect_leaks=0' };

const run = (command: string, args: readonly string[]): { readonly code: number | null; readonly text: string } => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'latin1', env: environment, maxBuffer: 1 << 26 });
  return { code: status, text: `${stdout}${stderr}` };
};

const compile = async (t: TestContext, compiler: string, flags: readonly string[], files: readonly string[]): Promise<string> => {
  const program = join(temporaryFolder(t), 'program');
  await compileAll(compiler, [...sanitizers, ...flags], files, program);
  return program;
};

/** Of init's parts, those that each program is made of. */
const programs: Readonly<Record<string, readonly string[]>> = {
  unit: initFiles()
    .map((file) => basename(file))
    .filter((name) => name.endsWith('.c') && name !== 'main.c'),
  messages: ['clock.c', 'descriptors.c', 'errand.c', 'say.c', 'write_now.c'],
};

for (const [compiler, tests] of ['gcc', 'clang'].filter(isInPath).flatMap((name) => Object.keys(programs).map((each) => [name, each] as const))) {
  test(`parts of init, ${tests}, ${compiler}`, whileCompiling, async (t) => {
    const parts = initParts(programs[tests] ?? []);
    const strict = ['-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
    const program = await compile(t, compiler, strict, [join(projectRoot, 'test', 'init', `${tests}.c`), ...parts]);
    for (const name of run(program, []).text.trim().split('\n')) {
      await t.test(name, () => {
        const { code, text } = run(program, [name]);
        assert.equal(code, 0, text);
      });
    }
  });
}

test('whatever a supervisor sends', whileCompiling, async (t) => {
  const seconds = process.env['TSINIT_FUZZ_SECONDS'] ?? '5';
  const corpus = seedCorpus(t);
  const names = [
    'clock',
    'launching',
    'link',
    'orders',
    'follow',
    'rights',
    'refusals',
    'runs',
    'spawn',
    'spawn_request',
    'pty',
    'hold',
    'descriptors',
    'errand',
    'listen',
    'socket_place',
    'walk',
    'tree',
    'copied_marks',
    'proc',
    'forward',
    'inbox',
    'holder',
    'terminal',
    'say',
    'signals',
    'write_now',
  ];
  const parts = initParts(names.map((name) => `${name}.c`));
  const files = [join(projectRoot, 'test', 'init', 'fuzz_frames.c'), ...parts];
  const hasFuzzer = isInPath('clang') && run('clang', ['-print-file-name=libclang_rt.fuzzer-x86_64.a']).text.trim() !== 'libclang_rt.fuzzer-x86_64.a';
  const [program, args] = hasFuzzer
    ? [
        await compile(t, 'clang', ['-fsanitize=fuzzer,address,undefined'], files),
        [`-max_total_time=${seconds}`, '-max_len=8192', '-print_final_stats=1', '-artifact_prefix=/tmp/', '/tmp', corpus],
      ]
    : [await compile(t, 'gcc', ['-fsanitize=address,undefined', '-DOWN_DRIVER'], files), [seconds, ...readdirSync(corpus).map((name) => join(corpus, name))]];
  const isolation = nowhere(t, [program, corpus]);
  if (isolation === null) return;
  const { code, text } = run(fixture('pid1'), [...isolation, '--', program, ...args]);
  assert.equal(code, 0, text.slice(-4000));
  assert.match(text, /Done \d+ runs/);
});

const seedCorpus = (t: TestContext): string => {
  const folder = join(temporaryFolder(t), 'corpus');
  mkdirSync(folder);
  for (const name of readdirSync(frames).filter((each) => each.endsWith('.hex'))) {
    writeFileSync(join(folder, name), Buffer.from(readFileSync(join(frames, name), 'latin1').replaceAll(/\s/g, ''), 'hex'));
  }
  return folder;
};
