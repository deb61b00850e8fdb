/**
 * The supervisord personality against supervisord itself: every scenario runs on both, at the same time, and all that a
 * user could see must be the same but for listed differences. Needs Debian's package `supervisor` and root; says so and
 * passes over when they are missing. Scenarios mostly wait, so many run side by side.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { ATTEMPTS, inAttempts } from './attempts.ts';
import { type Observation, observe } from './observe.ts';
import type { Scenario } from './scenario.ts';
import { SUPERVISORD, type Which, startServer } from './server.ts';
import { THEMES } from './themes.ts';

const AT_ONCE = 12;
/** A scenario that waits in vain must end; a slow machine is no reason. */
const LIMIT_MS = 60_000;

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD)) return `there is no ${SUPERVISORD}: install the package \`supervisor\`, the oracle of this test`;
  return process.getuid?.() === 0 ? false : 'only root can make the users and namespaces of this test';
};

const wanted = process.env['DIFFERENTIAL_ONLY'];

test('tsinit as supervisord does what supervisord does', { skip: missing(), concurrency: AT_ONCE }, async (context) => {
  const scenarios = THEMES.flatMap(({ name, scenarios: all }) => all.map((scenario) => ({ title: `${name}: ${scenario.name}`, scenario })));
  const chosen = scenarios.filter(({ title }) => wanted === undefined || title.includes(wanted));
  await Promise.all(
    chosen.map(({ title, scenario }) =>
      context.test(title, { timeout: (ATTEMPTS + 1) * LIMIT_MS }, (t) => inAttempts(title, () => compare(t, scenario), console.log)),
    ),
  );
});

const compare = async (t: TestContext, scenario: Scenario): Promise<void> => {
  const both = [run(t, 'supervisord', scenario), run(t, 'tsinit', scenario)] as const;
  await Promise.allSettled(both); // a second attempt must not run beside the first
  const [supervisord, ours] = await Promise.all(both);
  let expected = supervisord;
  for (const { id, edit } of scenario.differs ?? []) {
    const edited = edit(expected);
    assert.notDeepEqual(edited, expected, `the listed difference ${id} does not show in this scenario`);
    expected = edited;
  }
  assert.deepEqual(ours, expected);
};

/** Every wait ends with the container, so a container that is killed ends them all. */
const run = async (t: TestContext, which: Which, scenario: Scenario): Promise<Observation> => {
  const server = await startServer(t, which, scenario);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    server.end();
  }, LIMIT_MS);
  let done = 0;
  try {
    for (const step of scenario.steps ?? []) {
      await step(server);
      done++;
    }
    if (scenario.end !== 'by itself') server.stop();
    const code = await server.container.ended;
    if (isLate) throw new Error(`${which} did not end`);
    return observe(server, scenario, code);
  } catch (error) {
    const wrote = `${server.container.stdout.text()}\n${server.container.stderr.text()}`;
    throw new Error(`${which} stood at step ${done + 1}${isLate ? ` after ${LIMIT_MS} ms` : ''}; it wrote:\n${wrote}`, { cause: error });
  } finally {
    clearTimeout(limit);
  }
};
