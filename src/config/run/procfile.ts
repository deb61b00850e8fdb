/**
 * A Procfile: `name: command` lines, # comments. Commands are a shell's, as under foreman; one that needs none is run without, so that an
 * image without a shell can have a Procfile, too.
 */
import type { Place } from '../model/model.ts';
import { addError, type Problems } from '../problems.ts';
import { quoteWord } from '../values/text/shell-quote.ts';

/** A program without an INI section. `command` as a section has it. */
export type Entry = { readonly name: string; readonly command: string; readonly place: Place };

export function readProcfile(file: string, text: string, problems: Problems): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, written] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const place = { file, line: index + 1 };
    const match = /^([\w.-]+)\s*:\s*(\S.*)$/.exec(line);
    const [, name = '', command = ''] = match ?? [];
    const before = entries.find((entry) => entry.name === name);
    if (match === null) refuse(problems, place, `cannot read ${file}:${place.line}: '${line.slice(0, 60)}' is no line of a Procfile; write name: command`);
    else if (before !== undefined)
      refuse(problems, place, `cannot read ${file}:${place.line}: ${name} stands in line ${before.place.line} already; names must differ`);
    else entries.push({ name, command: withShell(command), place });
  }
  return entries;
}

/** Whatever a shell may do more with than split it; and KEY=value in front. */
const NEEDS_SHELL = /[|&;<>()$`*?[\]#~{}!\n]|^\w+=/;

function withShell(command: string): string {
  return NEEDS_SHELL.test(command) ? `/bin/sh -c ${quoteWord(command)}` : command.replaceAll('%', '%%');
}

function refuse(problems: Problems, place: Place, sentence: string): void {
  addError(problems, place, { ours: sentence, peer: sentence });
}
