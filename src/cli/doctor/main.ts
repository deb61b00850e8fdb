/** `tsinit doctor`: prints the container as it was found, and what to do about what will make trouble. Exit 0: nothing will, 1: something. */
import { factsOf } from './facts.ts';
import type { Look, Process } from './facts.ts';
import { findingsOf } from './findings.ts';
import type { Finding } from './findings.ts';

export type DoctorPorts = {
  readonly look: Look;
  readonly process: Process;
  readonly environment: Readonly<Record<string, string>>;
  /** What init saw at its start. */
  readonly found: string;
  /** Where a configuration is looked for. */
  readonly configurations: readonly string[];
};

const WIDTH = 14;
const GOOD = 0;
const TROUBLE = 1;

export const doctor = ({ look, process: self, environment, found, configurations }: DoctorPorts): number => {
  const findings = findingsOf(factsOf(look, self, environment, found, configurations));
  const wrong = findings.filter(({ hint }) => hint !== null).length;
  process.stdout.write(
    `${findings.map(linesOf).join('')}${wrong === 0 ? 'nothing will make trouble' : `${wrong} ${wrong === 1 ? 'thing' : 'things'} to look at`}\n`,
  );
  return wrong === 0 ? GOOD : TROUBLE;
};

const linesOf = ({ topic, text, hint }: Finding): string =>
  `${hint === null ? ' ' : '!'} ${topic.padEnd(WIDTH)}${text}\n${hint === null ? '' : `${' '.repeat(WIDTH + 2)}-> ${hint}\n`}`;
