/** All that the control interfaces may ask, made of what there is: engine, logs, configuration, init. Decides nothing. */
import type { ControlPort } from '../../control/port.ts';
import type { Engine } from '../../engine/engine.ts';
import { createReloads } from '../../engine/features/reloads.ts';
import type { Reports } from '../../engine/publish/reports.ts';
import { commandProblem } from '../../engine/spawn-refusal.ts';
import { signalNamed } from '../../kernel/descent.ts';
import { findCommand } from '../../kernel/files/command-file.ts';
import type { Inputs } from '../../kernel/inputs.ts';
import type { ActiveClock } from '../../kernel/active-clock.ts';
import { usedBy } from '../../kernel/control-groups/usage.ts';
import type { Moment } from '../../world/show/describe.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { groupViews, processViews } from '../../world/show/views.ts';
import type { GroupView } from '../../world/show/views.ts';
import { why } from '../../world/show/why.ts';
import type { GroupControl } from './control-groups.ts';
import type { LogControl } from './control-logs.ts';
import { createNextRun } from '../features/next-run.ts';

/** Put in by the build. */
declare const TSINIT_VERSION: string;

export type ControlPortParts = {
  readonly engine: Engine;
  readonly inputs: Pick<Inputs, 'write'>;
  readonly clock: ActiveClock;
  readonly initPid: number;
  readonly groups: GroupControl;
  readonly logs: LogControl;
  readonly notice: ControlPort['notice'];
  readonly reports: Pick<Reports, 'of' | 'onChange' | 'listen'>;
  readonly events: Pick<ControlPort, 'publish' | 'onEvent'>;
};

export const createControlPort = (parts: ControlPortParts): ControlPort => {
  const { engine, inputs, clock, events } = parts;
  const moment = momentOf(clock);
  const groupsOf = oncePerPlan(groupViews);
  const nextRun = createNextRun(engine);
  const reload = createReloads({ ...engine, clock, reports: parts.reports, signalNamed, notice: parts.notice });
  return {
    about: () => {
      const { model, signalsLikeSupervisord } = engine.plan();
      return {
        identifier: model.supervisor.identifier,
        version: typeof TSINIT_VERSION === 'string' ? TSINIT_VERSION : 'unbuilt',
        pid: parts.initPid,
        personality: signalsLikeSupervisord ? 'supervisord' : 'tsinit',
        hasSupervisorMethods: model.hasSupervisorMethods,
      };
    },
    phase: () => phaseOf(engine.world().phase),
    nowSeconds: () => Math.floor(Date.now() / 1000),
    processes: () => processViews(engine.plan(), engine.world(), moment(), parts.reports.of),
    groups: () => groupsOf(engine.plan()),
    onTransition: (listener) =>
      engine.watch((item) => {
        if (item.type === 'transition') listener(item.transition);
      }),
    onDetail: (listener) => {
      const endWatch = engine.watch((item) => {
        if (item.type === 'detail') listener(item.fullName);
      });
      const endReports = parts.reports.onChange((run) => {
        const spec = engine.plan().processes[engine.world().states.findIndex((state) => state.run === run)];
        if (spec !== undefined) listener(fullName(spec));
      });
      return () => {
        endWatch();
        endReports();
      };
    },
    startable: (index) => {
      const spec = engine.plan().processes[index];
      const request = engine.requestOf(index);
      if (spec === undefined || request === null) return { ok: false, fault: 'NO_FILE', text: 'there is no such process' };
      const problem = commandProblem(spec);
      return problem === undefined ? findCommand(request) : { ok: false, fault: 'NOT_EXECUTABLE', text: problem };
    },
    start: (targets) => engine.turn({ type: 'commandRequested', verb: 'start', targets }),
    stop: (targets) => engine.turn({ type: 'commandRequested', verb: 'stop', targets }),
    signal: (targets, signal) => engine.turn({ type: 'commandRequested', verb: 'signal', signal, targets }),
    reload: async (index) => new Promise((resolve) => reload(index, resolve)),
    writeInput: (index, bytes) => {
      const state = engine.world().states[index];
      return state === undefined || state.pid === 0 || state.name === 'STOPPING' ? 'notRunning' : inputs.write(state.run, bytes);
    },
    used: (pids) => usedBy(pids),
    why: (index) => why(engine.plan(), engine.world(), index, moment(), parts.reports.of(engine.world().states[index]?.run ?? 0), nextRun(index)),
    shutdown: (client) => engine.turn({ type: 'stopEverythingRequested', client }),
    restart: () => engine.turn({ type: 'restartEverythingRequested' }),
    notice: parts.notice,
    ...events,
    ...parts.groups,
    ...parts.logs,
  };
};

const phaseOf = (phase: ReturnType<Engine['world']>['phase']): ReturnType<ControlPort['phase']> =>
  phase === 'running' || phase === 'reloading' ? 'running' : phase === 'restarting' ? 'restarting' : 'stopping';

/** The wall clock beside the monotonic one. Told the same until somebody sets it: times of the past must not flicker by a second. */
const SET_CLOCK_MS = 100;

const momentOf = (clock: ActiveClock): (() => Moment) => {
  let wallOffsetMs = Date.now() - clock.nowMs();
  return () => {
    const nowMs = clock.nowMs();
    const offsetMs = Date.now() - nowMs;
    if (Math.abs(offsetMs - wallOffsetMs) > SET_CLOCK_MS) wallOffsetMs = offsetMs;
    return { nowMs, wallOffsetMs, frozenSinceMs: clock.frozenSinceMs };
  };
};

const oncePerPlan = (make: (plan: Plan) => readonly GroupView[]): ((plan: Plan) => readonly GroupView[]) => {
  let made: { readonly plan: Plan; readonly views: readonly GroupView[] } | null = null;
  return (plan) => {
    if (made?.plan !== plan) made = { plan, views: make(plan) };
    return made.views;
  };
};
