/** What a successor starts from: the world its predecessor left, brought up to date with what init knows. */
import type { BlackBox } from '../../engine/black-box.ts';
import type { Hello } from '../../kernel/kernel.ts';
import type { Plan } from '../../world/plan.ts';
import { planChange } from '../../world/replan.ts';
import { restoreWorld } from '../../world/restore.ts';
import type { Restored } from '../../world/restore.ts';
import { createWorld } from '../../world/world.ts';

const NOBODY = { leaving: [] } as const;

/** `next`: what was about to take the plan's place. Null at a first start, and when the predecessor died before it had decided anything. */
export const resumeWorld = (plan: Plan, hello: Hello, blackBox: BlackBox, next: Plan | null): Restored | null => {
  if (!hello.isTakeover) return null;
  const saved = blackBox.load(plan.processes.length);
  if (saved !== null) {
    const { phase } = saved.header;
    const isWhole = phase === 'restarting' || plan.signalsLikeSupervisord;
    const { leaving } = next === null ? NOBODY : planChange(plan, next, isWhole);
    const isReloading = phase === 'reloading' || phase === 'restarting';
    // A reload whose next configuration is gone has been given up.
    const header = isReloading ? { ...saved.header, leaving, phase: next === null ? ('running' as const) : phase } : saved.header;
    const restored = restoreWorld(plan, header, saved.states, hello.runs, hello.lastRun);
    // The predecessor died between reading the next configuration and acting on it.
    const isToBegin = next !== null && header.phase === 'running';
    return isToBegin ? { ...restored, events: [...restored.events, { type: 'reloadBegun', leaving, isWhole }] } : restored;
  }
  return { world: { ...createWorld(plan), nextRun: hello.lastRun + 1 }, events: [{ type: 'startUp' }], effects: [] };
};
