/** The verbs that supervise: command lines that become a model in a way of their own, and what is said beside. Loaded only for them. */
import { loadCi } from '../../config/ci/load-ci.ts';
import { loadRun } from '../../config/run/load-run.ts';
import { followCi } from './ci.ts';
import type { Follow } from '../beside.ts';
import type { readConfiguration } from '../configuration/read-configuration.ts';

export type Verb = {
  /** What is read in the place of a command line's options; with the verb as its first word. */
  readonly read: (hasTerminal: boolean) => typeof readConfiguration;
  readonly follow: Follow | null;
};

export const verbs: Readonly<Record<'run' | 'ci', Verb>> = {
  run: {
    read:
      () =>
      ([, ...argv], personality, world) => ({ result: loadRun(argv, world), personality }),
    follow: null,
  },
  ci: {
    read:
      (hasTerminal) =>
      ([, ...argv], personality, world) => ({ result: loadCi(argv, world, hasTerminal), personality }),
    follow: followCi,
  },
};
