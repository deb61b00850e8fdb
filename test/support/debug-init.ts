/** init built for tests: under sanitizers, and with the checks that a product does not have (TSINIT_CHECKS). It carries no supervisor. */
import { cached, contents } from '../../build/cached.ts';
import { isInPath } from './fixtures.ts';
import { compileAll, initFiles } from './sanitized.ts';

const flags = ['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-DTSINIT_CHECKS'];

export type DebugInit = { readonly file: string; readonly env: Readonly<Record<string, string>> };

/** Options of a test that uses it. */
export const withCompiler = { skip: isInPath('gcc') ? false : 'needs gcc' } as const;

/** Its path, and the environment that it runs in; without a compiler no path. Built once for all test files, outside of the time of a test. */
export const debugInit = async (): Promise<DebugInit> => {
  const env = { PATH: process.env['PATH'] ?? '', ASAN_OPTIONS: 'detect_leaks=0' };
  if (!isInPath('gcc')) return { file: '', env };
  const files = initFiles();
  const parts = files.filter((name) => name.endsWith('.c'));
  const file = await cached('debug-init', [...flags, ...files, ...contents(files)], (path) => compileAll('gcc', flags, parts, path));
  return { file, env };
};

/** Numbers from 0 to `below`, the same ones for the same seed. */
export const random = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

/** A seed for each round; a test names it, so that a failure can be played again. */
export const seeds = (rounds: number): readonly number[] => Array.from({ length: rounds }, (_, round) => (Date.now() & 0xff_ffff) + round);
