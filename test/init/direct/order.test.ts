/**
 * Signals, ends and stops of init in any order: direct mode, built under sanitizers and with its checks (TSINIT_CHECKS), never forgets a
 * reaping. What is random comes from a seed that is named when it fails.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf, startContainer, until } from '../../support/container.ts';
import { debugInit, random, seeds, withCompiler } from '../../support/debug-init.ts';

const ROUNDS = 12;
const STEPS = 60;

/** Makes orphans that end at once or a little later, as fast as lines come; HUP and USR1 it ignores. */
const maker = [
  'trap "" HUP USR1 USR2 WINCH',
  'echo ready',
  'while read count; do ( i=0; while [ $i -lt $count ]; do (exec sleep 0.00$i) & i=$((i + 1)); done ) & done',
  'exec sleep infinity',
].join('\n');

const { file, env } = await debugInit();

test('the order of signals and exits', withCompiler, async (t) => {
  for (const seed of seeds(ROUNDS)) {
    await t.test(`seed ${seed}`, async (inner) => {
      const next = random(seed);
      const options = next(2) === 0 ? [] : ['--wait-all'];
      const counts = Array.from({ length: 12 }, () => next(8)).join('\n');
      const script = `{ ${maker}\n} <<'END'\n${counts}\nEND`;
      const container = await startContainer(inner, [file, ...options, '--stop-timeout', '5', '--', 'sh', '-c', script], { env });
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
