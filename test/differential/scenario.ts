/**
 * What a scenario of the differential test is: a configuration, steps that wait for lines and act, and the deliberate
 * differences that show in it. `{dir}` in any text stands for the folder of the run, `{report}` for the program of
 * test/fixtures/report.c. Both servers get the same scenario; nothing here knows which of them runs.
 */
import type { DifferenceId } from './differences.ts';
import type { Observation } from './observe.ts';
import type { Server } from './server.ts';

/** Waits for something, then goes on; never sleeps. */
export type Step = (server: Server) => Promise<unknown> | void;

/** A listed difference as it shows here: what tsinit is expected to show, made from what supervisord showed. */
export type Expected = { readonly id: DifferenceId; readonly edit: (supervisord: Observation) => Observation };

export type Scenario = {
  readonly name: string;
  /** The main file, behind a [supervisord] section with the folder's paths (`server` adds options to it). */
  readonly conf?: string;
  readonly server?: string;
  /** The whole main file, in place of `conf` and `server`; null: there is none. */
  readonly whole?: string | null;
  /** Other files by name; a name that ends in `/` is a folder, in `|` a named pipe, in `!` an executable. */
  readonly files?: Readonly<Record<string, string>>;
  /** The command line behind `-c FILE`; the first word `{no-c}` stands for no `-c FILE`. */
  readonly args?: readonly string[];
  /** Started by the link DIR/bin/supervisord. */
  readonly asLink?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of test/fixtures/pid1.c. */
  readonly launcher?: readonly string[];
  readonly steps?: readonly Step[];
  /** How it ends after the steps: by TERM, or without being told. */
  readonly end?: 'TERM' | 'by itself';
  /** Main-log lines whose order is compared across programs too, because supervisord guarantees it. */
  readonly order?: RegExp;
  /** Main-log lines that are left out: their number depends on timing. */
  readonly omit?: RegExp;
  readonly differs?: readonly Expected[];
};

export type Theme = { readonly name: string; readonly scenarios: readonly Scenario[] };

/** The count-th line on the server's standard output that matches: main log, or what programs write there. */
export const line =
  (pattern: RegExp, count = 1): Step =>
  (server) =>
    server.container.stdout.line(pattern, count);

/** A signal to the server. */
export const signal =
  (name: NodeJS.Signals): Step =>
  (server) =>
    server.container.signal(name);

/** A signal to the last run of a process. */
export const kill =
  (process: string, name: NodeJS.Signals): Step =>
  (server) =>
    server.kill(process, name);

/** One line into a named pipe of `files`. */
export const tell =
  (pipe: string, text = 'go'): Step =>
  (server) =>
    server.tell(pipe, `${text}\n`);

/** Waits until a file, named exactly or by a pattern of its name, matches. */
export const fileHas =
  (name: string | RegExp, pattern: RegExp): Step =>
  (server) =>
    server.fileHas(name, pattern);

export const write =
  (name: string, text: string): Step =>
  (server) =>
    server.write(name, text);

export const rename =
  (from: string, to: string): Step =>
  (server) =>
    server.rename(from, to);

export const copy =
  (from: string, to: string): Step =>
  (server) =>
    server.copy(from, to);

/** Waits until clients may come. */
export const socket =
  (name: string): Step =>
  (server) =>
    server.socket(name);

/** The real supervisorctl; what it says is compared like any other file. */
export const ctl =
  (...commands: readonly string[]): Step =>
  (server) =>
    server.ctl(commands);

/** Runs a file of `files` by the Python that supervisord runs on. */
export const python =
  (name: string, ...words: readonly string[]): Step =>
  (server) =>
    server.python(name, words);

/** One [program:x] section. */
export const program = (name: string, command: string, ...options: readonly string[]): string =>
  `[program:${name}]\ncommand=${command}\n${options.map((option) => `${option}\n`).join('')}`;

/** Its options for a program whose output does not matter. */
export const quiet = ['stdout_logfile=NONE', 'stderr_logfile=NONE'] as const;

/** A program that stays until it is told to stop. */
export const STAY = 'sleep 1000';

/** The line that says that a process is RUNNING. */
export const running = (name: string, count = 1): Step => line(new RegExp(`success: ${name} entered RUNNING state`), count);

export const exited = (name: string, count = 1): Step => line(new RegExp(`exited: ${name} \\(`), count);

export const fatal = (name: string): Step => line(new RegExp(`gave up: ${name} entered FATAL state`));
