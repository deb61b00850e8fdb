/**
 * Signals, ends, stops of init and deaths of its supervisor in any order: supervise mode, built under sanitizers and with its checks
 * (TSINIT_CHECKS), never forgets a reaping. What is random comes from a seed that is named when it fails.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { childrenOf, temporaryFolder, until } from '../../support/container.ts';
import { debugInit, random, seeds, withCompiler } from '../../support/debug-init.ts';
import { converse } from '../../support/fake-supervisor.ts';

const ROUNDS = 8;
const STEPS = 60;
/** One more, and init waits before it starts the next one. */
const MOST_CRASHES = 3;

/** Orphans that end at once or a little later; the program itself ends first, in the middle, or last. */
const MAKER = 'i=0; while [ $i -lt $1 ]; do (exec sleep 0.00$i &); i=$((i + 1)); done; exec sleep 0.00$2\n';

const { file, env } = await debugInit();

test('the order of signals, exits and supervisors', withCompiler, async (t) => {
  const maker = join(temporaryFolder(t), 'maker');
  writeFileSync(maker, MAKER);
  for (const seed of seeds(ROUNDS)) {
    await t.test(`seed ${seed}`, { timeout: 60_000 }, async (inner) => {
      const next = random(seed);
      const { container, tell, line, end } = await converse(inner, { file, env });
      const kinds = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGSTOP', 'SIGCONT', 'SIGCHLD'] as const;
      tell('ready');
      let [runs, crashes] = [0, 0];
      for (let step = 0; step < STEPS; step++) {
        const kind = next(10);
        if (kind < 6) container.signal(kinds[next(kinds.length)] ?? 'SIGHUP');
        else if (kind < 9) tell(`spawn ${++runs} -- /bin/sh ${maker} ${next(8)} ${next(10)}`);
        else if (crashes < MOST_CRASHES && next(3) === 0) {
          crashes += 1;
          tell('crash 9');
          tell('ready');
        }
        if (next(4) === 0) await new Promise((resolve) => void setImmediate(resolve));
      }
      container.signal('SIGCONT');
      for (let run = 1; run <= runs; run++) await line(new RegExp(`^(EXITED ${run} |RUN ${run} .* exited=1 )`));
      await until(() => childrenOf(container).length === 1);
      if (next(2) === 0) container.signal('SIGSTOP');
      container.signal('SIGCONT');
      assert.equal(await end(4), 4);
      assert.doesNotMatch(container.stderr.text(), /internal error|Sanitizer|runtime error/);
    });
  }
});
