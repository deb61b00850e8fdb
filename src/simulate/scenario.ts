/**
 * A scenario as people write it: what programs do, what happens from outside, and until when. One statement a line, with every mistake and its
 * line; which programs there are is not known here.
 */
import { parseDurationMs } from '../base/duration.ts';
import { fail, succeed } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { findSignal } from '../config/values/machine/signals.ts';
import type { RunScript } from './script.ts';

/** What happens at an instant. `name`: a process, or a program for all of its processes. */
export type Happening =
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'start' | 'stop' | 'restart' | 'ready' | 'unhealthy'; readonly name: string }
  | { readonly kind: 'exit'; readonly name: string; readonly code: number };

/** `run` null: every run that nothing else is said about. */
export type Behaviour = { readonly name: string; readonly run: number | null; readonly script: RunScript; readonly line: number };

export type Scenario = {
  readonly behaviours: readonly Behaviour[];
  readonly happenings: readonly { readonly atMs: number; readonly what: Happening; readonly text: string; readonly line: number }[];
  readonly untilMs: number;
};

export type ScenarioProblem = { readonly line: number; readonly message: string };

const UNTIL_MS = 3_600_000;

export const readScenario = (text: string): Result<Scenario, readonly ScenarioProblem[]> => {
  const behaviours: Behaviour[] = [];
  const happenings: Scenario['happenings'][number][] = [];
  const problems: ScenarioProblem[] = [];
  let untilMs = UNTIL_MS;
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1;
    const statement = written.replace(/(^|\s)[#;].*$/, '').trim();
    if (statement === '') continue;
    const until = /^until (\S+)$/.exec(statement);
    const at = /^at (\S+) (.+)$/.exec(statement);
    const behaviour = /^([^\s:]+(?::[^\s:]+)?)(?: run (\d+))?: (.+)$/.exec(statement);
    const time = parseDurationMs(until?.[1] ?? at?.[1] ?? '');
    const happening = at === null ? null : readHappening(at[2] as string);
    const script = behaviour === null ? null : readScript(behaviour[3] as string);
    if (until !== null && time !== null) untilMs = time;
    else if (happening !== null && time !== null) happenings.push({ atMs: time, what: happening, text: at?.[2] as string, line });
    else if (at === null && script !== null) behaviours.push({ name: behaviour?.[1] as string, run: runOf(behaviour?.[2]), script, line });
    else problems.push({ line, message: refusal(statement, until !== null || at !== null, time) });
  }
  return problems.length > 0 ? fail(problems) : succeed({ behaviours, happenings, untilMs });
};

const refusal = (statement: string, hasTime: boolean, time: number | null): string => {
  const shown = statement.length > 60 ? `${statement.slice(0, 60)}...` : statement;
  const known = 'write NAME: what it does, at TIME what happens, or until TIME';
  return `cannot read '${shown}': ${hasTime && time === null ? 'a time is a number with ms, s, m or h behind it, as in 500ms or 2.5s' : known}`;
};

const runOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const readHappening = (text: string): Happening | null => {
  const [first = '', second = '', third = '', ...more] = text.split(/\s+/);
  if (more.length > 0) return null;
  if (first === 'signal' && third === '') {
    const signal = findSignal(second, 'tsinit');
    return signal === null ? null : { kind: 'signal', signal };
  }
  if ((first === 'start' || first === 'stop' || first === 'restart') && second !== '' && third === '') return { kind: first, name: second };
  if (second === 'exits' && isCode(third)) return { kind: 'exit', name: first, code: Number(third) };
  if (second === 'is' && (third === 'ready' || third === 'unhealthy')) return { kind: third, name: first };
  return null;
};

const readScript = (text: string): RunScript | null => {
  let script: RunScript = {};
  for (const part of text.split(',')) {
    const next = readClause(part.trim(), script);
    if (next === null) return null;
    script = next;
  }
  return script;
};

const readClause = (text: string, script: RunScript): RunScript | null => {
  if (text === 'runs') return script;
  if (text === 'never ready') return { ...script, readyAfterMs: Number.POSITIVE_INFINITY };
  if (text === 'leaves children') return { ...script, leavesBehind: { ignoring: [] } };
  if (text === 'cannot start') return { ...script, spawnFails: { reason: 'it cannot be started', exitCode: 126 } };
  const ready = /^ready after (\S+)$/.exec(text);
  if (ready !== null) return withTime(ready[1] as string, (readyAfterMs) => ({ ...script, readyAfterMs }));
  const ends = /^exits (\d+)(?: after (\S+))?$/.exec(text);
  if (ends !== null && isCode(ends[1] as string)) return withTime(ends[2] ?? '0', (endsAfterMs) => ({ ...script, endsAfterMs, code: Number(ends[1]) }));
  const answers = /^(?:ignores (\S+)|on (\S+) exits (\d+)(?: after (\S+))?)$/.exec(text);
  const signal = answers === null ? null : findSignal((answers[1] ?? answers[2]) as string, 'tsinit');
  if (answers === null || signal === null) return null;
  if (answers[1] !== undefined) return { ...script, answers: { ...script.answers, [signal]: 'ignored' } };
  if (!isCode(answers[3] as string)) return null;
  return withTime(answers[4] ?? '0', (afterMs) => ({ ...script, answers: { ...script.answers, [signal]: { afterMs, code: Number(answers[3]) } } }));
};

const withTime = (text: string, make: (ms: number) => RunScript): RunScript | null => {
  const time = parseDurationMs(text);
  return time === null ? null : make(time);
};

const isCode = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= 255;
