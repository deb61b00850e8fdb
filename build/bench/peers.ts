/**
 * What is compared: our built file and Debian's packages, with the versions that ran, and how each is told to run the
 * same program.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../paths.ts';

export const tsinit = process.env['TSINIT_BIN'] ?? join(root, 'dist', 'tsinit');
export const tini = '/usr/bin/tini-static';
export const dumbInit = '/usr/bin/dumb-init';
const supervisord = '/usr/bin/supervisord';
const bareNode = join(root, 'node_modules', '.bin', 'node');

/** Everything a benchmark writes; gone at the end. */
export const folder = mkdtempSync(join(tmpdir(), 'tsinit-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A new file there. */
export const fileWith = (text: string, ending: string): string => {
  const path = join(folder, `${++files}${ending}`);
  writeFileSync(path, text);
  return path;
};

/** A FIFO for programs to note their moments in. */
export const makeFifo = (): string => {
  const path = join(folder, `${++files}.fifo`);
  execFileSync('mkfifo', [path]);
  return path;
};

export type ProgramSetting = {
  readonly command: string;
  readonly autorestart?: boolean;
  readonly copies?: number;
  readonly logFile?: string;
  /** Further options of the section, for tsinit alone. */
  readonly options?: readonly string[];
  /** Of the log file; without it the file grows for ever. */
  readonly rotation?: { readonly maxBytes: number; readonly backups: number };
};

const section = (name: string, program: ProgramSetting, more: readonly string[]): string =>
  [
    `[program:${name}]`,
    `command=${program.command}`,
    'startsecs=0',
    `autorestart=${program.autorestart === true}`,
    ...((program.copies ?? 1) > 1 ? [`numprocs=${program.copies}`, 'process_name=%(program_name)s_%(process_num)03d'] : []),
    ...more,
    '',
  ].join('\n');

const rotationOf = ({ rotation }: ProgramSetting): readonly string[] => [
  `stdout_logfile_maxbytes=${rotation?.maxBytes ?? 0}`,
  `stdout_logfile_backups=${rotation?.backups ?? 0}`,
];

/** A control interface, for those that measure it. */
export type ServerSetting = { readonly socket: string };

const controlOf = (server: ServerSetting | undefined): string =>
  server === undefined
    ? ''
    : `[unix_http_server]\nfile=${server.socket}\n\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n\n`;

/** Command line of tsinit in supervise mode for these programs. It stays when they have ended. `more`: further sections. */
export const asTsinit = (programs: Readonly<Record<string, ProgramSetting>>, server?: ServerSetting, more = ''): readonly string[] => {
  const sections = Object.entries(programs).map(([name, program]) =>
    section(name, program, [
      ...(program.logFile === undefined ? [] : [`stdout_logfile=${program.logFile}`, ...rotationOf(program)]),
      ...(program.options ?? []),
    ]),
  );
  return [tsinit, '-c', fileWith(`[tsinit]\nexit_policy=never\n\n${controlOf(server)}${sections.join('\n')}\n${more}`, '.conf')];
};

/** Command line of supervisord for the same: in the foreground, silent, output passed on as it is, unprefixed. */
export const asSupervisord = (programs: Readonly<Record<string, ProgramSetting>>, server?: ServerSetting, more = ''): readonly string[] => {
  const sections = Object.entries(programs).map(([name, program]) =>
    section(name, program, [
      `stdout_logfile=${program.logFile ?? '/dev/stdout'}`,
      ...rotationOf(program),
      'stderr_logfile=/dev/stderr',
      'stderr_logfile_maxbytes=0',
    ]),
  );
  const pidFile = join(folder, `${++files}.pid`);
  const own = `[supervisord]\nnodaemon=true\nsilent=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${pidFile}\n\n`;
  return [supervisord, '-c', fileWith(`${own}${controlOf(server)}${sections.join('\n')}\n${more}`, '.conf')];
};

/** A Node script that does nothing but spawn the program. */
export const asBareNode = (command: readonly string[]): readonly string[] => [
  bareNode,
  '-e',
  `require('node:child_process').spawn(${JSON.stringify(command[0])}, ${JSON.stringify(command.slice(1))}, { stdio: 'inherit' })`,
];

/** Why nothing can be measured here, or null. */
export const obstacle = (): string | null => {
  if (process.getuid?.() !== 0) return 'the benchmark makes PID namespaces and needs root';
  if (!existsSync(tsinit)) return `there is no ${tsinit}: npm run build makes it`;
  for (const [path, name] of [
    [tini, 'tini'],
    [dumbInit, 'dumb-init'],
    [supervisord, 'supervisor'],
  ] as const)
    if (!existsSync(path)) return `${path} is missing: apt-get install ${name}`;
  return null;
};

/** Name and version of each peer. */
export const versions = (): readonly string[] => [
  ...['tini', 'dumb-init', 'supervisor'].map((name) => `${name} ${execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' })}`),
  `Node ${execFileSync(bareNode, ['--version'], { encoding: 'utf8' }).trim()} (bare script)`,
];
