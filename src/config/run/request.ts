/** `tsinit run`: what its command line asks for. Whether programs and files are as they should be is found out when it is loaded. */
import { fail, type Result, succeed } from '../../base/result.ts';
import { durationMsIn, readVerbOptions, RIGHT_DURATION, type VerbOption } from '../verb-options.ts';

export type RunRequest = {
  /** Commands, each with its name where one is written; empty: those of the Procfile. */
  readonly commands: readonly { readonly name: string | null; readonly command: string }[];
  readonly procfile: string;
  /** Of the Procfile, those that are to run; empty: all. */
  readonly wanted: readonly string[];
  /** How many of each; `all` stands for those that are not named. */
  readonly formation: ReadonlyMap<string, number>;
  /** Null: none is named. */
  readonly environmentFiles: string | null;
  /** Null: the Procfile's own, or none. */
  readonly port: number | null;
  readonly stopMs: number | null;
  readonly restarts: boolean;
  readonly exitPolicy: 'any' | 'all' | 'never';
  /** As stop_signals has it; null: the usual ones. */
  readonly stopSignals: string | null;
  /** The program that has tsinit's own standard input, a terminal perhaps; null: none. */
  readonly terminal: string | null;
};

export function parseRun(argv: readonly string[]): Result<RunRequest, string> {
  const words = readVerbOptions('run', argv, options());
  if (!words.ok) return words;
  const { given, rest } = words.value;
  const formation = readFormation(given.get('formation') ?? '');
  const port = given.get('port');
  const timeout = given.get('timeout');
  const stopMs = timeout === undefined ? null : durationMsIn(timeout);
  const exitPolicy = given.get('exit') ?? 'any';
  if (formation === null) return fail(`run: --formation expects name=count, ... such as web=2,all=1, got '${given.get('formation')}'`);
  if (port !== undefined && !isPort(port)) return fail(`run: --port expects a number from 1 to 65535, got '${port}'`);
  if (timeout !== undefined && stopMs === null) return fail(`run: --timeout expects ${RIGHT_DURATION}, got '${timeout}'`);
  if (exitPolicy !== 'any' && exitPolicy !== 'all' && exitPolicy !== 'never') return fail(`run: --exit expects any, all or never, got '${exitPolicy}'`);
  const isFile = given.has('procfile') || rest.length === 0;
  return succeed({
    commands: isFile ? [] : rest.map(commandOf),
    procfile: given.get('procfile') ?? 'Procfile',
    wanted: isFile ? rest : [],
    formation,
    environmentFiles: given.get('env') ?? null,
    port: port === undefined ? null : Number(port),
    stopMs,
    restarts: given.has('restart'),
    exitPolicy,
    stopSignals: given.get('stop-signals') ?? null,
    terminal: given.get('terminal') ?? null,
  });
}

/** Made when it is asked for: a start by configuration pays nothing for it. */
function options(): readonly VerbOption[] {
  return [
    { long: 'procfile', letter: 'f', takesValue: true },
    { long: 'formation', letter: 'm', takesValue: true },
    { long: 'env', letter: 'e', takesValue: true },
    { long: 'port', letter: 'p', takesValue: true },
    { long: 'timeout', letter: 't', takesValue: true },
    { long: 'restart', letter: 'r', takesValue: false },
    { long: 'exit', letter: null, takesValue: true },
    { long: 'terminal', letter: null, takesValue: true },
    { long: 'stop-signals', letter: null, takesValue: true },
  ];
}

function commandOf(word: string): { readonly name: string | null; readonly command: string } {
  const match = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(word);
  return match === null ? { name: null, command: word } : { name: match[1] as string, command: match[2] as string };
}

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function readFormation(text: string): ReadonlyMap<string, number> | null {
  const formation = new Map<string, number>();
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const match = /^\s*([\w.-]+)=(\d{1,4})\s*$/.exec(part);
    if (match === null) return null;
    formation.set(match[1] as string, Number(match[2]));
  }
  return formation;
}
