/**
 * The step of all processes together: who does what when. Pure: time and facts come in, a new world and effects go
 * out; the world is to be committed before the effects are performed, and their outcomes come back as events.
 */
import { assertNever } from '../base/assert-never.ts';
import { INITIAL_STATE } from '../process/initial-state.ts';
import { activate, activateByPrograms } from './triggers/activation.ts';
import { runCommand } from './command.ts';
import { applyToProcess, closeDraft, openDraft, say, type Draft } from './draft.ts';
import { requestStart, settleDependencies } from './dependencies.ts';
import { decideExit, finalExitCode, type Verdict } from './ending/exit-policy.ts';
import { killedLines, leftBehind, leftLines, type Leftover } from './stop/leftovers.ts';
import { fullName, type Plan } from './plan.ts';
import { advanceReload, beginReload, isReloading, requestRestart, resumeReload } from './reload.ts';
import { advanceShutdown, beginDraining, beginShutdown, finish, isUp, resumeShutdown, shutdownDeadlineReached } from './stop/shutdown.ts';
import { receiveSignal } from './signals.ts';
import type { World, WorldEvent, WorldResult } from './types.ts';
import { sayWaiting } from './stop/waves.ts';
import { beginStart, watchTheWhole } from './ending/whole.ts';

/** Nothing started yet. The engine's first event is startUp. */
export const createWorld = (plan: Plan): World => ({
  phase: 'running',
  states: plan.processes.map(() => INITIAL_STATE),
  nextRun: 1,
  decision: null,
  wave: 0,
  deadlineMs: null,
  leaving: [],
  startDeadlineMs: null,
  crashes: 0,
  crashesSinceMs: 0,
});

export const stepWorld = (plan: Plan, world: World, event: WorldEvent, nowMs: number): WorldResult => {
  // The exit has been asked for: nothing matters any more, but a successor has to ask for it again.
  if (world.phase === 'ended' && event.type !== 'resumed') return { world, effects: [], changes: [] };
  const draft = openDraft(plan, world, nowMs);
  apply(draft, event);
  activateByPrograms(draft);
  if (isUp(draft)) settleDependencies(draft);
  if (isUp(draft)) watchTheWhole(draft);
  if (draft.phase === 'running') applyExitPolicy(draft, event);
  else if (isReloading(draft)) advanceReload(draft);
  else advanceShutdown(draft);
  return closeDraft(draft);
};

/** The instant by which timePassed is due; null: nothing will happen by itself. */
export const nextDeadlineMs = (world: World): number | null => {
  let next = Math.min(world.deadlineMs ?? Number.POSITIVE_INFINITY, world.startDeadlineMs ?? Number.POSITIVE_INFINITY);
  for (const { deadlineMs } of world.states) if (deadlineMs !== null && deadlineMs < next) next = deadlineMs;
  return next === Number.POSITIVE_INFINITY ? null : next;
};

const apply = (draft: Draft, event: WorldEvent): void => {
  switch (event.type) {
    case 'startUp':
      beginStart(draft);
      return startProcesses(draft, draft.plan.processes.keys());
    case 'resumed':
      return isReloading(draft) ? resumeReload(draft) : resumeShutdown(draft);
    case 'process':
      return applyToProcess(draft, event.index, event.event);
    case 'timePassed':
      return fireTimers(draft);
    case 'signalReceived':
      return receiveSignal(draft, event);
    case 'commandRequested':
      return runCommand(draft, event);
    case 'activated':
      return activate(draft, event.targets, event.reason);
    case 'reloadBegun':
      return beginReload(draft, event.leaving, event.isWhole);
    case 'planChanged':
      return startProcesses(draft, event.fresh);
    case 'stopEverythingRequested':
      return requestStop(draft, event.client);
    case 'restartEverythingRequested':
      return requestRestart(draft);
    case 'outputDrained':
      if (draft.phase === 'draining') finish(draft);
      return;
    case 'killed':
      return tellKilled(draft, event);
    case 'swept':
      if (draft.phase === 'sweeping') endSweeping(draft, event.left ?? 0, event.named ?? []);
      return;
    default:
      return assertNever(event);
  }
};

/** As many as the exit report may name. */
const MOST_LEFT = 16;

/** Says what there was, and keeps it for the exit report of a stop of everything. */
const noteLeft = (draft: Draft, count: number, found: readonly Leftover[], linesOf: typeof leftLines): void => {
  const left = leftBehind(draft.plan, draft.states, found);
  for (const line of linesOf(left, count)) say(draft, draft.plan.signalsLikeSupervisord ? 'debug' : 'warn', line);
  if (draft.decision !== null) draft.left = [...draft.left, ...left].slice(0, MOST_LEFT);
};

const tellKilled = (draft: Draft, { run, count, named }: Extract<WorldEvent, { type: 'killed' }>): void =>
  noteLeft(
    draft,
    count,
    named.map(({ pid, name }) => ({ pid, name, run, wasKilled: true })),
    killedLines,
  );

const endSweeping = (draft: Draft, left: number, named: readonly Leftover[]): void => {
  noteLeft(draft, left, named, leftLines);
  if (draft.decision !== null && draft.decision.cause !== 'requested' && left > 0) draft.decision = { ...draft.decision, left };
  beginDraining(draft);
};

const requestStop = (draft: Draft, client: string | undefined): void => {
  if (!isUp(draft)) return;
  if (client !== undefined && !draft.plan.signalsLikeSupervisord) say(draft, 'warn', `stopping everything: a command of ${client}`);
  beginShutdown(draft, { cause: 'requested', atMs: draft.nowMs, by: client === undefined ? null : { kind: 'client', name: client } });
};

const startProcesses = (draft: Draft, indices: Iterable<number>): void =>
  requestStart(
    draft,
    [...indices].filter((index) => draft.plan.processes[index]?.autostart === true),
  );

const fireTimers = (draft: Draft): void => {
  for (const [index, { deadlineMs, run }] of draft.before.states.entries()) {
    if (deadlineMs !== null && deadlineMs <= draft.nowMs) applyToProcess(draft, index, { type: 'deadlineReached', run });
  }
  if (draft.deadlineMs !== null && draft.deadlineMs <= draft.nowMs) reachDeadline(draft);
};

const reachDeadline = (draft: Draft): void => {
  if (isReloading(draft)) sayWaiting(draft);
  else shutdownDeadlineReached(draft);
};

/** The policy looks at the states when they have changed; an autostart=false world may be over from the start. */
const applyExitPolicy = (draft: Draft, event: WorldEvent): void => {
  if (draft.states === draft.before.states && event.type !== 'startUp' && event.type !== 'resumed' && event.type !== 'planChanged') return;
  const verdict = decideExit(draft.plan, draft.states);
  if (verdict === null) return;
  const decision = { cause: 'policy', atMs: draft.nowMs, ...verdict } as const;
  say(draft, 'info', explain(draft, verdict, finalExitCode(draft.plan, draft.states, decision)));
  beginShutdown(draft, decision);
};

const explain = ({ plan }: Draft, { index, rule }: Verdict, code: number): string => {
  const spec = plan.processes[index];
  const why = spec === undefined ? 'every program has ended as expected' : `${fullName(spec)} has ended`;
  return `exiting with code ${code}: ${why} (${rule})`;
};
