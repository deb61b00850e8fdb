/**
 * Notices about programs on their way to the log, summed up where they repeat (world/repetition). One timer, and only while a sum
 * is owed. A successor of the supervisor counts anew.
 */
import type { Clock } from '../../kernel/kernel.ts';
import type { NoticeLevel } from '../../process/types.ts';
import { nameAt } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { hearLine, isOver, sumDueMs, sumOf } from '../../world/repetition.ts';
import type { Line, Repetition } from '../../world/repetition.ts';
import type { WorldEvent } from '../../world/types.ts';

export type Repeats = {
  /** `about`: the program's full name; without one the line is said in any case. */
  readonly notice: (level: NoticeLevel, text: string, about?: string) => void;
  /** Says what is owed about these programs, and begins anew with them; null: all. */
  readonly sumUp: (names: readonly string[] | null) => void;
};

/** The programs whose start or stop the event asks for: however often that is, it is no repetition. */
export const askedFor = (plan: Plan, event: WorldEvent): readonly string[] =>
  event.type === 'commandRequested' || event.type === 'activated' ? event.targets.flatMap((index) => nameAt(plan, index) ?? []) : [];

export const createRepeats = (clock: Clock, write: (level: NoticeLevel, text: string) => void): Repeats => {
  const repetitions = new Map<string, Repetition>();
  let isArmed = false;

  const say = (lines: readonly Line[]): void => lines.forEach(({ level, text }) => write(level, text));

  const arm = (dueMs: number): void => {
    if (isArmed) return;
    isArmed = true;
    clock.at(dueMs, ring);
  };

  const ring = (): void => {
    isArmed = false;
    const nowMs = clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [name, repetition] of repetitions) {
      const dueMs = sumDueMs(repetition) ?? Number.POSITIVE_INFINITY;
      if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
      else {
        repetitions.set(name, { ...repetition, held: null });
        say(sumOf(repetition, name, nowMs));
      }
      if (isOver(repetition, nowMs)) repetitions.delete(name);
    }
    if (nextMs < Number.POSITIVE_INFINITY) arm(nextMs);
  };

  return {
    notice: (level, text, about) => {
      if (about === undefined) return write(level, text);
      const { repetition, lines } = hearLine(repetitions.get(about) ?? null, about, { level, text }, clock.nowMs());
      repetitions.set(about, repetition);
      const dueMs = sumDueMs(repetition);
      if (dueMs !== null) arm(dueMs);
      say(lines);
    },
    sumUp: (names) => {
      const nowMs = clock.nowMs();
      for (const name of names ?? [...repetitions.keys()]) {
        const repetition = repetitions.get(name);
        repetitions.delete(name);
        if (repetition !== undefined) say(sumOf(repetition, name, nowMs));
      }
    },
  };
};

/** For the personality that says every line. */
export const unsummed = (write: (level: NoticeLevel, text: string) => void): Repeats => ({ notice: write, sumUp: () => {} });
