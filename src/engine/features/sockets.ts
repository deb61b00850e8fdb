/** Says when a FastCGI group's socket comes and goes: with its first run and after its last. The socket itself is init's. */
import type { GroupSpec, ProcessSpec } from '../../config/model/model.ts';

export type Sockets = {
  /** Each returns what there is to say, or null. */
  readonly spawning: (spec: ProcessSpec, run: number) => string | null;
  readonly ended: (run: number) => string | null;
};

export const createSockets = (groupsOf: () => readonly GroupSpec[]): Sockets => {
  const urlOfRun = new Map<number, string>();
  const isUsed = (url: string): boolean => [...urlOfRun.values()].includes(url);
  return {
    spawning: (spec, run) => {
      const group = groupsOf().find(({ name }) => name === spec.group);
      if (group?.kind !== 'fcgi') return null;
      const { url } = group.socket;
      const isFirst = !isUsed(url);
      urlOfRun.set(run, url);
      return isFirst ? `Creating socket ${url}` : null;
    },
    ended: (run) => {
      const url = urlOfRun.get(run);
      if (url === undefined) return null;
      urlOfRun.delete(run);
      return isUsed(url) ? null : `Closing socket ${url}`;
    },
  };
};
