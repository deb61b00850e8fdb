/**
 * `wait NAME... --for running|ready|exited [--timeout TIME]`: until every one of them is. The server is asked to wait; one that cannot (a
 * real supervisord) is looked at again and again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseDurationMs } from '../../../base/duration.ts';
import { type Run, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT, isAtRest, STATE } from '../codes.ts';
import { nameOf, processesNamed } from '../expand.ts';
import { wordsOf } from '../names.ts';
import { thrown } from './outcomes.ts';
import { infoOf, type ProcessInfo, structOf, textOf } from '../records.ts';
import type { Session } from '../shell/session.ts';

type Goal = 'running' | 'ready' | 'exited';
type Asked = { readonly goal: Goal; readonly timeoutMs: number; readonly words: readonly string[] };

const TIMED_OUT = 8;
const LOOK_EVERY_MS = 200;
const LONGEST_CALL_SECONDS = 3600;
const FOR_EVER_MS = Number.POSITIVE_INFINITY;

export const wait: Run = async (session, argument, action) => {
  const asked = readWords(wordsOf(argument));
  if (typeof asked === 'string') return refuse(session, action, `Error: ${asked}`, EXIT.invalid);
  if (!(await isUsable(session))) return;
  const processes = await processesNamed(session, asked.words);
  const until = performance.now() + asked.timeoutMs;
  for (const info of processes) await waitForOne(session, info, asked.goal, until);
};

const readWords = (all: readonly string[]): Asked | string => {
  const words: string[] = [];
  let goal: string = 'running';
  let timeoutMs: number | null = FOR_EVER_MS;
  const rest = [...all];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, attached] = /^--(for|timeout)(?:=(.*))?$/u.exec(word) ?? [];
    const value = name === undefined ? undefined : (attached ?? rest.shift());
    if (name === undefined && word.startsWith('-')) return `wait does not know ${word}`;
    if (name === undefined) words.push(word);
    else if (value === undefined) return `--${name} needs a value`;
    else if (name === 'for') goal = value;
    else timeoutMs = parseDurationMs(value);
  }
  if (words.length === 0) return 'wait requires a process name';
  if (timeoutMs === null) return '--timeout takes a time such as 10, 0.5, 500ms, 30s or 5m';
  if (goal !== 'running' && goal !== 'ready' && goal !== 'exited') return `--for takes running, ready or exited, not ${goal}`;
  return { goal, timeoutMs, words };
};

const waitForOne = async (session: Session, info: ProcessInfo, goal: Goal, until: number): Promise<void> => {
  const name = nameOf(info);
  const { outcome, why } = await ending(session, info, goal, until);
  const because = why === '' ? '' : `: ${why}`;
  if (outcome === 'reached') {
    session.line(`${name}: ${goal}`);
    return;
  }
  session.line(`${name}: ERROR (${outcome === 'timeout' ? `not ${goal} in time` : `will not be ${goal}`}${because})`);
  session.setExitCode(outcome === 'timeout' ? TIMED_OUT : EXIT.notRunning);
};

type Ending = { readonly outcome: string; readonly why: string };

const secondsTo = (until: number): number => Math.max(0, (until - performance.now()) / 1000);

/** A server waits for a limited time; it is asked again as long as we have more. */
const ending = async (session: Session, info: ProcessInfo, goal: Goal, until: number): Promise<Ending> => {
  for (;;) {
    const left = secondsTo(until);
    const answer = await session.remote().call('tsinit.waitFor', `${info.group}:${info.name}`, goal, Math.min(left, LONGEST_CALL_SECONDS));
    if (!answer.ok && answer.code === FAULT.unknownMethod) return look(session, info, goal, until);
    if (!answer.ok) throw thrown(answer);
    const fields = structOf(answer.value);
    const outcome = textOf(fields['outcome']);
    if (outcome !== 'timeout' || secondsTo(until) <= 0) return { outcome, why: textOf(fields['why']) };
  }
};

const look = async (session: Session, { group, name }: ProcessInfo, goal: Goal, until: number): Promise<Ending> => {
  for (;;) {
    const { state, description } = infoOf(await session.remote().ask('supervisor.getProcessInfo', `${group}:${name}`));
    if (goal === 'exited' ? isAtRest(state) : state === STATE.running) return { outcome: 'reached', why: '' };
    if (goal !== 'exited' && state === STATE.fatal) return { outcome: 'failed', why: description };
    if (performance.now() >= until) return { outcome: 'timeout', why: description };
    await pause(LOOK_EVERY_MS);
  }
};
