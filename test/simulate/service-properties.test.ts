/**
 * What is promised of every container, whatever its programs do: nobody runs before what it depends on, a stop of everything ends within its window,
 * and the end comes if and only if the configuration says so, with the code that it says. The promises are written down here once more, in the
 * words of the documentation, and held against random lives.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPaced } from '../../src/process/pace.ts';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import type { ProcessState } from '../../src/process/types.ts';
import { decodeWorldMemo, encodeWorldMemo, WORLD_MEMO_BYTES } from '../../src/world/memo.ts';
import type { Plan, PlannedDependency } from '../../src/world/plan.ts';
import { restoreWorld } from '../../src/world/restore.ts';
import type { Decision, World, WorldChange } from '../../src/world/types.ts';
import { createWorld } from '../../src/world/world.ts';
import { createMachine, type Machine } from '../../src/simulate/machine.ts';
import type { Observer } from '../../src/simulate/script.ts';
import { planOfLife, serviceLife, type ServiceLife } from './service-lives.ts';

const RUNS = { numRuns: 600, seed: 20_261_121 } as const;

const isExpected = ({ exitCodes }: ProcessSpec, { exit }: ProcessState): boolean => exit !== null && exit.signal === null && exitCodes.includes(exit.code);
const isDone = (spec: ProcessSpec, state: ProcessState): boolean => state.name === 'EXITED' && !state.lingering && isExpected(spec, state);
const isOver = (state: ProcessState): boolean => !state.isHeld && !state.lingering && (state.name === 'FATAL' || state.name === 'EXITED');
const isAtRest = (state: ProcessState): boolean => isOver(state) || (!state.isHeld && !state.lingering && state.name === 'STOPPED');
const hasFailed = (spec: ProcessSpec, state: ProcessState): boolean => isOver(state) && !isDone(spec, state);

const conditionHolds = (plan: Plan, dependant: ProcessSpec, states: readonly ProcessState[], { index, condition, isSoft }: PlannedDependency): boolean => {
  const spec = plan.processes[index] as ProcessSpec;
  const state = states[index] as ProcessState;
  if (isDone(spec, state)) return true;
  if (condition === 'started' && state.name === 'RUNNING') return true;
  if (condition === 'ready' && state.isReady) return true;
  if (isSoft && isAtRest(state)) return true;
  return dependant.service.onDependencyFailure === 'ignore' && hasFailed(spec, state);
};

/** States that a start by somebody's wish leads out of; from all others a program comes back by itself. */
const isStartedByWish = (before: ProcessState): boolean => isAtRest(before) || before.isHeld;

const watchStarts = (plan: Plan, before: World, after: World): void => {
  for (const [index, spec] of plan.processes.entries()) {
    const [old, now] = [before.states[index] as ProcessState, after.states[index] as ProcessState];
    if (now.run === old.run || !isStartedByWish(old)) continue;
    for (const needed of plan.dependencies[index] ?? []) {
      const isGood = conditionHolds(plan, spec, after.states, needed) || conditionHolds(plan, spec, before.states, needed);
      assert.ok(isGood, `${spec.name} starts before ${needed.name}`);
    }
  }
  const { parallelStart } = plan.model.supervisor;
  const starting = (world: World): number => world.states.filter(({ name }) => name === 'STARTING').length;
  const hasNewStart = plan.processes.some((_, index) => before.states[index]?.isHeld === true && after.states[index]?.name === 'STARTING');
  if (parallelStart > 0 && hasNewStart) assert.ok(starting(after) <= parallelStart, `${starting(after)} are STARTING`);
};

/** The states at the moment of the decision: what the step did before it. */
const statesAtDecision = (before: World, changes: readonly WorldChange[]): readonly ProcessState[] => {
  const states = [...before.states];
  for (const change of changes) {
    if (change.type === 'phase') break;
    if (change.type === 'state') states[change.index] = change.to;
  }
  return states;
};

const shellCode = ({ exit }: ProcessState): number => (exit === null ? 0 : exit.signal === null ? exit.code : 128 + exit.signal);
const codeOf = (spec: ProcessSpec, state: ProcessState): number => (hasFailed(spec, state) ? shellCode(state) || 1 : shellCode(state));

type Said = { readonly index: number; readonly code: number };

