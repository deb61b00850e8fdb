/** What simulated programs do, and who watches them: the words that the machine and the reader of scenarios share. */
import type { World, WorldChange, WorldEffect, WorldEvent } from '../world/types.ts';

/** What a program does in one of its runs. Any signal it says nothing about ends it, after a millisecond. */
export type RunScript = {
  readonly spawnFails?: { readonly reason: string; readonly exitCode: number };
  /** Says that it is ready so long after its start. */
  readonly readyAfterMs?: number;
  /** Ends by itself after so long. */
  readonly endsAfterMs?: number;
  /** With which code. */
  readonly code?: number;
  /** Its answer to signals: an exit with a code after a while, or nothing at all. */
  readonly answers?: Readonly<Record<number, { readonly afterMs: number; readonly code: number } | 'ignored'>>;
  /** Others in its process group outlive it until a signal (but for these) reaches the group. */
  readonly leavesBehind?: { readonly ignoring: readonly number[] };
};

/** By process index: one script for each run, the last one for all further runs. */
export type Scripts = readonly (readonly RunScript[])[];

export type Observer = {
  readonly onEvent: (nowMs: number, event: WorldEvent) => void;
  readonly onEffect: (nowMs: number, effect: WorldEffect) => void;
  readonly onWorld: (nowMs: number, before: World, after: World, changes: readonly WorldChange[]) => void;
};
