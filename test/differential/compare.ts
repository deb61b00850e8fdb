/**
 * Runs scenarios on supervisord and on tsinit in its personality, at the same time, and compares all that a user could see but for listed differences. Needs
 * Debian's package `supervisor` and root; says so and passes over when they are missing.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { ATTEMPTS, inAttempts } from './attempts.ts';
import { type Observation, observe } from './observe.ts';
import type { Scenario, Theme } from './scenario.ts';
import { SUPERVISORD, type Which, startServer } from './server.ts';

/** A scenario that waits in vain must end; a slow machine is no reason. */
const LIMIT_MS = 120_000;

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD)) return `there is no ${SUPERVISORD}: install the package \`supervisor\`, the oracle of this test`;
  return process.getuid?.() === 0 ? false : 'only root can make the users and namespaces of this test';
};

/** A part of a scenario's title: only those are run. */
const wanted = process.env['DIFFERENTIAL_ONLY'];

/** Of all parts together: hundreds of scenarios, each of which waits seconds for the real supervisord. */
const WHOLE_MS = 540_000;

/** One test with a part for each scenario; `atOnce` of them side by side. */
export const compareThemes = (title: string, themes: readonly Theme[], atOnce: number): void =>
  void test(title, { skip: missing(), concurrency: atOnce, timeout: WHOLE_MS }, async (context) => {
    const scenarios = themes.flatMap(({ name, scenarios: all }) => all.map((scenario) => ({ part: `${name}: ${scenario.name}`, scenario })));
    const chosen = scenarios.filter(({ part }) => wanted === undefined || part.includes(wanted));
    await Promise.all(
      chosen.map(({ part, scenario }) =>
        context.test(part, { timeout: (ATTEMPTS + 1) * LIMIT_MS }, (t) => inAttempts(part, () => compare(t, scenario), console.log)),
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
