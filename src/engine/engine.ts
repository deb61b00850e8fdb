/**
 * The only place that sees both a decision and an act: event -> step -> commit -> memo -> perform effects. One queue, in order;
 * what happens because of an effect comes back as another event. Keeps the one timer that the world asks for.
 */
import type { KernelEvent, KnownRun, SpawnRequest } from '../kernel/kernel.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import { fullName, nameAt, type Plan } from '../world/plan.ts';
import type { Restored } from '../world/restore.ts';
import type { NoticeLevel } from '../process/types.ts';
import type { World, WorldEffect, WorldEvent } from '../world/types.ts';
import { movedEvent, obstacleTo, planChange, replan, type Obstacle } from '../world/replan.ts';
import { nextDeadlineMs, stepWorld } from '../world/world.ts';
import { createAlarm } from './alarm.ts';
import { createHooks } from './features/hooks.ts';
import { createKernelEvents, explainedEnd } from './kernel-events.ts';
import { createNews } from './news.ts';
import type { News } from './news.ts';
import { createPidFiles } from './features/pid-files.ts';
import type { EnginePorts, EngineStart } from './ports.ts';
import { askedFor } from './publish/repeats.ts';
import { createRuns } from './runs.ts';
import { createTasks } from './tasks.ts';
import type { StartedTask, TaskEnd, TaskRequest } from './tasks.ts';

export type Engine = {
  /** To be followed by the kernel's flush(), as init's socket does at the end of each turn. */
  readonly dispatch: (event: WorldEvent) => void;
  /** An event that does not come from init's socket: nobody else sends what it brings about. */
  readonly turn: (event: WorldEvent) => void;
  /** Whatever `ready_on` says has come for this run. */
  readonly reportReady: (run: number) => void;
  /** A command beside the program with this index, given what that is given. */
  readonly startTask: (index: number, task: TaskRequest, done: (end: TaskEnd) => void) => StartedTask | null;
  /** A command of tsinit's own. */
  readonly startOwnTask: (task: TaskRequest, done: (end: TaskEnd) => void) => void;
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly watch: News['watch'];
  /** What a start of the process would ask of init. */
  readonly requestOf: (index: number) => SpawnRequest | null;
  readonly watchPlans: News['watchPlans'];
  readonly onKernelEvent: (event: KernelEvent) => void;
  /** What would keep another plan from taking over at once. */
  readonly obstacleTo: (to: Plan) => Obstacle | null;
  /** Another plan at once, to which there is no obstacle, and which the configuration port has prepared. */
  readonly takePlan: (to: Plan) => void;
  /** A successor's start: the runs that init knows get their readers back, then what was missed is caught up with.
   *  `processOf` names the process of a run that is over and was still being read. */
  readonly adopt: (runs: readonly KnownRun[], restored: Restored, processOf: (run: number) => number | null) => void;
};

type Notice = Extract<WorldEffect, { readonly type: 'notice' }>;

