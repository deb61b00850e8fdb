/**
 * Programs with a pid file. When such a program ends with success and leaves something behind, its end is held back until init follows the
 * process that the file names, or until there is no such process. Signals to the main process are aimed by the file too. Reads
 * the file through a port; init judges whose process it is.
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { Clock, Kernel } from '../../kernel/kernel.ts';
import type { LeftProcess, ProcessState } from '../../process/types.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';

/** How long a program has had its pid file in place, in ms after its main process has ended. */
const LONGEST_WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/** Null: there is no such file, or no number in it. */
export type ReadPidFile = (path: string) => number | null;

type Ended = {
  readonly run: number;
  readonly status: { readonly code: number };
  readonly groupEnded: boolean;
  readonly left?: LeftProcess;
};

export type PidFilesParts = {
  readonly read: ReadPidFile;
  readonly kernel: Pick<Kernel, 'follow' | 'flush'>;
  readonly clock: Clock;
  readonly indexOf: (run: number) => number | null;
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly dispatch: (event: WorldEvent) => void;
  readonly warn: (text: string, about: ProcessSpec) => void;
};

export type PidFiles = {
  /** True: the end is held back; `pass` tells it later, unless the run goes on. */
  readonly holdEnd: (event: Ended, pass: () => void) => boolean;
  /** True: something of a run whose end is held back has ended; `pass` tells it after that. */
  readonly holdRest: (run: number, pass: () => void) => boolean;
  /** A run of a predecessor's: with the process that the file names it has gone on already. */
  readonly adopt: (run: number) => void;
  readonly onFollowed: (run: number, pid: number) => void;
  /** Before a signal to the main process: init follows the process that the file names. */
  readonly aim: (run: number) => void;
  /** After a stop signal: nothing is waited for any more. */
  readonly stopping: (run: number) => void;
};

type Held = { readonly untilMs: number; readonly passes: (() => void)[]; isAsked: boolean; isStopping: boolean; cancel: () => void };

export const createPidFiles = ({ read, kernel, clock, indexOf, plan, world, dispatch, warn }: PidFilesParts): PidFiles => {
  const held = new Map<number, Held>();
  /** Runs that go on with a followed process: its end is the end, unless the file names yet another process by then. */
  const moved = new Set<number>();

  const specOf = (run: number): ProcessSpec | null => plan().processes[indexOf(run) ?? -1] ?? null;
  const stateOf = (run: number): ProcessState | null => world().states[indexOf(run) ?? -1] ?? null;
  const fileOf = (run: number): string | null => specOf(run)?.pidFile ?? null;

  const pass = (run: number): void => {
    const entry = held.get(run);
    if (entry === undefined) return;
    held.delete(run);
    moved.delete(run);
    entry.cancel();
    for (const each of entry.passes) each();
    kernel.flush();
  };

  const look = (run: number, entry: Held): void => {
    const file = fileOf(run);
    const pid = file === null || entry.isStopping ? null : read(file);
    if (pid !== null && pid !== stateOf(run)?.pid) {
      entry.isAsked = true;
      kernel.follow(run, pid);
      kernel.flush();
    } else waitOrPass(run, entry);
  };

  const waitOrPass = (run: number, entry: Held): void => {
    const spec = specOf(run);
    if (!entry.isStopping && clock.nowMs() < entry.untilMs) {
      entry.cancel = clock.at(clock.nowMs() + LOOK_AGAIN_MS, () => look(run, entry));
      return;
    }
    if (spec !== null && !entry.isStopping && !moved.has(run))
      warn(`${fullName(spec)}: no process that it has started is named by ${spec.pidFile ?? ''}`, spec);
    pass(run);
  };

  return {
    holdEnd: (event, tell) => {
      const { run, status, groupEnded, left } = event;
      const isOver = groupEnded && left?.isStray !== true;
      if (fileOf(run) === null || status.code !== 0 || isOver || stateOf(run)?.name === 'STOPPING') {
        moved.delete(run);
        return false;
      }
      const untilMs = clock.nowMs() + (moved.has(run) ? 0 : LONGEST_WAIT_MS);
      const entry: Held = { untilMs, passes: [tell], isAsked: false, isStopping: false, cancel: () => {} };
      held.set(run, entry);
      look(run, entry);
      return true;
    },
    holdRest: (run, tell) => {
      const entry = held.get(run);
      entry?.passes.push(tell);
      return entry !== undefined;
    },
    adopt: (run) => {
      const file = fileOf(run);
      const main = stateOf(run)?.pid ?? 0;
      if (file !== null && main !== 0 && read(file) === main) moved.add(run);
    },
    onFollowed: (run, pid) => {
      const entry = held.get(run);
      if (entry === undefined) {
        const spec = specOf(run);
        if (spec !== null && pid === 0) warn(`${spec.pidFile ?? ''} names a process that ${fullName(spec)} has not started; it gets no signal`, spec);
        return;
      }
      entry.isAsked = false;
      if (pid === 0) return waitOrPass(run, entry);
      held.delete(run);
      moved.add(run);
      const index = indexOf(run);
      if (index !== null) dispatch({ type: 'process', index, event: { type: 'followed', run, pid } });
    },
    aim: (run) => {
      const file = fileOf(run);
      const main = stateOf(run)?.pid ?? 0;
      if (file === null || main === 0 || held.has(run)) return;
      const pid = read(file);
      if (pid !== null && pid !== main) kernel.follow(run, pid);
    },
    stopping: (run) => {
      const entry = held.get(run);
      if (entry === undefined) return;
      entry.isStopping = true;
      if (!entry.isAsked) pass(run);
    },
  };
};
