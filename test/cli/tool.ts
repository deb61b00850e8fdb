/** Runs a tool from the sources, in a Node of its own: its output, its exit code. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/fixtures.ts';

export type ToolOutcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const script = `
const { runTool } = await import(process.argv[1]);
process.exitCode = await runTool(process.argv.slice(2), null);
`;
const tools = join(projectRoot, 'src/main/tools/tools.ts');

export const tool = (argv: readonly string[], options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {}): ToolOutcome => {
  const env = { PATH: '/usr/bin:/bin', ...coverage(), ...options.env };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, tools, ...argv],
    {
      env,
      cwd: options.cwd ?? '/',
      encoding: 'utf8',
    },
  );
  return { code: status, stdout, stderr };
};

/** The file's path. */
export const write = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Who measures coverage measures this process too. */
const coverage = (): Readonly<Record<string, string>> => {
  const folder = process.env['NODE_V8_COVERAGE'];
  return folder === undefined ? {} : { NODE_V8_COVERAGE: folder };
};
