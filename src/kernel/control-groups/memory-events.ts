/** Told by the kernel itself when it has killed in a control group for want of memory: nothing is looked at in between. */
import { type FSWatcher, watch } from 'node:fs';
import { killsAt } from './own-control-group.ts';

export type MemoryEvents = {
  /** From now on, in the place of whatever was followed by that name. `events`: the group's memory.events; without one nothing is told. */
  readonly follow: (name: string, events: string, told: (kills: number) => void) => void;
  readonly leave: (name: string) => void;
};

export const createMemoryEvents = (): MemoryEvents => {
  const watchers = new Map<string, FSWatcher>();
  const leave = (name: string): void => {
    watchers.get(name)?.close();
    watchers.delete(name);
  };
  return {
    leave,
    follow: (name, events, told) => {
      leave(name);
      let known = killsAt(events) ?? 0;
      try {
        const watcher = watch(events, { persistent: false }, () => {
          const kills = killsAt(events) ?? known;
          if (kills > known) told(kills - known);
          known = kills;
        });
        watcher.on('error', () => leave(name));
        watchers.set(name, watcher);
      } catch {
        // There is no such file, or no more watches are to be had: the end of the program tells as well.
      }
    },
  };
};
