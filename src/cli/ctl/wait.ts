/**
 * `wait NAME... --for running|ready|exited [--timeout S]`: until every one of them is. The server is asked to wait; one that cannot (a
 * real supervisord) is looked at again and again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Action, type Run, refuse } from './action.ts';
import { isUsable } from './check-server.ts';
import { EXIT, FAULT, isAtRest, STATE } from './codes.ts';
import { nameOf, processesNamed } from './expand.ts';
import { thrown } from './outcomes.ts';
import { infoOf, type ProcessInfo } from './records.ts';
import type { Session } from './session.ts';

type Goal = 'running' | 'ready' | 'exited';
type Asked = { readonly goal: Goal; readonly seconds: number; readonly words: readonly string[] };

const TIMED_OUT = 8;
const LOOK_EVERY_MS = 200;
/** About a month: for ever, in a number that all can hold. */
const FOR_EVER_SECONDS = 2_000_000;

export const wait: Run = async (session, argument, action) => {
  const asked = readWords(argument.split(/\s+/u).filter((word) => word !== ''));
  if (typeof asked === 'string') return refuse(session, action, `Error: ${asked}`, EXIT.invalid);
  if (!(await isUsable(session))) return;
  const processes = await processesNamed(session, asked.words);
  const until = performance.now() + asked.seconds * 1000;
  for (const info of processes) await waitForOne(session, action, info, asked.goal, until);
};

const readWords = (all: readonly string[]): Asked | string => {
  const words: string[] = [];
  let goal: string = 'running';
  let seconds = FOR_EVER_SECONDS;
  const rest = [...all];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, attached] = /^--(for|timeout)(?:=(.*))?$/u.exec(word) ?? [];
    const value = name === undefined ? undefined : (attached ?? rest.shift());
    if (name === undefined && word.startsWith('-')) return `wait does not know ${word}`;
    if (name === undefined) words.push(word);
    else if (value === undefined) return `--${name} needs a value`;
    else if (name === 'for') goal = value;
    else seconds = /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN;
  }
  if (words.length === 0) return 'wait requires a process name';
  if (Number.isNaN(seconds)) return '--timeout takes a number of seconds';
  if (goal !== 'running' && goal !== 'ready' && goal !== 'exited') return `--for takes running, ready or exited, not ${goal}`;
  return { goal, seconds, words };
};

const waitForOne = async (session: Session, _action: Action, info: ProcessInfo, goal: Goal, until: number): Promise<void> => {
  const left = Math.max(0, (until - performance.now()) / 1000);
  const answer = await session.remote().call('tsinit.waitFor', `${info.group}:${info.name}`, goal, left);
  const came = answer.ok ? (answer.value === false ? 'late' : 'there') : answer.code === FAULT.unknownMethod ? await look(session, info, goal, until) : answer;
  const name = nameOf(info);
  if (came === 'there') session.line(`${name}: ${goal}`);
  else if (came === 'late') {
    session.line(`${name}: ERROR (not ${goal} in time)`);
    session.setExitCode(TIMED_OUT);
  } else if (came === 'never' || came.code === FAULT.notRunning || came.code === FAULT.abnormal || came.code === FAULT.spawn) {
    session.line(`${name}: ERROR (will not be ${goal})`);
    session.setExitCode(EXIT.notRunning);
  } else throw thrown(came);
};

const look = async (session: Session, { group, name }: ProcessInfo, goal: Goal, until: number): Promise<'there' | 'late' | 'never'> => {
  for (;;) {
    const { state } = infoOf(await session.remote().ask('supervisor.getProcessInfo', `${group}:${name}`));
    if (goal === 'exited' ? isAtRest(state) : state === STATE.running) return 'there';
    if (goal !== 'exited' && state === STATE.fatal) return 'never';
    if (performance.now() >= until) return 'late';
    await pause(LOOK_EVERY_MS);
  }
};
