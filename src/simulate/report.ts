/** A simulated life as people read it: one line for each thing that happens, with the time since the start. */
import { describeExit } from '../process/exit-status.ts';
import { INITIAL_STATE } from '../process/initial-state.ts';
import { signalName } from '../process/signal-names.ts';
import type { ProcessState } from '../process/types.ts';
import { waitsFor } from '../world/dependencies.ts';
import { fullName, type Plan } from '../world/plan.ts';
import type { World, WorldEffect } from '../world/types.ts';
import type { Observer } from './script.ts';

export type LifeReport = {
  readonly observer: Observer;
  /** Something from outside. */
  readonly note: (nowMs: number, text: string) => void;
  readonly lines: readonly string[];
  /** Null: it lives on. */
  readonly exitCode: () => number | null;
};

const SELF = 'tsinit';
const MS_PER_SECOND = 1000;

export const createReport = (plan: Plan): LifeReport => {
  const lines: string[] = [];
  const names = plan.processes.map(fullName);
  const width = Math.max(...[SELF, ...names].map(({ length }) => length));
  const owners = new Map<number, string>();
  let exitCode: number | null = null;
  const add = (nowMs: number, name: string, text: string): void => {
    lines.push(`${(nowMs / MS_PER_SECOND).toFixed(3).padStart(10)}  ${name.padEnd(width)}  ${text}`);
  };
  const nameOf = (index: number): string => names[index] ?? SELF;
  const tellEffect = (nowMs: number, effect: WorldEffect): void => {
    if (effect.type === 'spawn') owners.set(effect.run, nameOf(effect.index));
    if (effect.type === 'signal')
      add(nowMs, nameOf(effect.index), `gets ${nameOfSignal(effect.signal)}${effect.scope === 'process' ? '' : ` (${effect.scope})`}`);
    if (effect.type === 'forward')
      for (const run of effect.runs) add(nowMs, owners.get(run) ?? SELF, `gets ${nameOfSignal(effect.signal)}${effect.isCaught ? ' where it catches it' : ''}`);
    if (effect.type === 'notice' && (effect.index === null || effect.level === 'error')) add(nowMs, SELF, effect.text);
    if (effect.type === 'exit') add(nowMs, SELF, `exits with code ${(exitCode = effect.code)}`);
  };
  return {
    lines,
    exitCode: () => exitCode,
    note: (nowMs, text) => add(nowMs, '', `> ${text}`),
    observer: {
      onEvent: () => {},
      onEffect: tellEffect,
      onWorld: (nowMs, before, after, changes) => {
        const changed = new Set<number>();
        for (const change of changes) {
          if (change.type === 'phase') continue;
          const isDetail = change.type === 'detail';
          if (isDetail && changed.has(change.index)) continue;
          changed.add(change.index);
          const texts = isDetail ? detailsOf(plan, before, after, change.index) : changeOf(change.from, change.to);
          for (const text of texts) add(nowMs, nameOf(change.index), text);
        }
      },
    },
  };
};

const changeOf = (from: ProcessState, to: ProcessState): readonly string[] => [`${to.name}${detailOf(to)}`, ...(isNewlyReady(from, to) ? ['is ready'] : [])];

/** What no change of a state's name says. */
const detailsOf = (plan: Plan, before: World, after: World, index: number): readonly string[] => {
  const [old, state] = [before.states[index] ?? INITIAL_STATE, after.states[index] ?? INITIAL_STATE];
  return [
    ...(state.isHeld && !old.isHeld ? [`waits for ${waitsFor(plan, after.states, index).join(', ')}`] : []),
    ...(isNewlyReady(old, state) ? ['is ready'] : []),
  ];
};

/** A job that has ended says so by that. */
const isNewlyReady = (old: ProcessState, state: ProcessState): boolean => state.isReady && !old.isReady && state.name !== 'EXITED';

const detailOf = ({ name, exit, spawnError, runs, deadlineMs }: ProcessState): string => {
  const how = exit === null ? '' : `: ${describeExit(exit)}`;
  switch (name) {
    case 'STARTING':
      return ` (run ${runs})`;
    case 'EXITED':
    case 'STOPPED':
      return how;
    case 'BACKOFF':
      return `: ${spawnError}${how}; again at ${((deadlineMs as number) / MS_PER_SECOND).toFixed(3)}`;
    case 'FATAL':
      return `: ${spawnError}${how}`;
    case 'RUNNING':
    case 'STOPPING':
    case 'UNKNOWN':
      return '';
  }
};

const nameOfSignal = (signal: number): string => signalName(signal) ?? `signal ${signal}`;
