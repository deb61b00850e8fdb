/**
 * Composition root of the tools, started in place of init. A bundle of its own: neither the supervisor's start nor a tool's reads
 * the other's code.
 */
import { writeSync } from 'node:fs';
import type { Dial } from '../../control/client/wire.ts';
import { makeDialling } from './dial.ts';
import { runSupervisorctl, runTool } from './tools.ts';

process.on('uncaughtException', (error) => {
  writeSync(2, `tsinit: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});

const isSupervisorctl = (name: string): boolean => name.slice(name.lastIndexOf('/') + 1) === 'supervisorctl';

/** Exported for the build, which rehearses it. */
export const roles = {
  /** Resolves to the exit code. `argv`: without the program's name. */
  client: (argv: readonly string[], dial: Dial | null): Promise<number> =>
    isSupervisorctl(process.argv0) ? runSupervisorctl(process.argv0, argv, dial) : runTool(argv, dial),
};

const play = async (): Promise<void> => {
  const { dial, endNow } = makeDialling();
  process.exitCode = await roles.client(process.argv.slice(2), dial);
  endNow()?.(process.exitCode);
};

/** Not so when the build's rehearsal loads it. */
if (process.env['TSINIT_ROLE'] === 'client') void play();
