/** Plays a scenario: the machine, what the scenario says at which time, the report. */
import type { ProcessState } from '../process/types.ts';
import type { Plan } from '../world/plan.ts';
import { createWorld } from '../world/world.ts';
import { indicesOf } from './cast.ts';
import { createMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { createReport } from './report.ts';
import type { Happening, Scenario } from './scenario.ts';
import type { Scripts } from './script.ts';

export type Life = { readonly lines: readonly string[] /** Null: it was not over. */; readonly exitCode: number | null };

export const playLife = (plan: Plan, scripts: Scripts, { happenings, untilMs }: Scenario): Life => {
  const report = createReport(plan);
  const machine = createMachine(plan, createWorld(plan), scripts, report.observer);
  for (const { atMs, what, text } of happenings) {
    machine.at(atMs, () => {
      report.note(machine.nowMs(), text);
      happen(machine, what);
    });
  }
  machine.feed({ type: 'startUp' });
  machine.run(untilMs);
  return { lines: report.lines, exitCode: report.exitCode() };
};

const happen = (machine: Machine, what: Happening): void => {
  if (what.kind === 'signal') return machine.feed({ type: 'signalReceived', signal: what.signal, hasTerminal: false });
  const targets = indicesOf(machine.plan, what.name);
  switch (what.kind) {
    case 'start':
    case 'stop':
    case 'restart':
      return machine.feed({ type: 'commandRequested', verb: what.kind, targets });
    case 'exit':
      for (const index of targets) machine.endRun(index, { code: what.code, signal: null, coreDumped: false });
      return;
    case 'ready':
      for (const index of targets) machine.feed({ type: 'process', index, event: { type: 'readinessReported', run: runOf(machine, index) } });
      return;
    case 'unhealthy':
      for (const index of targets) tellUnhealthy(machine, index);
      return;
  }
};

const tellUnhealthy = (machine: Machine, index: number): void => {
  const action = machine.plan.processes[index]?.service.health?.action ?? 'restart';
  if (action === 'none') return;
  const outcome = action === 'fail' ? 'fatal' : 'retry';
  machine.feed({ type: 'process', index, event: { type: 'unhealthy', run: runOf(machine, index), reason: 'as the scenario says', outcome } });
};

const runOf = (machine: Machine, index: number): number => (machine.world().states[index] as ProcessState).run;
