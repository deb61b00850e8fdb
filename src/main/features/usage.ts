/** Wiring of limits that are watched. Loaded when a configuration has any. */
import type { Engine } from '../../engine/engine.ts';
import type { OutputPort } from '../../engine/ports.ts';
import type { Publisher } from '../../engine/publish/publisher.ts';
import { watchUsage } from '../../engine/features/usage.ts';
import { activeClock } from '../../kernel/clock.ts';
import { usedBy } from '../../kernel/control-groups/usage.ts';

export const startUsage = (engine: Engine, publish: Publisher['publish'], notice: OutputPort['notice']): void =>
  watchUsage({ clock: activeClock, watch: engine.watch, plan: engine.plan, world: engine.world, look: usedBy, turn: engine.turn, publish, notice });
