/** Wiring of health checks: commands go by init, the network by Node. Loaded when a configuration has any. */
import type { Probe } from '../config/model.ts';
import type { Engine } from '../engine/engine.ts';
import { watchHealth } from '../engine/health.ts';
import type { OutputPort } from '../engine/ports.ts';
import { monotonicClock } from '../kernel/clock.ts';
import { probeHttp, probeTcp } from '../kernel/probes.ts';
import type { TaskEnd } from '../engine/tasks.ts';

export const startHealth = (engine: Engine, notice: OutputPort['notice']): void => {
  const ask = (index: number, probe: Probe, timeoutMs: number, done: (problem: string | null) => void): (() => void) => {
    switch (probe.kind) {
      case 'tcp':
        return probeTcp(probe.host, probe.port, timeoutMs, done);
      case 'http':
        return probeHttp(probe.url, probe.statuses, timeoutMs, done);
      case 'command':
        return engine.startTask(index, probe.argv, timeoutMs, (end) => done(problemOf(probe.argv[0] ?? '', end, timeoutMs)));
    }
  };
  watchHealth({ clock: monotonicClock, watch: engine.watch, plan: engine.plan, world: engine.world, turn: engine.turn, ask, notice });
};

const problemOf = (command: string, end: TaskEnd, timeoutMs: number): string | null => {
  switch (end.kind) {
    case 'ended':
      if (end.signal !== null) return `${command} was ended by signal ${end.signal}`;
      return end.code === 0 ? null : `${command} ended with ${end.code}`;
    case 'notStarted':
      return end.reason;
    case 'timedOut':
      return `${command} took longer than ${timeoutMs / 1000} seconds`;
  }
};
