/** What rehearsals have in common: the bundle evaluated, played, and its compiled code written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { SCRIPT_NAME } from './names.ts';

/**
 * Machine code, which is not kept anyway, is made by threads, and marks in the compiled code tell how far they are: without them two builds are equal whatever
 * else the machine does. Put back before the code is written, for V8 refuses what was compiled under other flags than those of the run.
 */
const MACHINE_CODE_FLAGS = ['sparkplug', 'maglev', 'opt', 'flush-bytecode'] as const;

const required = createRequire(import.meta.url);

/** Called as `node FLAGS REHEARSAL BUNDLE RESULT`. `argv` is what the bundle finds behind its name, `instead` what it gets in place of modules. Ends the process. */
export const rehearse = async (
  play: (exports: unknown) => Promise<void>,
  argv: readonly string[],
  instead: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  const [bundlePath = '', resultPath = ''] = process.argv.slice(2);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...argv);
  for (const flag of MACHINE_CODE_FLAGS) setFlagsFromString(`--no-${flag}`);
  const compiled = new Script(readFileSync(bundlePath, 'latin1'), { filename: SCRIPT_NAME });
  const module: { exports: unknown } = { exports: {} };
  const evaluate = compiled.runInThisContext() as (exports: unknown, require: unknown, module: unknown) => void;
  evaluate(module.exports, (name: string): unknown => instead[name] ?? required(name), module);
  await play(module.exports);
  for (const flag of MACHINE_CODE_FLAGS) setFlagsFromString(`--${flag}`);
  writeFileSync(resultPath, compiled.createCachedData());
  process.exit(0);
};
