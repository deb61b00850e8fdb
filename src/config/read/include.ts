/**
 * [include]: which further files belong to a configuration. Patterns are relative to the main file's directory; files
 * of a pattern come in byte order, each file once per pattern. supervisord knows no braces in them and no folders at any depth. An [include] inside an included file is not followed.
 */
import type { ConfigWorld } from '../model/model.ts';
import { expand } from './expand.ts';
import { NO_NAMES, overNames, overVariables } from '../model/names.ts';
import { addError, addWarning, type Problems } from '../problems.ts';
import { type RawSection, showPlace } from './raw.ts';
import { expansionWording } from './expansion-wording.ts';

const MOST_FILES = 256;

/** The files that [include] names, in the order they are to be read. */
export function includedFiles(world: ConfigWorld, include: RawSection, here: string, problems: Problems): readonly string[] {
  const option = include.options.get('files');
  if (option === undefined) {
    addError(problems, include.place, {
      ours: `[include] (${showPlace(include.place)}) has no files; write files = conf.d/*.conf`,
      peer: '.ini file has [include] section, but no files setting',
    });
    return [];
  }
  const names = overNames(overVariables(NO_NAMES, world.environment), { here, host_node_name: world.hostName });
  const expanded = expand(option.text, names);
  if (!expanded.ok) {
    addError(problems, option.place, expansionWording(expanded.error, include.name, option, names));
    return [];
  }
  const files: string[] = [];
  for (const pattern of expanded.value.text.split(/\s+/).filter(Boolean)) {
    const path = pattern.startsWith('/') ? pattern : `${here === '/' ? '' : here}/${pattern}`;
    const found = world.glob(path, problems.personality === 'supervisord' ? 'fnmatch' : 'full');
    if (found.length === 0) {
      const sentence = `No file matches via include "${path}"`;
      addWarning(problems, option.place, { ours: `no file matches ${path}, included by ${showPlace(option.place)}`, peer: sentence });
    }
    files.push(...found);
  }
  if (files.length > MOST_FILES) {
    const sentence = `[include] (${showPlace(option.place)}) names ${files.length} files; at most ${MOST_FILES} are read`;
    addError(problems, option.place, { ours: sentence, peer: sentence });
  }
  return files.slice(0, MOST_FILES);
}