/** Who decides, by the table in docs/decisions/0002-exit-codes.md; null: everything goes on. */
const policySays = ({ model, processes }: Plan, states: readonly ProcessState[]): Said | null => {
  const over = states.flatMap((state, index) => {
    const spec = processes[index] as ProcessSpec;
    return isOver(state) ? [{ index, spec, state, isFailed: hasFailed(spec, state) }] : [];
  });
  over.sort((a, b) => a.state.stoppedAtMs - b.state.stoppedAtMs || a.index - b.index);
  const by = (found: (typeof over)[number] | undefined): Said | null =>
    found === undefined ? null : { index: found.index, code: codeOf(found.spec, found.state) };
  const own = by(over.find(({ spec, isFailed }) => (isFailed ? spec.service.onFailure === 'stop-all' : spec.service.successStopsAll)));
  if (own !== null) return own;
  const allOver = (): Said | null => {
    const isAllOver = states.every((state) => isOver(state) || (!model.hasControl && isAtRest(state)));
    return isAllOver ? (by(over.find(({ spec, isFailed }) => isFailed && spec.service.onFailure !== 'ignore')) ?? { index: -1, code: 0 }) : null;
  };
  switch (model.supervisor.exitPolicy) {
    case 'never':
      return null;
    case 'any':
      return by(over.find(({ spec, isFailed }) => isFailed || !spec.service.isOneshot)) ?? allOver();
    case 'essential':
      return by(over.find(({ spec }) => spec.essential));
    case 'all':
      return allOver();
  }
};

/** The code of a stop that was asked for. */
const codeOfStop = ({ model, processes }: Plan, states: readonly ProcessState[], beganAtMs: number): number => {
  const { exitPolicy } = model.supervisor;
  if (exitPolicy === 'never') return 0;
  const bad = states.flatMap((state, index) => {
    const spec = processes[index] as ProcessSpec;
    const counts = (exitPolicy !== 'essential' || spec.essential) && spec.service.onFailure !== 'ignore';
    const wasTold = state.name === 'STOPPED' || state.stoppedAtMs >= beganAtMs;
    const obeyed = state.exit?.signal === spec.stopSignal || [0, 128 + spec.stopSignal].includes(shellCode(state));
    const isFine =
      state.exit === null || (isExpected(spec, state) && state.name !== 'FATAL') || (wasTold ? obeyed || isExpected(spec, state) : !hasFailed(spec, state));
    // What is left of a program had to be killed.
    const code = isFine ? 137 : shellCode(state) || 1;
    return counts && (!isFine || state.killed) ? [{ atMs: state.stoppedAtMs, index, code }] : [];
  });
  bad.sort((a, b) => a.atMs - b.atMs || a.index - b.index);
  return bad[0]?.code ?? 0;
};

const isMissing = (spec: ProcessSpec, state: ProcessState): boolean =>
  state.wish === 'up' && !state.isReady && !(state.name === 'EXITED' && isExpected(spec, state));

const isFailure = ({ from, to, spec }: Extract<WorldChange, { readonly type: 'state' }>): boolean =>
  spec.service.onFailure !== 'ignore' &&
  ((to.name === 'EXITED' && !isExpected(spec, to)) || (['STARTING', 'STOPPING'].includes(from.name) && ['BACKOFF', 'FATAL'].includes(to.name)));

/** Everything that is watched in one life. */
const guard = (plan: Plan) => {
  const { supervisor } = plan.model;
  const exits: { readonly atMs: number; readonly code: number }[] = [];
  const unsignalled = new Set<number>();
  let failures: number[] = [];
  let wasUp = supervisor.startTimeoutMs === 0;
  let expected: number | null = null;
  /** At the decision. */
  let decisive: readonly ProcessState[] = [];

  const judgeDecision = (nowMs: number, decision: Decision, after: World): void => {
    // What is no change of a name (nobody waits any more, a stop ends what lingers) may have come before the decision or behind it. What only
    // waits for its next start is no end, unless nothing else was.
    const settledBut = (isLeftAlone: (state: ProcessState) => boolean) =>
      decisive.map((state, index): ProcessState => {
        const { name, lingering, isHeld } = after.states[index] as ProcessState;
        return name === state.name && !isLeftAlone(state) ? { ...state, lingering, isHeld } : state;
      });
    const said =
      policySays(plan, decisive) ??
      policySays(plan, settledBut(isPaced)) ??
      policySays(
        plan,
        settledBut(() => false),
      );
    switch (decision.cause) {
      case 'requested':
        return;
      case 'policy':
        assert.deepEqual({ index: decision.index, code: decision.code }, said, 'the policy says who decides, with which code');
        expected = said?.code ?? null;
        return;
      case 'crashBudget':
        assert.ok(supervisor.crashBudget !== null && failures.length > supervisor.crashBudget.count, 'the budget is spent');
        expected = 69;
        return;
      case 'startTimeout':
        assert.ok(!wasUp && nowMs >= supervisor.startTimeoutMs, 'the time of the start is over');
        expected = 75;
    }
  };

  const countFailures = (nowMs: number, before: World, changes: readonly WorldChange[]): void => {
    if (before.decision !== null) return;
    for (const change of changes) {
      if (change.type === 'phase') break;
      if (change.type !== 'state' || !isFailure(change)) continue;
      const isNewPeriod = nowMs - (failures[0] ?? Number.NEGATIVE_INFINITY) >= (supervisor.crashBudget?.periodMs ?? 0);
      failures = isNewPeriod ? [nowMs] : [...failures, nowMs];
    }
    decisive = statesAtDecision(before, changes);
  };

  const observer: Observer = {
    onEvent: (_, event) => {
      if (event.type === 'process' && event.event.type === 'exited') unsignalled.delete(event.event.run);
    },
    onWorld: (nowMs, before, after, changes) => {
      countFailures(nowMs, before, changes);
      watchStarts(plan, before, after);
      if (before.decision === null && after.decision !== null) {
        for (const { run, pid, name } of decisive) if (pid !== 0 && name !== 'STOPPING') unsignalled.add(run);
        judgeDecision(nowMs, after.decision, after);
      }
      if (after.decision !== null) return;
      assert.equal(policySays(plan, after.states), null, `at ${nowMs} the policy says exit, and we run on`);
      wasUp ||= plan.processes.every((spec, index) => !isMissing(spec, after.states[index] as ProcessState));
      assert.ok(wasUp || nowMs < supervisor.startTimeoutMs, 'the time of the start is over, and we run on');
      assert.ok(supervisor.crashBudget === null || failures.length <= supervisor.crashBudget.count, 'the budget is spent, and we run on');
    },
    onEffect: (nowMs, effect) => {
      if (effect.type === 'signal') unsignalled.delete(effect.run);
      if (effect.type === 'exit') exits.push({ atMs: nowMs, code: effect.code });
    },
  };
  return { observer, exits, unsignalled, expected: () => expected };
};

