/**
 * The pid file of a program, and the command `pidproxy FILE COMMAND` of supervisor's Python package, whose work is built in. Reads no file.
 */

/** What pidproxy is asked for; null: the words do not run it. */
export function pidProxyOf(argv: readonly string[]): { readonly pidFile: string; readonly argv: readonly string[] } | null {
  const rest = behindPidProxy(argv);
  const [pidFile, ...command] = rest ?? [];
  return pidFile === undefined || command.length === 0 ? null : { pidFile, argv: command };
}

/** It is run by its name, as a script of an interpreter, or as a module. */
function behindPidProxy(argv: readonly string[]): readonly string[] | null {
  const [program = '', ...words] = argv;
  if (isScript(program)) return words;
  if (!/(?:^|\/)python[0-9.]*$/.test(program)) return null;
  const first = words.findIndex((word) => !/^-[A-Za-z]*[^m-]$/.test(word));
  const [word = '', name = '', ...others] = words.slice(Math.max(0, first));
  if (/^-[A-Za-z]*m$/.test(word)) return name === 'supervisor.pidproxy' ? others : null;
  return isScript(word) ? [name, ...others] : null;
}

const isScript = (word: string): boolean => /(?:^|\/)pidproxy(?:\.py)?$/.test(word);

/** As the program sees it: beside its directory, under its root. */
export function pidFilePath(file: string | null, directory: string | null, root: string | null): string | null {
  if (file === null) return null;
  const path = file.startsWith('/') || directory === null ? file : `${directory}/${file}`;
  return root !== null && path.startsWith('/') ? `${root}${path}` : path;
}
