/**
 * `tsinit run`: commands or a Procfile as the sections that somebody would have written for them, and from there on as every configuration.
 * A program that has ended is not started again, and the first end ends everything: what foreman's users expect.
 */
import { loadSections } from '../read/load.ts';
import type { ConfigWorld, LoadResult } from '../model/model.ts';
import { addError, collectProblems, hasErrors, type Problems } from '../problems.ts';
import type { RawOption, RawSection } from '../read/raw.ts';
import { readEnvironmentFiles } from '../values/text/environment-file.ts';
import { absolutePath, parentOf } from '../values/paths.ts';
import { type Entry, readProcfile } from './procfile.ts';
import { isPort, parseRun, type RunRequest } from './request.ts';

/** foreman's: from here on upwards, a hundred for each program, one for each of several. */
const FIRST_PORT = 5000;
const PORTS_PER_PROGRAM = 100;
const ARGUMENT = 'argument';

/** `argv`: behind `run`. */
export function loadRun(argv: readonly string[], world: ConfigWorld): LoadResult {
  const problems = collectProblems('tsinit');
  const parsed = parseRun(argv);
  if (!parsed.ok) {
    addError(problems, null, { ours: parsed.error, peer: parsed.error });
    return { ok: false, problems: problems.list };
  }
  const request = parsed.value;
  const isFile = request.commands.length === 0;
  const entries = isFile ? entriesOfFile(request, world, problems) : entriesOfWords(request.commands);
  const chosen = choose(entries, request, isFile ? request.procfile : 'the command line', problems);
  if (hasErrors(problems)) return { ok: false, problems: problems.list };
  const main = isFile ? request.procfile : ARGUMENT;
  const sections = [supervisorSection(main, request), ...programSections(chosen, request, world)];
  const config = { main, here: world.workingDirectory, sections, defaults: new Map<string, RawOption>(), programDefaults: new Map<string, RawOption>() };
  return loadSections(world, { config, files: [main] }, { personality: 'tsinit', overrides: [] }, problems);
}

function entriesOfFile({ procfile }: RunRequest, world: ConfigWorld, problems: Problems): readonly Entry[] {
  const content = world.readFile(procfile);
  if ('text' in content) return readProcfile(procfile, content.text, problems);
  const sentence = `cannot read ${procfile}: ${content.error}; name one with -f FILE, or write commands as in: tsinit run 'web=node server.js'`;
  addError(problems, null, { ours: sentence, peer: sentence });
  return [];
}

/** Without a name it is that of the program, with a number where it is taken. */
function entriesOfWords(commands: RunRequest['commands']): readonly Entry[] {
  const names = new Set(commands.flatMap(({ name }) => name ?? []));
  return commands.map(({ name, command }, index) => ({
    name: name ?? freeName(command, names),
    command: command.replaceAll('%', '%%'),
    place: { file: ARGUMENT, line: index + 1 },
  }));
}

function freeName(command: string, taken: Set<string>): string {
  const [word = ''] = command.trim().split(/\s/);
  const base = word.slice(word.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '') || 'program';
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
  taken.add(name);
  return name;
}

/** Those that are asked for, each as many times as the formation says. */
function choose(entries: readonly Entry[], { wanted, formation, terminal }: RunRequest, where: string, problems: Problems): readonly Entry[] {
  if (hasErrors(problems)) return entries;
  const names = entries.map(({ name }) => name).join(', ');
  for (const name of [...wanted, ...formation.keys()]) {
    if (name === 'all' || entries.some((entry) => entry.name === name)) continue;
    const sentence = `${where} has no program ${name}; it has ${names || 'none at all'}`;
    addError(problems, null, { ours: sentence, peer: sentence });
  }
  if (terminal !== null && !hasErrors(problems)) checkTerminal(entries, { wanted, formation, terminal }, where, problems);
  const chosen = entries.filter(({ name }) => wanted.length === 0 || wanted.includes(name) || wanted.includes('all'));
  if (!hasErrors(problems) && chosen.every(({ name }) => countOf(name, formation) === 0)) {
    const sentence = `${where} has nothing to run; write lines such as web: node server.js`;
    addError(problems, null, { ours: sentence, peer: sentence });
  }
  return chosen;
}

