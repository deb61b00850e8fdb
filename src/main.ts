/**
 * Composition root of the supervisor; main/tools/client.ts is that of the tools, a bundle of its own. These two alone may end the process.
 * Everything that the first program does not need is imported after it was started.
 */
import { writeSync } from 'node:fs';
import type { Personality } from './config/model/settings.ts';
import type { Native } from './kernel/native.ts';

process.on('uncaughtException', (error) => {
  // init starts the next supervisor; the programs run on meanwhile.
  writeSync(2, `tsinit: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});

/** Node puts the executable's path into argv[1]; what init was called with follows. */
const argv = process.argv.slice(2);

/** A link named supervisord is supervisord. */
const personalityOf = (name: string): Personality => (name.slice(name.lastIndexOf('/') + 1) === 'supervisord' ? 'supervisord' : 'tsinit');

/** Exported for the build, which rehearses it, and for tests. */
export const roles = {
  supervise: async (native?: Native): Promise<void> => {
    const { supervise } = await import('./main/supervise.ts');
    const personality = personalityOf(process.argv0);
    const [word] = argv;
    const isVerb = personality === 'tsinit' && (word === 'run' || word === 'ci');
    const verb = isVerb ? (await import('./main/tools/verbs.ts')).verbs[word] : null;
    supervise({ argv, personality, verb, end: (code) => process.exit(code) }, native);
  },
};

/** Not so when the build's rehearsal loads it. */
if (process.env['TSINIT_ROLE'] === 'supervise') void roles.supervise();
