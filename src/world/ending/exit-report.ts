/**
 * The last word about a container, as data: who decided that it ends, with which code, and how each program ended. For whoever finds it
 * dead: Kubernetes shows it as the termination message, of which it keeps 4,096 bytes.
 */
import { INITIAL_STATE } from '../../process/initial-state.ts';
import { signalName } from '../../process/signal-names.ts';
import type { ProcessState, StateName } from '../../process/types.ts';
import type { LeftBehind } from '../stop/leftovers.ts';
import { fullName, type Plan } from '../plan.ts';
import type { Decision, World } from '../types.ts';

export const REPORT_BYTES = 4096;

export type ProgramEnd = {
  readonly name: string;
  readonly state: StateName;
  readonly code: number | null;
  readonly signal: number | null;
  readonly core: boolean;
  /** Killed by the kernel for want of memory. */
  readonly outOfMemory: boolean;
  readonly error: string | null;
  /** Of the last run, in seconds. */
  readonly uptime: number | null;
  readonly runs: number;
};

export type Decider = ProgramEnd & {
  /** Whole lines, the last ones. */
  readonly lastLines: readonly string[];
};

export type ExitReport = {
  readonly code: number;
  readonly cause: 'requested' | 'policy' | 'start_timeout' | 'crash_budget';
  /** Who wanted it, or the option that decided; null: unknown. */
  readonly by: Asker | null;
  /** The program that decided, or the first that had failed when the stop was asked for; null: none. */
  readonly program: Decider | null;
  /** Has the kernel killed anything for want of memory? Null: this cannot be known here. */
  readonly outOfMemory: boolean | null;
  readonly uptime: number;
  /** What was still there when all programs had been stopped, and had to be ended. */
  readonly left: readonly LeftBehind[];
  /** All the others, as many as there is room for. */
  readonly others: readonly ProgramEnd[];
};

/** `pid`: as seen in this container, 0 for the kernel; null: from outside. */
export type Asker =
  | { readonly signal: number; readonly name: string | null; readonly pid: number | null; readonly uid: number }
  | { readonly client: string }
  | { readonly rule: string };

export type Circumstances = {
  readonly code: number;
  readonly nowMs: number;
  /** When the container began, monotonic. */
  readonly startedAtMs: number;
  readonly outOfMemory: boolean | null;
  readonly lastLinesOf: (index: number) => readonly string[];
};

export const exitReport = (plan: Plan, { states, decision, left = [] }: World, circumstances: Circumstances): ExitReport => {
  const { code, nowMs, startedAtMs, outOfMemory, lastLinesOf } = circumstances;
  const ends = plan.processes.map((spec, index) => endOf(fullName(spec), states[index] ?? INITIAL_STATE));
  const decider =
    decision !== null && decision.cause !== 'requested' && decision.index >= 0
      ? decision.index
      : ends.findIndex((end, index) => isFailure(end, plan.processes[index]?.stopSignal));
  const program = ends[decider];
  return {
    code,
    cause: CAUSES[decision?.cause ?? 'requested'],
    by: askerOf(decision),
    program: program === undefined ? null : { ...program, lastLines: lastLinesOf(decider) },
    outOfMemory,
    uptime: secondsOf(nowMs - startedAtMs),
    left,
    others: ends.filter((_, index) => index !== decider),
  };
};

const CAUSES = { requested: 'requested', policy: 'policy', startTimeout: 'start_timeout', crashBudget: 'crash_budget' } as const;

const askerOf = (decision: Decision | null): Asker | null => {
  if (decision === null) return null;
  if (decision.cause !== 'requested') return { rule: decision.rule };
  const { by } = decision;
  if (by?.kind !== 'signal') return by && { client: by.name };
  const { signal, pid, uid } = by;
  return { signal, name: signalName(signal), pid: pid < 0 ? null : pid, uid };
};

/** For people, on the container's stderr: the code, who decided, and the program that did or that had failed. */
export const reportSentence = ({ code, uptime, by, program, left }: ExitReport): string => {
  const asked = by === null ? '' : 'rule' in by ? ` (${by.rule})` : `, as ${'client' in by ? by.client : signalSender(by)} asked`;
  const failed = program === null ? '' : `: ${program.name} ${endOfProgram(program)}`;
  const swept = left.length === 0 ? '' : `; ${left.length} ${left.length === 1 ? 'process was' : 'processes were'} left behind and ended`;
  return `exited with code ${code} after ${uptime} s${asked}${failed}${swept}`;
};

const signalSender = ({ signal, name, pid }: Extract<Asker, { readonly signal: number }>): string => {
  const sender = pid === null ? 'from outside of the container' : pid === 0 ? 'from the kernel' : `from process ${pid}`;
  return `${name ?? `signal ${signal}`} ${sender}`;
};

const endOfProgram = ({ code, signal, outOfMemory, error, runs }: ProgramEnd): string => {
  const often = runs > 1 ? `, after ${runs} runs` : '';
  if (runs === 0) return `could not be started${error === null ? '' : `, ${error}`}`;
  if (outOfMemory) return `was killed for want of memory${often}`;
  if (signal !== null) return `was ended by ${signalName(signal) ?? `signal ${signal}`}${often}`;
  return `ended with exit status ${code ?? 'unknown'}${often}`;
};

/** One line of at most REPORT_BYTES bytes, newline included: what there is no room for is left out, least telling first. */
export const reportText = (report: ExitReport, bytesOf: (text: string) => number): string => {
  const { program } = report;
  let { others, left } = report;
  let [lines, error] = [program?.lastLines ?? [], program?.error ?? null];
  for (;;) {
    const text = `${JSON.stringify({ ...report, program: program && { ...program, error, lastLines: lines }, left, others })}\n`;
    if (bytesOf(text) <= REPORT_BYTES || (error === null && lines.length === 0 && others.length === 0 && left.length === 0)) return text;
    if (others.length > 0) others = others.slice(0, Math.floor(others.length / 2));
    else if (left.length > 1) left = left.slice(0, Math.floor(left.length / 2));
    else if (lines.length > 0) lines = lines.slice(Math.ceil(lines.length / 2));
    else if (error !== null) error = null;
    else left = [];
  }
};

const endOf = (name: string, { name: state, exit, spawnError, run, runs, startedAtMs, stoppedAtMs }: ProcessState): ProgramEnd => ({
  name,
  state,
  code: exit?.signal === null ? exit.code : null,
  signal: exit?.signal ?? null,
  core: exit?.coreDumped === true,
  outOfMemory: exit?.outOfMemory === true,
  error: spawnError || null,
  uptime: run === 0 ? null : secondsOf(stoppedAtMs - startedAtMs),
  runs,
});

/** Who ends by the signal that it was stopped with has done as it was told. */
const isFailure = ({ state, code, signal }: ProgramEnd, stopSignal: number | undefined): boolean => {
  if (state === 'FATAL' || (code !== null && code !== 0)) return true;
  return signal !== null && (state !== 'STOPPED' || signal !== stopSignal);
};

const secondsOf = (durationMs: number): number => Math.max(0, Math.round(durationMs / 100) / 10);