/** One process, and one that runs. */
function checkTerminal(
  entries: readonly Entry[],
  { wanted, formation, terminal }: Pick<RunRequest, 'wanted' | 'formation'> & { readonly terminal: string },
  where: string,
  problems: Problems,
): void {
  const isChosen = wanted.length === 0 || wanted.includes(terminal) || wanted.includes('all');
  const count = countOf(terminal, formation);
  let sentence: string | null = null;
  if (!entries.some(({ name }) => name === terminal))
    sentence = `run: --terminal ${terminal}: ${where} has no such program; it has ${entries.map(({ name }) => name).join(', ')}`;
  else if (!isChosen || count !== 1)
    sentence = `run: --terminal ${terminal}: one process alone can have the terminal, and ${isChosen ? count : 0} of it would run`;
  if (sentence !== null) addError(problems, null, { ours: sentence, peer: sentence });
}

function countOf(name: string, formation: ReadonlyMap<string, number>): number {
  return formation.get(name) ?? formation.get('all') ?? 1;
}

function supervisorSection(main: string, { exitPolicy, stopSignals }: RunRequest): RawSection {
  const place = { file: main, line: 1 };
  return {
    name: 'tsinit',
    kind: 'supervisord',
    label: '',
    place,
    options: optionsOf(place, { exit_policy: exitPolicy, ...(stopSignals === null ? {} : { stop_signals: stopSignals.replaceAll('%', '%%') }) }),
  };
}

function programSections(entries: readonly Entry[], request: RunRequest, world: ConfigWorld): readonly RawSection[] {
  const files = environmentFilesOf(request, world);
  const firstPort = firstPortOf(request, files, world);
  return entries.flatMap((entry, index) => {
    const count = countOf(entry.name, request.formation);
    return Array.from({ length: count }, (_, number) =>
      programSection(entry, count === 1 ? entry.name : `${entry.name}.${number + 1}`, {
        command: entry.command,
        startsecs: '0',
        autorestart: String(request.restarts),
        // What watches files, or waits for keys, ends when its input does.
        stdin: entry.name === request.terminal ? 'inherit' : 'pipe',
        ...(files === '' ? {} : { env_file: files.replaceAll('%', '%%') }),
        ...(firstPort === null ? {} : { environment: `PORT="${firstPort + index * PORTS_PER_PROGRAM + number}"` }),
        ...(request.stopMs === null ? {} : { stopwaitsecs: `${request.stopMs}ms` }),
      }),
    );
  });
}

function programSection({ place }: Entry, name: string, options: Readonly<Record<string, string>>): RawSection {
  return { name: `program:${name}`, kind: 'program', label: name, place, options: optionsOf(place, options) };
}

function optionsOf(place: RawSection['place'], options: Readonly<Record<string, string>>): ReadonlyMap<string, RawOption> {
  return new Map(Object.entries(options).map(([key, text]) => [key, { key, text, place }]));
}

/** As env_file has it; beside a Procfile .env is read where it is there. Empty: none. */
function environmentFilesOf({ environmentFiles: named, commands, procfile }: RunRequest, { workingDirectory }: ConfigWorld): string {
  if (named !== null) return named;
  return commands.length > 0 ? '' : `-${parentOf(absolutePath(procfile, workingDirectory))}/.env`;
}

/** Programs of a Procfile find their port in PORT. */
function firstPortOf({ port, commands }: RunRequest, files: string, world: ConfigWorld): number | null {
  if (port !== null) return port;
  if (commands.length > 0) return null;
  // Mistakes in the files are told when the sections are read.
  const read = readEnvironmentFiles(files, world);
  const variables = read.ok ? read.value : {};
  const found = variables['PORT'] ?? world.environment['PORT'] ?? '';
  return isPort(found) ? Number(found) : FIRST_PORT;
}