/** While nobody listens: what init had been asked for before has happened. */
const DEAF_MS = 2;

/** Through the black box, byte by byte. */
const takeOver = (machine: Machine): void => {
  const { states, ...header } = machine.world();
  const view = new DataView(new ArrayBuffer(WORLD_MEMO_BYTES));
  encodeWorldMemo(header, view, 0);
  const kept = decodeWorldMemo(view, 0);
  assert.ok(kept !== null);
  const restored = restoreWorld(machine.plan, kept, states, machine.knownRuns(), kept.nextRun - 1);
  machine.replaceWorld(restored.world);
  for (const effect of restored.effects) if (effect.type === 'release' || effect.type === 'signal') machine.perform({ ...effect, index: 0 });
  for (const event of restored.events) machine.feed(event);
};

const TERM = { type: 'signalReceived', signal: 15, hasTerminal: false, sender: { pid: -1, uid: 0 } } as const;

const live = (given: ServiceLife) => {
  const { plan, scripts } = planOfLife(given);
  const watched = guard(plan);
  const machine = createMachine(plan, createWorld(plan), scripts, watched.observer);
  machine.feed({ type: 'startUp' });
  for (const [atMs, event] of given.events) machine.schedule(atMs, event);
  machine.schedule(given.stopAtMs, TERM);
  return { plan, machine, ...watched };
};

test('nobody runs before what it depends on, and the end comes if and only if the configuration says so, with the code that it says', () => {
  fc.assert(
    fc.property(serviceLife, (given) => {
      const { plan, machine, exits, expected } = live(given);
      machine.run(400_000);
      const { decision, phase, states } = machine.world();
      assert.equal(phase, 'ended');
      assert.ok(decision !== null);
      assert.equal(exits.length, 1);
      const code = decision.cause === 'requested' ? codeOfStop(plan, states, decision.atMs) : expected();
      assert.equal(exits[0]?.code, code);
    }),
    RUNS,
  );
});

test('every stop of everything ends within its window, every program has got its signal, supervisors may die', () => {
  fc.assert(
    fc.property(serviceLife, (given) => {
      const { plan, machine, exits, unsignalled } = live(given);
      for (const atMs of given.takeovers.toSorted((a, b) => a - b)) {
        machine.run(atMs);
        if (exits.length > 0) break;
        machine.setDeaf(true);
        machine.run(machine.nowMs() + DEAF_MS);
        machine.setDeaf(false);
        takeOver(machine);
        // init keeps a signal for whoever comes.
        if (machine.nowMs() >= given.stopAtMs) machine.feed(TERM);
      }
      machine.run(400_000);
      const { decision } = machine.world();
      assert.ok(decision !== null && exits[0] !== undefined);
      const { stopWindowMs } = plan.model.supervisor;
      const tookMs = exits[0].atMs - decision.atMs;
      assert.ok(stopWindowMs === null || tookMs <= stopWindowMs, `${tookMs} of ${String(stopWindowMs)} ms`);
      assert.equal(unsignalled.size, 0, 'everybody has been told');
    }),
    RUNS,
  );
});
