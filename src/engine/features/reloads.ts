/**
 * Has a program read its own configuration again: by a signal, or by a command beside it. A program with ready_on=notify says itself when it is
 * done; of any other nobody knows more than that it was told. A successor of the supervisor knows nothing of reloads: who waits is cut off.
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { ReloadSettings } from '../../config/model/service-model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import type { News } from '../news.ts';
import type { Reports } from '../publish/reports.ts';
import { taskProblem } from '../tasks.ts';
import type { StartedTask, TaskEnd, TaskRequest } from '../tasks.ts';

export type ReloadPorts = {
  readonly clock: Clock;
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly watch: News['watch'];
  readonly turn: (event: WorldEvent) => void;
  readonly startTask: (index: number, task: TaskRequest, done: (end: TaskEnd) => void) => StartedTask | null;
  readonly reports: Pick<Reports, 'of' | 'listen'>;
  /** To a process that a program has named by MAINPID; false: it is none of the run's (any more). */
  readonly signalNamed: (pid: number, ofRun: number, signal: number) => boolean;
  readonly notice: (level: 'info' | 'warn', text: string) => void;
};

/** Calls back with why it did not, or null. */
export type Reload = (index: number, done: (problem: string | null) => void) => void;

export const createReloads = (ports: ReloadPorts): Reload => {
  const busy = new Set<number>();
  return (index, done) => {
    const spec = ports.plan().processes[index];
    const state = ports.world().states[index];
    const reload = spec?.service.reload ?? null;
    if (spec === undefined || state === undefined || reload === null) return done('it has neither reload_command nor reload_signal');
    if (state.pid === 0) return done('it does not run');
    if (busy.has(state.run)) return done('it is being reloaded already');
    busy.add(state.run);
    ports.notice('info', `reloading: ${fullName(spec)} (${reload.kind === 'command' ? 'reload_command' : 'reload_signal'})`);
    reloadRun(ports, { index, run: state.run, pid: state.pid, spec, reload }, (problem) => {
      busy.delete(state.run);
      if (problem === null) ports.notice('info', `reloaded: ${fullName(spec)}`);
      else ports.notice('warn', `not reloaded: ${fullName(spec)} (${problem})`);
      done(problem);
    });
  };
};

type Target = { readonly index: number; readonly run: number; readonly pid: number; readonly spec: ProcessSpec; readonly reload: ReloadSettings };

const reloadRun = (ports: ReloadPorts, target: Target, done: (problem: string | null) => void): void => {
  const { clock, reports } = ports;
  const { run, spec, reload } = target;
  const ends: (() => void)[] = [];
  let isReady = spec.service.readyOn.kind !== 'notify';
  let isTold = false;
  let isOver = false;

  const finish = (problem: string | null): void => {
    if (isOver) return;
    isOver = true;
    for (const end of ends) end();
    done(problem);
  };
  const look = (): void => {
    if (isReady && isTold) finish(null);
  };
  const told = (problem: string | null): void => {
    isTold = true;
    if (problem === null) look();
    else finish(problem);
  };

  const listening = reports.listen((of, said) => {
    if (of !== run || !said.isReady) return;
    isReady = true;
    look();
  });
  const watching = ports.watch((item) => {
    if (item.type === 'transition' && item.transition.run === run && item.transition.to !== 'RUNNING') finish('it has ended before it was done');
  });
  ends.push(listening, watching);
  if (!isReady) ends.push(clock.at(clock.nowMs() + reload.timeoutMs, () => finish(`it has not said READY=1 within ${reload.timeoutMs / 1000} seconds`)));
  const stop = tell(ports, target, told);
  if (isOver) stop();
  else ends.push(stop);
};

/** Returns the way to give up. */
const tell = (ports: ReloadPorts, { index, run, pid, reload }: Target, told: (problem: string | null) => void): (() => void) => {
  const { mainPid } = ports.reports.of(run);
  switch (reload.kind) {
    case 'signal':
      if (mainPid === 0 || !ports.signalNamed(mainPid, pid, reload.signal)) {
        ports.turn({ type: 'commandRequested', verb: 'signal', signal: reload.signal, targets: [index] });
      }
      told(null);
      return () => {};
    case 'command': {
      const task = {
        name: 'reload_command',
        argv: reload.argv,
        timeoutMs: reload.timeoutMs,
        isHeard: true,
        variables: { MAINPID: String(mainPid === 0 ? pid : mainPid) },
      };
      const started = ports.startTask(index, task, (end) => {
        const problem = taskProblem(task, end);
        told(problem === null ? null : `reload_command: ${problem}`);
      });
      return () => started?.giveUp();
    }
  }
};
