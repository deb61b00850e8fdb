/** The verbs that supervise: command lines that become a model in a way of their own. Loaded only for them. */
import { loadRun } from '../config/run/load-run.ts';
import type { readConfiguration } from './read-configuration.ts';

/** `argv` begins with the verb. */
export const readVerb: typeof readConfiguration = ([, ...argv], personality, world) => ({ result: loadRun(argv, world), personality });
