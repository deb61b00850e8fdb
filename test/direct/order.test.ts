/**
 * Signals, ends and stops of init in any order: direct mode, built under sanitizers and with its checks (TSINIT_CHECKS), never forgets a
 * reaping. What is random comes from a seed that is named when it fails.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { childrenOf, startContainer, temporaryFolder, until } from '../support/container.ts';
import { isInPath, projectRoot } from '../support/fixtures.ts';
import { compileAll, whileCompiling } from '../support/sanitized.ts';

const ROUNDS = 12;
const STEPS = 60;
const sources = join(projectRoot, 'src', 'init');
const flags = ['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-DTSINIT_CHECKS'];

/** Numbers from 0 to `below`, the same ones for the same seed. */
const random = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

/** Makes orphans that end at once or a little later, as fast as lines come; HUP and USR1 it ignores. */
const maker = [
  'trap "" HUP USR1 USR2 WINCH',
  'echo ready',
  'while read count; do ( i=0; while [ $i -lt $count ]; do (exec sleep 0.00$i) & i=$((i + 1)); done ) & done',
  'exec sleep infinity',
].join('\n');

test('the order of signals and exits', { ...whileCompiling, skip: !isInPath('gcc') && 'needs gcc' }, async (t) => {
  const program = join(temporaryFolder(t), 'init');
  const parts = readdirSync(sources).filter((name) => name.endsWith('.c'));
  await compileAll(
    'gcc',
    flags,
    parts.map((name) => join(sources, name)),
    program,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const seed = (Date.now() & 0xff_ffff) + round;
    await t.test(`seed ${seed}`, async (inner) => {
      const next = random(seed);
      const options = next(2) === 0 ? [] : ['--wait-all'];
      const counts = Array.from({ length: 12 }, () => next(8)).join('\n');
      const script = `{ ${maker}\n} <<'END'\n${counts}\nEND`;
      const env = { PATH: process.env['PATH'] ?? '', ASAN_OPTIONS: 'detect_leaks=0' };
      const container = await startContainer(inner, [program, ...options, '--stop-timeout', '5', '--', 'sh', '-c', script], { env });
      await container.stdout.line(/^ready$/);
      const kinds = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGSTOP', 'SIGCONT', 'SIGCHLD'] as const;
      for (let step = 0; step < STEPS; step++) {
        container.signal(kinds[next(kinds.length)] ?? 'SIGHUP');
        if (next(4) === 0) await new Promise((resolve) => void setImmediate(resolve));
      }
      container.signal('SIGCONT');
      await until(() => childrenOf(container).length === 1);
      container.signal('SIGTERM');
      if (next(2) === 0) container.signal('SIGCONT');
      assert.equal(await container.ended, 143);
      assert.deepEqual(container.stderr.lines, []);
    });
  }
});
