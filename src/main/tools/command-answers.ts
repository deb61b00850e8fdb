/** What a command line asks that needs no configuration: the help and the version of the supervisord personality. */
import { parseCommandLine } from '../../config/command-line.ts';
import { FLAGS } from '../../config/flags.ts';
import type { Flag } from '../../config/flags.ts';
import type { Personality } from '../../config/model/settings.ts';

/** The version whose behaviour the personality has: what scripts that ask for it want to know. */
const PEER_VERSION = '4.2.5';
const COLUMN = 30;

/** Text for stdout; null: a configuration is to be run. Of tsinit's own name init answers both. */
export const answerTo = (argv: readonly string[], personality: Personality): string | null => {
  const parsed = parseCommandLine(argv, personality);
  if (!parsed.ok || parsed.value.kind === 'supervise') return null;
  return parsed.value.kind === 'version' ? `${PEER_VERSION}\n` : helpText();
};

const helpText = (): string => {
  const lines = FLAGS.filter(({ isOurs }) => !isOurs).map(flagLine);
  return `supervisord -- run a set of applications as daemons.\n\nUsage: supervisord [options]\n\nOptions:\n${lines.join('')}`;
};

const flagLine = ({ short, long, value, doc }: Flag): string => {
  const names = `${short === null ? '' : `-${short}/`}--${long}${value === null ? '' : ` ${value}`}`;
  return `${names.padEnd(COLUMN)} ${doc}\n`;
};
