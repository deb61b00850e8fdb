/** Wiring of health checks: commands go by init, the network by Node. Loaded when a configuration has any. */
import type { Probe } from '../../config/model/service-model.ts';
import type { Engine } from '../../engine/engine.ts';
import { watchHealth } from '../../engine/features/health.ts';
import type { OutputPort } from '../../engine/ports.ts';
import { activeClock } from '../../kernel/clock.ts';
import { probeHttp, probeTcp } from '../../kernel/probes/probes.ts';
import { taskProblem } from '../../engine/tasks.ts';
import type { TaskRequest } from '../../engine/tasks.ts';

export const startHealth = (engine: Engine, notice: OutputPort['notice']): void => {
  const startCommand = (index: number, task: TaskRequest, done: (problem: string | null) => void): (() => void) => {
    const started = engine.startTask(index, task, (end) => done(taskProblem(task, end)));
    return () => started?.giveUp();
  };
  const ask = (index: number, probe: Probe, timeoutMs: number, done: (problem: string | null) => void): (() => void) => {
    switch (probe.kind) {
      case 'tcp':
        return probeTcp(probe.host, probe.port, timeoutMs, done);
      case 'http':
        return probeHttp(probe.url, probe.statuses, timeoutMs, done);
      case 'grpc':
        return late(async () => (await import('../../kernel/probes/grpc-probe.ts')).probeGrpc(probe, timeoutMs, done));
      case 'command':
        return startCommand(index, { name: 'health_command', argv: probe.argv, timeoutMs }, done);
    }
  };
  watchHealth({ clock: activeClock, watch: engine.watch, plan: engine.plan, world: engine.world, turn: engine.turn, ask, notice });
};

/** What is loaded with its first use: giving up counts from the start. */
const late = (begin: () => Promise<() => void>): (() => void) => {
  let isOver = false;
  let end = (): void => {};
  void begin().then((stop) => {
    end = stop;
    if (isOver) stop();
  });
  return () => {
    isOver = true;
    end();
  };
};
