/** A scenario as text: what came in (<), what was asked for (>), and how states changed (=), with virtual milliseconds. */
import { assertNever } from '../../src/base/assert-never.ts';
import { describeExit } from '../../src/process/exit-status.ts';
import type { ProcessEvent } from '../../src/process/types.ts';
import { fullName, type Plan } from '../../src/world/plan.ts';
import type { World, WorldEffect, WorldEvent } from '../../src/world/types.ts';
import type { Observer } from '../../src/simulate/script.ts';

export type Transcript = { readonly observer: Observer; readonly note: (text: string) => void; readonly text: () => string };

export const createTranscript = (plan: Plan): Transcript => {
  const lines: string[] = [];
  const nameOf = (index: number): string => {
    const spec = plan.processes[index];
    return spec === undefined ? `#${index}` : fullName(spec);
  };
  const add = (nowMs: number, mark: string, text: string): void => {
    lines.push(`${String(nowMs).padStart(6)} ${mark} ${text}`);
  };
  return {
    note: (text) => {
      lines.push(`# ${text}`);
    },
    text: () => `${lines.join('\n')}\n`,
    observer: {
      onEvent: (nowMs, event) => add(nowMs, '<', showEvent(event, nameOf)),
      onEffect: (nowMs, effect) => add(nowMs, '>', showEffect(effect, nameOf)),
      onWorld: (nowMs, before, after) => {
        for (const text of changes(before, after, nameOf)) add(nowMs, '=', text);
      },
    },
  };
};

type NameOf = (index: number) => string;

const changes = (before: World, after: World, nameOf: NameOf): readonly string[] => {
  const phase = before.phase === after.phase ? [] : [`the world: ${before.phase} -> ${after.phase}`];
  const states = after.states.flatMap((state, index) => {
    const old = before.states[index];
    if (old === undefined || (old.name === state.name && old.run === state.run && old.lingering === state.lingering)) return [];
    return [`${nameOf(index)}: ${old.name} -> ${state.name}${state.lingering ? ' (process group lingers)' : ''}`];
  });
  return [...phase, ...states];
};

const showEvent = (event: WorldEvent, nameOf: NameOf): string => {
  switch (event.type) {
    case 'process':
      return `${nameOf(event.index)}: ${showProcessEvent(event.event)}`;
    case 'signalReceived':
      return `signal ${event.signal}${event.hasTerminal ? ' (terminal)' : ''}`;
    case 'commandRequested':
      return `${event.verb} ${event.targets.map(nameOf).join(' ')}`;
    case 'activated':
      return `${event.reason}: start ${event.targets.map(nameOf).join(' ')}`;
    case 'startUp':
    case 'resumed':
    case 'timePassed':
    case 'stopEverythingRequested':
    case 'restartEverythingRequested':
    case 'outputDrained':
    case 'swept':
      return event.type;
    case 'killed':
      return `killed of run ${event.run}: ${event.count}`;
    case 'reloadBegun':
      return `reload begun, leaving ${event.leaving.map(nameOf).join(' ')}`;
    case 'planChanged':
      return `plan changed, new ${event.fresh.map(nameOf).join(' ')}`;
    default:
      return assertNever(event);
  }
};

const showProcessEvent = (event: ProcessEvent): string => {
  switch (event.type) {
    case 'spawned':
      return `spawned, run ${event.run} is pid ${event.pid}`;
    case 'spawnFailed':
      return `run ${event.run} not spawned: ${event.reason}`;
    case 'exited':
      return `run ${event.run} ended: ${describeExit(event.status)}${event.groupEnded ? '' : ', its process group lives on'}`;
    case 'groupEnded':
      return `process group of run ${event.run} ended`;
    case 'dependencyFailed':
      return `its dependency ${event.name} failed`;
    case 'unhealthy':
      return `run ${event.run} is unhealthy: ${event.reason}`;
    case 'readinessReported':
      return `run ${event.run} reported ready`;
    case 'followed':
      return `run ${event.run} goes on as process ${event.pid}`;
    case 'treeEnded':
      return `run ${event.run} has nothing left`;
    case 'signalRequested':
      return `signal ${event.signal} requested`;
    case 'startRequested':
    case 'holdRequested':
    case 'stopRequested':
    case 'deadlineReached':
    case 'shutdownBegun':
      return event.type;
    default:
      return assertNever(event);
  }
};

const showEffect = (effect: WorldEffect, nameOf: NameOf): string => {
  switch (effect.type) {
    case 'spawn':
      return `spawn ${nameOf(effect.index)} as run ${effect.run}`;
    case 'signal':
      return `signal ${effect.signal} to the ${effect.scope} of run ${effect.run}`;
    case 'cancel':
      return `cancel ${effect.run}`;
    case 'release':
      return `release run ${effect.run}`;
    case 'notice':
      return `${effect.level.toUpperCase()} ${effect.text}`;
    case 'forward':
      return `forward signal ${effect.signal} to ${effect.isCaught ? 'what catches it of ' : ''}runs ${effect.runs.join(' ')}`;
    case 'sweep':
      return `sweep with ${effect.graceMs} ms of grace`;
    case 'exit':
      return `exit ${effect.code}`;
    case 'announceStop':
    case 'drain':
    case 'reload':
    case 'changePlan':
    case 'reopenLogs':
      return effect.type;
    default:
      return assertNever(effect);
  }
};
