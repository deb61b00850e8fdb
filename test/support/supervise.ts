/**
 * Supervise mode for tests: a configuration as text in, a running container out. Programs of a configuration are
 * written as `${fixture('writer')} …`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Container, type ContainerOptions, startContainer, temporaryFolder, tsinit } from './container.ts';

export type SuperviseOptions = ContainerOptions & {
  /** Further words on tsinit's command line. */
  readonly args?: readonly string[];
};

/** Runs `tsinit -c FILE` with that text as PID 1. */
export const supervise = (t: TestContext, config: string, options: SuperviseOptions = {}): Promise<Container> =>
  startContainer(t, [tsinit, '-c', configFile(t, config), ...(options.args ?? [])], options);

/** A file with that text. */
export const configFile = (t: TestContext, text: string): string => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'tsinit.conf');
  writeFileSync(path, text);
  return path;
};

/** A section of a program that runs once: its end is final, however soon it comes. */
export const once = (name: string, command: string, more = ''): string => `[program:${name}]\ncommand=${command}\nstartsecs=0\nautorestart=false\n${more}\n`;

/** A section of a program that stays; a death soon after its start is an ordinary one. */
export const steady = (name: string, command: string, more = ''): string => `[program:${name}]\ncommand=${command}\nstartsecs=0\nautorestart=true\n${more}\n`;

/** The lines of one program, without its prefix. */
export const linesOf = (lines: readonly string[], name: string): readonly string[] => {
  const prefix = new RegExp(`^${name} +\\| `);
  return lines.filter((line) => prefix.test(line)).map((line) => line.replace(prefix, ''));
};
