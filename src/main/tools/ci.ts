/**
 * What `tsinit ci` says beside its programs: sections that a runner folds, the time line, the result, JUnit XML. Watches and decides nothing;
 * it begins when the first programs have been asked for, with what has become of them by then.
 */
import { activeClock } from '../../kernel/clock.ts';
import { writePlace } from '../../kernel/files/places.ts';
import type { PlaceNative } from '../../kernel/files/places.ts';
import { INITIAL_STATE } from '../../process/initial-state.ts';
import type { ProcessState } from '../../process/types.ts';
import { junitXml } from '../../world/ending/ci/junit.ts';
import { annotation, runnerOf, sectionBegin, sectionEnd } from '../../world/ending/ci/markers.ts';
import type { Section } from '../../world/ending/ci/markers.ts';
import { ciOutcome, testIndex } from '../../world/ending/ci/outcome.ts';
import { entriesBetween, timeLine } from '../../world/ending/ci/timeline.ts';
import type { TimeLineEntry } from '../../world/ending/ci/timeline.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World } from '../../world/types.ts';
import { lastLines, sayAtLast } from '../configuration/exit-report.ts';
import type { Follow } from '../beside.ts';
import { longestName } from '../configuration/reign.ts';

export const followCi: Follow = ({ native, engine, reign, environment, notice }) => {
  const runner = runnerOf(environment);
  const entries: TimeLineEntry[] = [];
  const readyAfterMs = new Map<string, number>();
  const seen = new Map<string, ProcessState>();
  let section: Section | null = null;

  const look = (world: World): void => {
    const nowMs = activeClock.nowMs();
    for (const [index, spec] of engine.plan().processes.entries()) {
      const name = fullName(spec);
      const [before, after] = [seen.get(name) ?? INITIAL_STATE, world.states[index] ?? INITIAL_STATE];
      if (before === after) continue;
      entries.push(...entriesBetween(name, before, after, nowMs));
      if (after.isReady && !readyAfterMs.has(name)) readyAfterMs.set(name, (after.name === 'EXITED' ? after.stoppedAtMs : nowMs) - after.startedAtMs);
      seen.set(name, after);
    }
  };

  const enter = (next: Section | null): void => {
    if (next === section) return;
    const wallMs = Date.now();
    const [end, begin] = [section === null ? '' : sectionEnd(runner, section, wallMs), next === null ? '' : sectionBegin(runner, next, wallMs)];
    section = next;
    if (end + begin !== '') reign.logs()?.print(end + begin, 'stderr');
    if (next === null) notice('info', 'all services are ready; the test command runs');
  };

  const follow = (): void => {
    look(engine.world());
    enter(sectionOf(engine.plan(), engine.world()));
  };

  engine.watch(follow);
  follow();

  return (world) => {
    look(world);
    const plan = engine.plan();
    const { decision, states } = world;
    const { ci } = plan.model;
    if (decision === null || ci === null) return;
    const outcome = ciOutcome(plan, states, decision);
    const startMs = Math.min(...entries.map(({ atMs }) => atMs));
    const durationMs = activeClock.nowMs() - startMs;
    const lines = [
      'what happened when, in seconds:',
      ...timeLine(entries, startMs),
      `${outcome.kind === 'passed' ? 'passed' : 'failed'}: ${outcome.why}; exit code ${outcome.code}`,
    ];
    const readBack = reign.logs()?.readBack ?? null;
    if (ci.junit !== null)
      lines.push(
        ...written(native, ci.junit, junitXml(plan, states, { outcome, durationMs, readyAfterMs, lastLinesOf: (index) => lastLines(plan, index, readBack) })),
      );
    const prefix = `${'tsinit'.padEnd(longestName(plan.model))} | `;
    const ends = section === null ? '' : sectionEnd(runner, section, Date.now());
    const text = lines.map((line) => `${prefix}${line}\n`).join('');
    try {
      sayAtLast(native, ends + text + (outcome.kind === 'passed' ? '' : annotation(runner, outcome.why)));
    } catch {
      // The exit code says the most important thing.
    }
  };
};

/** What is going on: null while the test command runs. */
const sectionOf = (plan: Plan, { phase, states }: World): Section | null => {
  if (phase !== 'running' && phase !== 'reloading') return 'stop';
  return (states[testIndex(plan)] ?? INITIAL_STATE).run === 0 ? 'services' : null;
};

/** A sentence when it could not be. */
const written = (native: PlaceNative, path: string, text: string): readonly string[] => {
  try {
    writePlace(native, path, text, 0o666);
    return [];
  } catch (error) {
    return [`cannot write the result to ${path}: ${error instanceof Error ? error.message : String(error)}`];
  }
};
