/**
 * `tsinit check [-c FILE | FILE] [--watch]`: reads a configuration as a start would and prints every problem, or what would run.
 * With --watch it does so again whenever a file changes, on a screen of its own.
 */
import { FLAGS } from '../config/flags.ts';
import { countOf, problemLines } from './problems.ts';
import type { ProblemLine } from './problems.ts';

/** What reading came to. */
export type Checked = { readonly problems: readonly ProblemLine[]; readonly files: readonly string[] } & (
  | {
      readonly isGood: false;
      /** The file is written for supervisord, which would run it as it stands. */
      readonly isGoodForSupervisord: boolean;
    }
  | {
      readonly isGood: true;
      readonly exitPolicy: string;
      /** What supervisord would do otherwise with a file that is written for it. */
      readonly differences: readonly Difference[];
      readonly processes: readonly CheckedProcess[];
    }
);

export type CheckedProcess = {
  readonly name: string;
  readonly command: string;
  readonly autostart: boolean;
  /** When the clock will start it, as a line; null: it has no schedule. */
  readonly schedule: string | null;
  /** What else starts it, as in start_on; empty: nothing. */
  readonly startOn: string;
};

export type Difference = { readonly place: { readonly file: string; readonly line: number }; readonly message: string };

export type CheckPorts = {
  readonly read: (argv: readonly string[]) => Checked;
  /** Calls back whenever the file changes; false when it cannot be watched. */
  readonly follow: (file: string, changed: () => void) => boolean;
};

const GOOD = 0;
const BAD = 2;

export const check = async (argv: readonly string[], ports: CheckPorts): Promise<number> => {
  const options = withFileOption(argv.filter((word) => word !== '--watch'));
  if (argv.includes('--watch')) {
    const { watchScreen } = await import('./watch.ts');
    return watchScreen(() => {
      const checked = ports.read(options);
      return { text: checkedLines(checked), files: checked.files };
    }, ports.follow);
  }
  const checked = ports.read(options);
  process.stdout.write(checkedLines(checked));
  return checked.isGood ? GOOD : BAD;
};

/** The first word that is neither an option nor an option's value is the file. */
const withFileOption = (argv: readonly string[]): readonly string[] => {
  for (let at = 0; at < argv.length; at += takesNext(argv[at] ?? '') ? 2 : 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return [...argv.slice(0, at), '-c', ...argv.slice(at)];
  }
  return argv;
};

/** Is the word behind it its value? */
const takesNext = (word: string): boolean => {
  if (word.startsWith('--')) return !word.includes('=') && FLAGS.some(({ long, value }) => value !== null && word.length > 2 && long.startsWith(word.slice(2)));
  const flags = Array.from(word.slice(1), (letter) => FLAGS.find(({ short }) => short === letter));
  const first = flags.findIndex((flag) => flag !== undefined && flag.value !== null);
  return first >= 0 && first === flags.length - 1;
};

const checkedLines = (checked: Checked): string => {
  const problems = problemLines(checked.problems);
  if (!checked.isGood) {
    const errors = checked.problems.filter(({ severity }) => severity === 'error').length;
    const way = checked.isGoodForSupervisord ? 'supervisord passes over what it does not know; tsinit --compat supervisord runs the file as it does\n' : '';
    return `${problems}${countOf(errors, 'problem', 'problems')}\n${way}`;
  }
  const processes = checked.processes.map(processLines);
  return `${problems}good: ${countOf(processes.length, 'process', 'processes')}, exit_policy=${checked.exitPolicy}\n${processes.join('')}${differenceLines(checked.differences)}`;
};

const processLines = ({ name, command, autostart, schedule, startOn }: CheckedProcess): string => {
  const manner = schedule !== null ? ' (by the clock)' : startOn !== '' ? ` (by ${startOn})` : autostart ? '' : ' (not started by itself)';
  return `  ${name}: ${command}${manner}\n${schedule === null ? '' : `    ${schedule}\n`}`;
};

const differenceLines = (differences: readonly Difference[]): string => {
  if (differences.length === 0) return '';
  const lines = differences.map(({ place, message }) => `  ${place.file}:${place.line}: ${message}\n`);
  return `otherwise than under supervisord (tsinit --compat supervisord does it supervisord's way):\n${lines.join('')}`;
};
