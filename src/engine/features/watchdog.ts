/**
 * Watchdogs of the programs that have any: each run has to give a sign of life (WATCHDOG=1) again and again, from its readiness or its first
 * sign on. What counts is decided in world/triggers/watchdog.ts, what is done about a run that is silent by the world. A successor begins anew.
 */
import type { WatchdogSettings } from '../../config/model/service-model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import { TRIGGERED, watchdogDueMs, watchdogReason } from '../../world/triggers/watchdog.ts';
import type { News } from '../news.ts';
import type { Reports } from '../publish/reports.ts';

export type WatchdogPorts = {
  readonly clock: Clock;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly turn: (event: WorldEvent) => void;
  readonly notice: (level: 'warn' | 'info', text: string, about: string) => void;
  readonly reports: Pick<Reports, 'of' | 'listen'>;
  /** Calls back when what has already arrived has been read: setImmediate, but for tests. */
  readonly defer: (callback: () => void) => void;
};

/** A timer that rings so late says that we were held up (a container that was paused), and the program most likely as well. */
const HELD_UP_MS = 1000;

type Watch = { readonly settings: WatchdogSettings; lastSignMs: number; isSilent: boolean; cancel: () => void };

/** From now on; whatever is ready already is watched, too. */
export const watchWatchdogs = (ports: WatchdogPorts): void => {
  const { clock, reports } = ports;
  const watches = new Map<number, Watch>();

  const indexOf = (run: number): number => ports.world().states.findIndex((state) => state.run === run);
  const dueMs = (run: number, { settings, lastSignMs }: Watch): number | null => watchdogDueMs(settings, reports.of(run), lastSignMs);

  const arm = (run: number, watch: Watch): void => {
    watch.cancel();
    const atMs = dueMs(run, watch);
    watch.cancel = atMs === null ? () => {} : clock.at(atMs, () => ports.defer(() => look(run, watch)));
  };

  /** A sign may have come since the timer was set, or lie there unread while we were held up: what had arrived has been read by now. */
  const look = (run: number, watch: Watch): void => {
    const atMs = dueMs(run, watch);
    if (watches.get(run) !== watch || atMs === null) return;
    const lateMs = clock.nowMs() - atMs;
    if (lateMs < 0) return arm(run, watch);
    if (lateMs > HELD_UP_MS) {
      watch.lastSignMs = clock.nowMs();
      return arm(run, watch);
    }
    bite(run, watch, watchdogReason(watch.settings, reports.of(run)));
  };

  const bite = (run: number, watch: Watch, reason: string): void => {
    const index = indexOf(run);
    const spec = ports.plan().processes[index];
    watch.cancel();
    if (spec === undefined) return;
    const { action } = watch.settings;
    if (action !== 'none')
      return ports.turn({ type: 'process', index, event: { type: 'unhealthy', run, reason, outcome: action === 'fail' ? 'fatal' : 'retry' } });
    watch.isSilent = true;
    ports.notice('warn', `unhealthy: ${fullName(spec)} (${reason})`, fullName(spec));
  };

  const begin = (run: number, settings: WatchdogSettings): void => {
    if (watches.has(run)) return;
    const watch: Watch = { settings, lastSignMs: clock.nowMs(), isSilent: false, cancel: () => {} };
    watches.set(run, watch);
    arm(run, watch);
  };

  const settingsOf = (run: number): WatchdogSettings | null => {
    const index = indexOf(run);
    const name = ports.world().states[index]?.name;
    return name === 'STARTING' || name === 'RUNNING' ? (ports.plan().processes[index]?.service.watchdog ?? null) : null;
  };

  /** Every run that is ready is watched, every other one but for those that have given a sign is not. */
  const follow = (): void => {
    const { states } = ports.world();
    const living = new Set<number>();
    for (const { run, name, isReady } of states) {
      if (name !== 'STARTING' && name !== 'RUNNING') continue;
      living.add(run);
      const settings = isReady ? settingsOf(run) : null;
      if (settings !== null) begin(run, settings);
    }
    for (const [run, watch] of watches) {
      if (living.has(run)) continue;
      watch.cancel();
      watches.delete(run);
    }
  };

  reports.listen((run, { watchdog, watchdogMs, isStopping }) => {
    if (watchdog === null && watchdogMs === null && !isStopping) return;
    const settings = settingsOf(run);
    if (settings === null) return;
    begin(run, settings);
    const watch = watches.get(run);
    if (watch === undefined) return;
    if (watchdog === 'trigger') return bite(run, watch, TRIGGERED);
    const wasSilent = watch.isSilent;
    watch.lastSignMs = clock.nowMs();
    watch.isSilent = false;
    // Of many signs one timer: it looks again when it rings.
    if (wasSilent || watchdogMs !== null || isStopping) arm(run, watch);
    const spec = ports.plan().processes[indexOf(run)];
    if (wasSilent && spec !== undefined) ports.notice('info', `healthy: ${fullName(spec)} again`, fullName(spec));
  });
  ports.watch((item) => {
    if (item.type === 'transition' || item.type === 'detail') follow();
  });
  follow();
};
