/** `tail`, `maintail`: the end of a log, or a log as it grows. */
import { failureOf } from '../../../control/client/failure.ts';
import { quoteLikePython } from '../../../base/python-quote.ts';
import { type Action, type Run, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { wordsOf } from '../names.ts';
import { thrown } from './outcomes.ts';
import { textOf } from '../records.ts';
import type { Session } from '../shell/session.ts';

const USUAL_BYTES = 1600;

/** As Python's int() takes it. */
const wholeNumber = (text: string): number | null => (/^\s*[+-]?\d+(?:_\d+)*\s*$/u.test(text) ? Number(text.replaceAll('_', '')) : null);

const complain = (session: Session, text: string): void => {
  session.line(text);
  session.setExitCode(EXIT.generic);
};

export const tail: Run = async (session, argument, action) => {
  const words = [...wordsOf(argument)];
  if (session.personality === 'tsinit' && (words[0] === '-f' || words[0] === '-F') && isForMany(words)) {
    const { followMany } = await import('./follow.ts');
    return followMany(session, words.slice(1));
  }
  if (!(await isUsable(session))) return;
  if (words.length < 1) return refuse(session, action, 'Error: too few arguments', EXIT.generic);
  if (words.length > 3) return refuse(session, action, 'Error: too many arguments', EXIT.generic);
  const modifier = words[0]?.startsWith('-') === true ? words.shift() : undefined;
  const name = words[0];
  const channel = words.length > 1 ? (words.at(-1) ?? '').toLowerCase() : 'stdout';
  if (name === undefined) return complain(session, 'Error: tail requires process name');
  if (channel !== 'stdout' && channel !== 'stderr') return complain(session, `Error: bad channel ${quoteLikePython(channel)}`);
  if (modifier === '-f') return followLog(session, `/logtail/${encodeURI(name)}/${channel}`);
  const bytes = modifier === undefined ? USUAL_BYTES : wholeNumber(modifier.slice(1));
  if (bytes === null) return complain(session, `Error: bad argument ${modifier}`);
  const method = channel === 'stdout' ? 'supervisor.readProcessStdoutLog' : 'supervisor.readProcessStderrLog';
  await showLog(session, method, [name, -bytes, 0], { who: name, noName: 'no such process name' });
};

/** One name with one channel is supervisorctl's own form. */
const isForMany = (words: readonly string[]): boolean => {
  const names = words.slice(1);
  return names.length > 2 || (names.length === 2 && !/^std(?:out|err)$/iu.test(names[1] ?? '')) || names.some((name) => /^all$|:\*?$/u.test(name));
};

export const maintail: Run = async (session, argument, action: Action) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  const [word] = words;
  if (words.length > 1) return refuse(session, action, 'Error: too many arguments', EXIT.generic);
  if (word === '-f') return followLog(session, '/mainlogtail');
  const bytes = word === undefined ? USUAL_BYTES : word.startsWith('-') ? wholeNumber(word.slice(1)) : null;
  if (bytes === null) return complain(session, `Error: bad argument ${word}`);
  await showLog(session, 'supervisor.readLog', [-bytes, 0], { who: 'supervisord', noName: null });
};

type Names = { readonly who: string; readonly noName: string | null };

const showLog = async (session: Session, method: string, params: readonly (string | number)[], { who, noName }: Names): Promise<void> => {
  const answer = await session.remote().call(method, ...params);
  if (answer.ok) return session.line(textOf(answer.value));
  session.setExitCode(EXIT.generic);
  if (answer.code === FAULT.noFile) session.line(`${who}: ERROR (no log file)`);
  else if (answer.code === FAULT.failed) session.line(`${who}: ERROR (unknown error reading log)`);
  else if (answer.code === FAULT.badName && noName !== null) session.line(`${who}: ERROR (${noName})`);
  else throw thrown(answer);
};

/** Until Ctrl-C, or until the server ends it. */
const followLog = async (session: Session, path: string): Promise<void> => {
  session.line('==> Press Ctrl-C to exit <==');
  const remote = session.remote().another();
  const { promise, end } = session.interrupted();
  try {
    await Promise.race([remote.follow(path, session.bytes), promise.then(() => session.line(''))]);
  } catch (error) {
    if (session.personality === 'tsinit' || !tellAsPeer(session, path, error)) throw error;
  } finally {
    end();
    remote.close();
  }
};

/** supervisorctl's reader of logs has its own words for a refusal, and thinks nothing of it. */
export const tellAsPeer = (session: Session, path: string, error: unknown): boolean => {
  const failure = failureOf(error);
  if (failure?.kind !== 'status') return false;
  session.remark(`${session.target().url}${path} Cannot read, status code ${failure.status}`);
  return true;
};
