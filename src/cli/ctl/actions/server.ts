/** `shutdown`, `reload`, `version`, `open`: the server itself, and which one. */
import { failureOf } from '../../../control/client/failure.ts';
import { type Run, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { wordsOf } from '../names.ts';
import { tellUnreachable } from '../failures.ts';
import { thrown } from './outcomes.ts';
import { textOf } from '../records.ts';
import type { Session } from '../shell/session.ts';
import { status } from './status.ts';

const isSure = async (session: Session, question: string): Promise<boolean> => {
  if (!session.isInteractive) return true;
  return (await session.question(question, false))?.toLowerCase().startsWith('y') ?? false;
};

export const shutdown: Run = async (session, argument, action) => {
  if (argument !== '') return refuse(session, action, 'Error: shutdown accepts no arguments', EXIT.generic);
  if (!(await isSure(session, 'Really shut the remote supervisord process down y/N? '))) return;
  try {
    const answer = await session.remote().call('supervisor.shutdown');
    if (answer.ok) session.line('Shut down');
    else if (answer.code === FAULT.shutdown) session.line('ERROR: already shutting down');
    else throw thrown(answer);
  } catch (error) {
    session.setExitCode(EXIT.generic);
    const failure = failureOf(error);
    if (failure?.kind !== 'unreachable' || !tellUnreachable(session, failure.code, true)) throw error;
  }
};

export const reload: Run = async (session, argument, action) => {
  if (argument !== '' && session.personality === 'tsinit') return (await import('./reload-programs.ts')).reloadPrograms(session, wordsOf(argument));
  if (argument !== '') return refuse(session, action, 'Error: reload accepts no arguments', EXIT.generic);
  if (!(await isSure(session, 'Really restart the remote supervisord process y/N? '))) return;
  const answer = await session.remote().call('supervisor.restart');
  if (answer.ok) {
    session.line('Restarted supervisord');
    return;
  }
  session.setExitCode(EXIT.generic);
  if (answer.code !== FAULT.shutdown) throw thrown(answer);
  session.line('ERROR: already shutting down');
};

export const version: Run = async (session, argument, action) => {
  if (argument !== '') return refuse(session, action, 'Error: version accepts no arguments', EXIT.generic);
  if (await isUsable(session)) session.line(textOf(await session.remote().ask('supervisor.getSupervisorVersion')));
};

/** Another server from now on; what its status does to the exit code does not count. */
export const open: Run = async (session, argument, action) => {
  if (!/^(?:unix|http):/u.test(argument)) {
    session.line('ERROR: url must be http:// or unix://');
    session.setExitCode(EXIT.generic);
    return;
  }
  session.connectTo({ ...session.target(), url: argument, origin: 'of `open`' });
  const before = session.exitCode();
  await status(session, '', action);
  session.setExitCode(before);
};
