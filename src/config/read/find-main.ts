/** Finds the main file among the places to look, and says where it was looked for when there is none. */
import type { ConfigWorld } from '../model/model.ts';
import { addError, type Problems } from '../problems.ts';

export type MainFile = { readonly path: string; readonly text: string };

/** The first file that is there. One that is there but cannot be read is an error, not a reason to take the next. */
export function findMain(world: ConfigWorld, paths: readonly string[], problems: Problems): MainFile | null {
  for (const path of paths) {
    const content = world.readFile(path);
    if ('text' in content) return { path, text: content.text };
    const isMissing = /ENOENT|ENOTDIR|no such file|not a directory/i.test(content.error);
    if (isMissing && paths.length > 1) continue;
    addError(problems, null, {
      ours: `cannot read the configuration ${path}: ${content.error}; name a file that can be read with -c FILE`,
      peer: isMissing ? `could not find config file ${path}` : `could not read config file ${path}`,
    });
    return null;
  }
  const list = paths.join(', ');
  addError(problems, null, {
    ours: `there is no configuration; looked for ${list}; name one with -c FILE, or write a command as in: tsinit -- command`,
    peer: `No config file found at default paths (${list}); use the -c option to specify a config file at a different path`,
  });
  return null;
}
