/**
 * Freezes a container as `docker pause` does: by the freezer of a control group. Where none can be made (no root, no such hierarchy) every process
 * of the container is stopped by SIGSTOP, which looks the same to those that are frozen.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from './container.ts';

export type Freezer = {
  readonly kind: 'cgroup' | 'signals';
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
};

/** Of the process `init` and all that come from it. */
export const freezerOf = (t: TestContext, init: number): Freezer => {
  const group = makeGroup();
  if (group === null) return bySignals(init);
  // A process that is forked meanwhile comes with its parent.
  const joinOne = (pid: number): void => attempt(() => writeFileSync(join(group.folder, 'cgroup.procs'), String(pid)));
  const joinAll = (): void => treeOf(init).forEach(joinOne);
  joinAll();
  joinAll();
  t.after(async () => {
    write(group, false);
    await until(() => readFileSync(join(group.folder, 'cgroup.procs'), 'latin1') === '', 'the processes of the control group to end');
    rmdirSync(group.folder);
  });
  return {
    kind: 'cgroup',
    freeze: async () => {
      joinAll();
      write(group, true);
      await until(() => group.isFrozen(), 'the control group to be frozen');
    },
    thaw: async () => {
      write(group, false);
      await until(() => !group.isFrozen(), 'the control group to run on');
    },
  };
};

type Group = { readonly folder: string; readonly file: string; readonly words: readonly [frozen: string, thawed: string]; readonly isFrozen: () => boolean };

const write = ({ folder, file, words }: Group, isFrozen: boolean): void => writeFileSync(join(folder, file), words[isFrozen ? 0 : 1]);

/** In the first hierarchy that has a freezer and lets us make a group. */
const makeGroup = (): Group | null => {
  const name = `tsinit-test-${process.pid}-${Date.now()}`;
  for (const [, path = '', kind, options = ''] of readFileSync('/proc/mounts', 'latin1')
    .split('\n')
    .map((line) => line.split(' '))) {
    if (kind !== 'cgroup2' && !(kind === 'cgroup' && options.split(',').includes('freezer'))) continue;
    const folder = join(path, name);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    const text = (file: string): string => readFileSync(join(folder, file), 'latin1');
    if (kind === 'cgroup') return { folder, file: 'freezer.state', words: ['FROZEN', 'THAWED'], isFrozen: () => text('freezer.state').trim() === 'FROZEN' };
    if (existsSync(join(folder, 'cgroup.freeze')))
      return { folder, file: 'cgroup.freeze', words: ['1', '0'], isFrozen: () => /^frozen 1$/m.test(text('cgroup.events')) };
    rmdirSync(folder);
  }
  return null;
};

const bySignals = (init: number): Freezer => {
  const send = (signal: NodeJS.Signals): void => treeOf(init).forEach((pid) => attempt(() => process.kill(pid, signal)));
  const isStopped = (pid: number): boolean => {
    try {
      return /^State:\s+[TZ]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
    } catch {
      return true;
    }
  };
  return {
    kind: 'signals',
    freeze: async () => {
      await until(() => {
        send('SIGSTOP');
        return treeOf(init).every(isStopped);
      }, 'all processes to be stopped');
    },
    thaw: async () => send('SIGCONT'),
  };
};

const treeOf = (pid: number): readonly number[] => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
    return [pid, ...children.flatMap(treeOf)];
  } catch {
    return [];
  }
};

/** It may have ended meanwhile. */
const attempt = (action: () => void): void => {
  try {
    action();
  } catch {
    // Nothing is to be done about it any more.
  }
};