export const createEngine = (start: EngineStart, ports: EnginePorts): Engine => {
  const { environment, hasTerminal, limits, terminals } = start;
  const { kernel, clock, output, blackBox, configuration, notifications, confinement } = ports;
  const queue: WorldEvent[] = [];
  /** `about`: named when it is pushed, for another plan may count when it is said. */
  const notices: { readonly level: NoticeLevel; readonly text: string; readonly about: string | undefined }[] = [];
  let plan = start.plan;
  /** Read and good; takes over as soon as what it does not go on with is down. */
  let next = start.next ?? null;
  let world = start.world;
  let busy = false;
  const news = createNews();

  const sayInfo = (text: string): void => void notices.push({ level: 'info', text, about: undefined });
  const shared = {
    plan: () => plan,
    world: () => world,
    dispatch: (event: WorldEvent): void => dispatch(event),
    warn: (text: string, spec: ProcessSpec): void => output.notice('warn', text, fullName(spec)),
  };
  const pidFiles = createPidFiles({ ...shared, read: ports.readPidFile, kernel, clock, indexOf: (run) => runs.indexOf(run) });
  const runs = createRuns(plan, () => world, { ...shared, pidFiles, kernel, output, notifications, confinement, environment, limits, terminals, sayInfo });

  const tasks = createTasks({ kernel, clock, lastRun: start.lastTaskRun, warn: (text, about) => output.notice('warn', text, about) });
  const startTask: Engine['startTask'] = (index, task, done) => {
    const like = runs.requestOf(index, 0);
    const spec = plan.processes[index];
    return like === null || spec === undefined ? null : tasks.start(like, { ...task, name: `${task.name} of ${fullName(spec)}`, about: fullName(spec) }, done);
  };
  const hooks = createHooks({
    ...shared,
    nowMs: clock.nowMs,
    at: clock.at,
    flush: kernel.flush,
    startTask,
    isClear: tasks.isClear,
    whenClear: tasks.whenClear,
  });

  blackBox.save(null, world);

  const perform = (effect: Exclude<WorldEffect, Notice>): void => {
    switch (effect.type) {
      case 'spawn':
        hooks.beforeSpawn(effect.index, effect.run, (index) => runs.spawn(index, effect.run));
        return;
      case 'signal':
        if (effect.isStop === true) hooks.beforeStopSignal(effect.index, () => runs.perform(effect));
        else runs.perform(effect);
        return;
      case 'cancel':
      case 'release':
        runs.perform(effect);
        return;
      case 'forward':
        if (effect.isCaught) kernel.forward(effect.signal, effect.runs);
        else for (const run of effect.runs) kernel.kill(run, effect.signal, 'group');
        return;
      case 'reload': {
        sayNotices();
        const read = configuration.readNext();
        if (read !== null) beginReload(read, effect.isWhole);
        return;
      }
      case 'changePlan':
        if (next !== null) changePlan(next);
        return;
      case 'reopenLogs':
        sayNotices(); // the request still stands in the file that is let go
        output.reopen();
        return;
      case 'announceStop':
        next = null;
        configuration.abandonNext();
        output.sumUp(null);
        kernel.stopping();
        return;
      case 'drain':
        drain(world.deadlineMs ?? clock.nowMs());
        return;
      case 'sweep':
        kernel.sweep(effect.graceMs);
        return;
      case 'exit':
        configuration.ending(world, effect.code);
        kernel.exit(effect.code, !plan.model.supervisor.leavesNothing);
        return;
    }
  };

  /** Output that has come to its deadline is not drained: the world is told of the time instead. */
  const drain = (untilMs: number): void => output.drain(untilMs, () => turn({ type: clock.nowMs() < untilMs ? 'outputDrained' : 'timePassed' }));

  const beginReload = (read: Plan, isWhole: boolean): void => {
    next = read;
    const { leaving, summary } = planChange(plan, read, isWhole);
    summary.forEach(sayInfo);
    dispatch({ type: 'reloadBegun', leaving, isWhole });
  };

  /** From here on another plan's indices count. What it starts is decided before it counts, so that a successor finds it decided. */
  const changePlan = (to: Plan): void => {
    const { world: carried, moved, fresh } = replan(plan, world, to);
    const result = stepWorld(to, carried, { type: 'planChanged', fresh }, clock.nowMs());
    news.notePlan({ from: plan, to, isWhole: world.phase === 'restarting' });
    news.note([{ type: 'phase', from: world.phase, to: carried.phase }, ...result.changes]);
    blackBox.replace(result.world);
    [plan, next, world] = [to, null, result.world];
    queue.push(...queue.splice(0).flatMap((event) => movedEvent(event, moved) ?? []));
    runs.renumber(plan, moved);
    sayNotices();
    configuration.changed(plan);
    performAll(result.effects);
  };

  const takePlan: Engine['takePlan'] = (to) => {
    const wasBusy = busy;
    busy = true;
    // What differs is at rest already. It begins anew in the next plan, as after a reload.
    world = { ...world, leaving: planChange(plan, to, false).leaving };
    changePlan(to);
    busy = wasBusy;
    serve();
    kernel.flush();
  };

  /** What is done goes ahead of what is said about it: a signal does not wait for a line on the terminal. */
  const sayNotices = (): void => {
    if (notices.length === 0) return;
    kernel.flush();
    for (const { level, text, about } of notices.splice(0)) output.notice(level, text, about);
  };

  const performAll = (effects: readonly WorldEffect[]): void => {
    const decided = plan;
    for (const effect of effects) {
      // Nothing is said any more once init has been asked to exit, which ends us at once; what is written out is what has been said.
      if (effect.type === 'exit' || effect.type === 'drain') sayNotices();
      if (effect.type === 'notice') notices.push({ level: effect.level, text: effect.text, about: nameAt(decided, effect.index) });
      else perform(effect);
    }
  };

  const dispatch = (event: WorldEvent): void => {
    queue.push(event);
    serve();
  };

  const serve = (): void => {
    if (busy) return;
    busy = true;
    for (let first = queue.shift(); first !== undefined; first = queue.shift()) {
      output.sumUp(askedFor(plan, first));
      const result = stepWorld(plan, world, first, clock.nowMs());
      blackBox.save(world, result.world);
      world = result.world;
      news.note(result.changes);
      hooks.onChanges(result.changes);
      performAll(result.effects);
    }
    busy = false;
    sayNotices();
    setAlarm(nextDeadlineMs(world));
    news.tell();
  };

  const turn = (event: WorldEvent): void => {
    dispatch(event);
    kernel.flush();
  };

  const setAlarm = createAlarm(clock, () => turn({ type: 'timePassed' }));

  const onKernelEvent = createKernelEvents({ runs, pidFiles, tasks, hooks, plan: () => plan, world: () => world, confinement, hasTerminal, dispatch });

  const adopt: Engine['adopt'] = (known, restored, processOf) => {
    runs.adopt(known, processOf);
    for (const { run } of known) pidFiles.adopt(run);
    for (const effect of restored.effects) {
      if (effect.type === 'abandon') tasks.abandon(effect);
      else runs.perform(effect);
    }
    for (const event of restored.events) {
      const tell = (): void => dispatch(explainedEnd(event, plan, confinement));
      if (event.type !== 'process' || event.event.type !== 'exited' || !pidFiles.holdEnd(event.event, tell)) tell();
    }
  };

  const reportReady = (run: number): void => {
    const index = runs.indexOf(run);
    if (index !== null) turn({ type: 'process', index, event: { type: 'readinessReported', run } });
  };

  return {
    dispatch,
    turn,
    reportReady,
    startTask,
    startOwnTask: (task, done) => void tasks.start(runs.ownRequest(), task, done),
    onKernelEvent,
    obstacleTo: (to) => obstacleTo(plan, world, to),
    takePlan,
    adopt,
    watch: news.watch,
    requestOf: (index) => runs.requestOf(index, 0),
    watchPlans: news.watchPlans,
    plan: () => plan,
    world: () => world,
  };
};
