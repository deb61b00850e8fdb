/**
 * What is compared of a server that has ended: its exit code, its streams, its main log by program, and every file it or
 * its programs left, byte for byte. Times, process numbers, the folder's name and the random part of AUTO names are
 * replaced by words; nothing else is.
 */
import { type Stats, existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';

export type Observation = {
  readonly code: number;
  readonly stderr: readonly string[];
  /** Lines on standard output that are not the main log's. */
  readonly output: readonly string[];
  /** Main-log lines that name no process. */
  readonly server: readonly string[];
  /** Main-log lines by process. */
  readonly processes: Readonly<Record<string, readonly string[]>>;
  /** Lines that the scenario orders across processes. */
  readonly order: readonly string[];
  /** `mode bytes` by name. */
  readonly files: Readonly<Record<string, string>>;
};

const MAIN_LOG = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ([A-Z]{4} .*)$/;
const NAMED = [
  /^[A-Z]{4} (?:spawned: |killing |process |fd )'([^']+)'/,
  /^[A-Z]{4} (?:success|exited|stopped|gave up): (\S+) /,
  /^[A-Z]{4} waiting for (\S+) to stop$/,
  /^[A-Z]{4} (?:killing|sending) (\S+) \(pid/,
];

export const observe = (server: Server, scenario: Scenario, code: number): Observation => {
  const normal = (text: string): string => normalise(text, server.folder);
  const stdout = server.container.stdout.lines;
  const main = once(stdout.flatMap((text) => MAIN_LOG.exec(text)?.[1] ?? []).map(normal)).filter((text) => !scenario.omit?.test(text));
  const processes: Record<string, string[]> = {};
  for (const text of main) {
    const name = nameIn(text);
    if (name !== null) (processes[name] ??= []).push(text);
  }
  return {
    code,
    processes,
    stderr: server.container.stderr.lines.map(normal),
    output: stdout.filter((text) => !MAIN_LOG.test(text)).map(normal),
    server: main.filter((text) => nameIn(text) === null),
    order: main.filter((text) => scenario.order?.test(text) ?? false),
    files: filesOf(server, scenario, normal),
  };
};

const nameIn = (text: string): string | null => {
  for (const pattern of NAMED) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
};

const REPEATED = /^WARN killing '[^']+' \(PID\) with SIGKILL$/;
const WAITING = / to die$/;
/** Said only when somebody looks between the signal and the end. */
const LOOKED = /^INFO waiting for \S+ to stop$/;

/**
 * Without what is said again as long as something lasts: the SIGKILL of a process that the kernel takes its time to end, and every three seconds which
 * programs a stop still waits for, by then perhaps fewer.
 */
const once = (lines: readonly string[]): readonly string[] => {
  const said = new Set<string>();
  return lines.filter((text) => {
    if (/^INFO spawned: |^WARN received SIG/.test(text)) said.clear();
    const key = WAITING.test(text) ? 'waiting' : text;
    if (said.has(key) || LOOKED.test(text)) return false;
    if (key === 'waiting' || REPEATED.test(text)) said.add(key);
    return true;
  });
};

const normalise = (text: string, folder: string): string =>
  text
    .replaceAll(folder, 'DIR')
    .replace(/(with pid|unknown pid|\(pid) \d+/g, '$1 PID')
    .replace(/^(WARN killing '[^']+') \(\d+\)/, '$1 (PID)')
    .replace(/For help, use \S+ -h/, 'For help, use SERVER -h')
    .replace(/(---\S*?-)[a-z0-9_]{8}(\.log)/g, '$1RANDOM8$2');

const filesOf = (server: Server, scenario: Scenario, normal: (text: string) => string): Record<string, string> => {
  const files: [string, string][] = [];
  for (const name of readdirSync(server.folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(server.folder, name);
    const stat = lstatSync(path);
    if (server.given.get(name) === fingerprint(path, stat)) continue;
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
    if (stat.isSymbolicLink()) files.push([normal(name), `link to ${normal(readlinkSync(path))}`]);
    else if (stat.isFile()) files.push([normal(name), `${mode} ${content(name, readFileSync(path, 'latin1'), scenario, normal)}`]);
    else files.push([normal(name), stat.isDirectory() ? `${mode} folder` : stat.isSocket() ? `${mode} socket` : mode]);
  }
  for (const name of server.given.keys()) if (!existsSync(join(server.folder, name))) files.push([name, 'gone']);
  return Object.fromEntries(files.sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** Tells a given file that was left as it was. */
export const fingerprint = (path: string, stat: Stats): string => `${stat.mode} ${stat.isFile() ? readFileSync(path, 'latin1') : ''}`;

/** The main log's lines come in an order that is only guaranteed per process. */
const content = (name: string, text: string, scenario: Scenario, normal: (text: string) => string): string => {
  if (!MAIN_LOG.test(text.slice(0, text.indexOf('\n'))) && !name.startsWith('main.log')) return normal(normaliseReport(text));
  return once(text.split('\n').map((each) => normal(MAIN_LOG.exec(each)?.[1] ?? each)))
    .filter((each) => !scenario.omit?.test(each))
    .toSorted()
    .filter((each, index, all) => each !== all[index - 1])
    .join('\n');
};

/** What a program has reported of itself: pids become relations, hexadecimal entries of its environment text. */
const normaliseReport = (text: string): string => {
  const pid = /^pid (\d+)$/m.exec(text)?.[1];
  return text
    .replace(/^pid \d+$/m, 'pid PID')
    .replace(/^(pgid|sid) (\d+)$/gm, (_all, what: string, id: string) => `${what} ${id === pid ? 'PID' : id}`)
    .replace(/^env ([0-9a-f]+)$/gm, (_all, hex: string) => `env ${Buffer.from(hex, 'hex').toString('utf8')}`)
    .replace(/(?:^env .*\n)+/gm, (block) => `${block.trimEnd().split('\n').toSorted().join('\n')}\n`)
    .replace(/(pipe|socket):\[\d+\]/g, '$1');
};
