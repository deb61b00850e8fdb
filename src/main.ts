/**
 * Composition root: which role this process has, and what it is wired of. The only file that may end the process.
 * Everything that the first program does not need is imported after it was started.
 */
import { writeSync } from 'node:fs';
import type { Personality } from './config/settings.ts';
import type { Native } from './kernel/native.ts';

process.on('uncaughtException', (error) => {
  // init starts the next supervisor; the programs run on meanwhile.
  writeSync(2, `tsinit: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});

/** Node puts the executable's path into argv[1]; what init was called with follows. */
const argv = process.argv.slice(2);

/** A link named supervisord is supervisord. */
const personalityOf = (name: string): Personality => (nameOf(name) === 'supervisord' ? 'supervisord' : 'tsinit');

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The roles, each evaluated when it is played. Exported for the build, which rehearses one of them. */
export const roles = {
  supervise: async (native?: Native): Promise<void> => {
    const { supervise } = await import('./main/supervise.ts');
    supervise({ argv, personality: personalityOf(process.argv0), end: (code) => process.exit(code) }, native);
  },
  client: async (): Promise<void> => {
    const { runSupervisorctl, runTool } = await import('./main/tools.ts');
    process.exitCode = await (nameOf(process.argv0) === 'supervisorctl' ? runSupervisorctl(process.argv0, argv) : runTool(argv));
  },
};

/** Neither: loaded by the build's rehearsal. */
const role = process.env['TSINIT_ROLE'];
if (role === 'supervise') void roles.supervise();
else if (role === 'client') void roles.client();
