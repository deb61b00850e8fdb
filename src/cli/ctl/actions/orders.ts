/** `start`, `stop`, `restart`, `signal`, `clear`: orders for processes, groups or all. */
import type { Answer, Remote, Value } from '../../../control/client/remote.ts';
import { type Run, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { splitName, wordsOf } from '../names.ts';
import { CLEARED, type Order, SIGNALLED, STARTED, STOPPED, tellOutcome, thrown } from './outcomes.ts';
import { outcomesOf } from '../records.ts';
import type { Session } from '../shell/session.ts';

type Methods = {
  readonly order: Order;
  readonly one: string;
  /** Null: `group:*` is a name like another. */
  readonly group: string | null;
  readonly all: string;
  /** Behind the name. */
  readonly more: readonly Value[];
  readonly unknownGroup: number;
};

const START: Methods = {
  order: STARTED,
  one: 'supervisor.startProcess',
  group: 'supervisor.startProcessGroup',
  all: 'supervisor.startAllProcesses',
  more: [],
  unknownGroup: EXIT.invalid,
};
const STOP: Methods = {
  order: STOPPED,
  one: 'supervisor.stopProcess',
  group: 'supervisor.stopProcessGroup',
  all: 'supervisor.stopAllProcesses',
  more: [],
  unknownGroup: EXIT.generic,
};
const CLEAR: Methods = {
  order: CLEARED,
  one: 'supervisor.clearProcessLogs',
  group: null,
  all: 'supervisor.clearAllProcessLogs',
  more: [],
  unknownGroup: EXIT.generic,
};
const signalWith = (signal: string): Methods => ({
  order: SIGNALLED,
  one: 'supervisor.signalProcess',
  group: 'supervisor.signalProcessGroup',
  all: 'supervisor.signalAllProcesses',
  more: [signal],
  unknownGroup: EXIT.generic,
});

/** Connections that several names share: a server answers the calls of one connection one after the other. */
const MOST_CONNECTIONS = 16;

const giveOrder = async (session: Session, methods: Methods, words: readonly string[]): Promise<void> => {
  const { order, all, more } = methods;
  if (words.includes('all')) for (const outcome of outcomesOf(await session.remote().ask(all, ...more))) tellOutcome(session, order, outcome);
  else if (session.personality === 'tsinit' && words.length > 1) await orderTogether(session, methods, words);
  else for (const word of words) tellAnswer(session, methods, word, await askFor(session.remote(), methods, word));
};

/** All names at the same time, as `all` does; the answers are shown in the order of the names. supervisorctl waits for each one. */
const orderTogether = async (session: Session, methods: Methods, words: readonly string[]): Promise<void> => {
  const remotes = words.slice(0, MOST_CONNECTIONS).map(() => session.remote().another());
  try {
    const asked = await Promise.allSettled(words.map((word, index) => askFor(remotes[index % MOST_CONNECTIONS] ?? session.remote(), methods, word)));
    for (const [index, answer] of asked.entries()) {
      if (answer.status === 'rejected') throw answer.reason;
      tellAnswer(session, methods, words[index] ?? '', answer.value);
    }
  } finally {
    for (const remote of remotes) remote.close();
  }
};

/** The method for a whole group; null: the word names one process. */
const groupMethod = (methods: Methods, word: string): string | null => (splitName(word).name === null ? methods.group : null);

const askFor = (remote: Remote, methods: Methods, word: string): Promise<Answer> => {
  const method = groupMethod(methods, word);
  return remote.call(method ?? methods.one, method === null ? word : splitName(word).group, ...methods.more);
};

const tellAnswer = (session: Session, methods: Methods, word: string, answer: Answer): void => {
  const { group, name } = splitName(word);
  if (groupMethod(methods, word) !== null) return tellGroup(session, methods, group, answer);
  const [status, description] = answer.ok ? [FAULT.success, 'OK'] : [answer.code, answer.text];
  tellOutcome(session, methods.order, { group, name, status, description });
};

const tellGroup = (session: Session, methods: Methods, group: string, answer: Answer): void => {
  if (answer.ok) {
    for (const outcome of outcomesOf(answer.value)) tellOutcome(session, methods.order, outcome);
    return;
  }
  session.setExitCode(answer.code === FAULT.badName ? methods.unknownGroup : EXIT.generic);
  if (answer.code !== FAULT.badName) throw thrown(answer);
  session.line(`${group}: ERROR (no such group)`);
};

export const start: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  if (words.length === 0) refuse(session, action, 'Error: start requires a process name', EXIT.invalid);
  else await giveOrder(session, START, words);
};

export const stop: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  if (words.length === 0) refuse(session, action, 'Error: stop requires a process name', EXIT.generic);
  else await giveOrder(session, STOP, words);
};

/** All are stopped before any is started. */
export const restart: Run = async (session, argument, action) => {
  const words = wordsOf(argument);
  if (session.personality === 'tsinit' && words.includes('--rolling')) {
    const { restartRolling } = await import('./rolling.ts');
    return restartRolling(
      session,
      words.filter((word) => word !== '--rolling'),
      action,
    );
  }
  if (!(await isUsable(session))) return;
  if (words.length === 0) return refuse(session, action, 'Error: restart requires a process name', EXIT.generic);
  await giveOrder(session, STOP, words);
  await giveOrder(session, START, words);
};

export const signal: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const [name, ...words] = wordsOf(argument);
  if (name === undefined || words.length === 0) refuse(session, action, 'Error: signal requires a signal name and a process name', EXIT.generic);
  else await giveOrder(session, signalWith(name), words);
};

export const clear: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  if (words.length === 0) refuse(session, action, 'Error: clear requires a process name', EXIT.generic);
  else await giveOrder(session, CLEAR, words);
};
