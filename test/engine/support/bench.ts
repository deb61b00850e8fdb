/**
 * An engine on a bench: init, clock, output and black box are played, and every act is a line in one list, in order. What comes
 * back (init's answers, a reader that is done, time) comes when the test says so.
 */
import { createBlackBox, type BlackBox } from '../../../src/engine/black-box.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { baseEnvironment } from '../../../src/engine/environment.ts';
import type { ConfigurationPort, ConfinementPort, MemoryPort, OutputPort } from '../../../src/engine/ports.ts';
import type { Clock, Kernel, RunStreams, SpawnRequest } from '../../../src/kernel/kernel.ts';
import { makePlan, type Plan } from '../../../src/world/plan.ts';
import type { World } from '../../../src/world/types.ts';
import { createWorld } from '../../../src/world/world.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

export const NO_STREAMS: RunStreams = { stdin: null, stdout: null, stderr: null };

const NO_LIMIT = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };
const NO_LIMITS = { files: NO_LIMIT, processes: NO_LIMIT };

export type FakeClock = Clock & {
  /** Goes on to that time and fires what is due, in order. */
  readonly advanceTo: (atMs: number) => void;
  readonly armed: () => readonly number[];
  /** How often at() was called. */
  readonly timesArmed: () => number;
};

export const fakeClock = (): FakeClock => {
  let now = 0;
  let count = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  return {
    nowMs: () => now,
    at: (atMs, callback) => {
      const timer = { atMs, callback };
      timers.push(timer);
      count += 1;
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advanceTo: (atMs) => {
      for (;;) {
        const next = timers.toSorted((a, b) => a.atMs - b.atMs).find((timer) => timer.atMs <= atMs);
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = Math.max(now, next.atMs);
        next.callback();
      }
      now = Math.max(now, atMs);
    },
    armed: () => timers.map(({ atMs }) => atMs),
    timesArmed: () => count,
  };
};

/** Memory that outlives whoever writes it. */
export const fakeMemory = (): MemoryPort => {
  let slots = new Map<number, Uint8Array>();
  let next = new Map<number, Uint8Array>();
  return {
    write: (slot, bytes) => void slots.set(slot, bytes.slice()),
    read: (slot) => slots.get(slot)?.slice() ?? new Uint8Array(0),
    writeNext: (slot, bytes) => void next.set(slot, bytes.slice()),
    switchToNext: () => {
      slots = next;
      next = new Map();
    },
  };
};

export type Bench = {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly blackBox: BlackBox;
  readonly spawned: readonly SpawnRequest[];
  /** What was done since the last call. */
  readonly acts: () => readonly string[];
  /** The reader of that run's pipes has come to their end. */
  readonly finished: (run: number) => void;
  /** All output is written. */
  readonly drained: () => void;
  readonly world: () => World;
  /** Has all that was asked of init been sent? */
  readonly isFlushed: () => boolean;
};

export type BenchOptions = {
  readonly confinement?: Partial<ConfinementPort>;
  readonly memory?: MemoryPort;
  readonly world?: World;
  readonly environment?: readonly Uint8Array[];
  readonly hasTerminal?: boolean;
  readonly lastTaskRun?: number;
  /** What a reload reads; a bad configuration when left out. */
  readonly nextPlan?: Plan;
  /** What pid files say, by path. */
  readonly pidFiles?: ReadonlyMap<string, number>;
  /** Called before each notice. */
  readonly onNotice?: (text: string, about?: string) => void;
  /** Called before each act that goes to init. */
  readonly onAct?: (act: string, saved: World) => void;
};

export const planOf = (names: readonly string[], overrides: Parameters<typeof specOf>[1] = {}): Plan =>
  makePlan(
    modelOf(
      names.map((name) => specOf(name, overrides)),
      'never',
    ),
    { stopGroupsOneByOne: false },
  );

export const benchOf = (plan: Plan, options: BenchOptions = {}): Bench => {
  const clock = fakeClock();
  const acts: string[] = [];
  const spawned: SpawnRequest[] = [];
  const finishing = new Map<number, () => void>();
  let drained: () => void = () => {};
  const blackBox = createBlackBox(options.memory ?? fakeMemory());
  const world = (): World => {
    const saved = blackBox.load(plan.processes.length);
    if (saved === null) throw new Error('nothing is in the black box');
    return { ...saved.header, states: saved.states.map((state, index) => state ?? missing(index)) };
  };
  let isFlushed = true;
  const act = (line: string): void => {
    isFlushed = false;
    options.onAct?.(line, world());
    acts.push(line);
  };
  const kernel: Kernel = {
    ready: () => act('ready'),
    spawn: (request) => {
      spawned.push(request);
      act(`spawn ${request.run}`);
    },
    cancel: (run) => act(`cancel ${run}`),
    allow: () => {},
    become: () => {},
    follow: (run, pid) => act(`follow ${run} ${pid}`),
    kill: (run, signal, scope) => act(`kill ${run} ${signal} ${scope}`),
    forward: (signal, runs) => act(`forward ${signal} ${runs.join(' ')}`),
    stopSignals: (signals) => act(`stop signals ${signals.join(' ')}`),
    release: (run) => act(`release ${run}`),
    sweep: (graceMs) => act(`sweep ${graceMs}`),
    stopping: () => act('stopping'),
    exit: (code) => act(`exit ${code}`),
    flush: () => {
      isFlushed = true;
    },
  };
  const output: OutputPort = {
    attach: (index, run, spec, { stdout, stderr }) => void acts.push(`attach ${spec.name} (${index}) run ${run}: ${stdout} ${stderr}`),
    finish: (run, whenDone) => {
      acts.push(`finish ${run}`);
      finishing.set(run, whenDone);
    },
    notice: (level, text, about) => {
      options.onNotice?.(text, about);
      acts.push(`${level}: ${text}`);
    },
    drain: (untilMs, whenDone) => {
      acts.push(`drain until ${untilMs}`);
      drained = whenDone;
    },
    sumUp: () => {},
    reopen: () => void acts.push('reopen logs'),
    renumber: () => void acts.push('renumber'),
  };
  const configuration: ConfigurationPort = {
    readNext: () => {
      acts.push('read next configuration');
      return options.nextPlan ?? null;
    },
    abandonNext: () => {},
    changed: () => void acts.push('configuration changed'),
    ending: () => {},
  };
  const engine = createEngine(
    {
      plan,
      world: options.world ?? createWorld(plan),
      environment: baseEnvironment(options.environment ?? []),
      hasTerminal: options.hasTerminal ?? false,
      terminals: { stdout: false, stderr: false },
      limits: NO_LIMITS,
      lastTaskRun: options.lastTaskRun ?? 0,
    },
    {
      kernel,
      clock,
      output,
      blackBox,
      configuration,
      notifications: { open: () => null, attach: () => {}, close: () => {} },
      confinement: { enter: () => null, follow: () => {}, clear: () => {}, wasOutOfMemory: () => false, ...options.confinement },
      readPidFile: (path) => options.pidFiles?.get(path) ?? null,
    },
  );
  return {
    engine,
    clock,
    blackBox,
    spawned,
    world,
    acts: () => acts.splice(0),
    finished: (run) => {
      const whenDone = finishing.get(run);
      if (whenDone === undefined) throw new Error(`nobody asked to finish run ${run}`);
      finishing.delete(run);
      whenDone();
    },
    drained: () => drained(),
    isFlushed: () => isFlushed,
  };
};

const missing = (index: number): never => {
  throw new Error(`the state of process ${index} is not in the black box`);
};
