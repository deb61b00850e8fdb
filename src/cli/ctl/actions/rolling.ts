/** `restart --rolling`: one process after the other, each only when the one before is running again; the first failure ends it. */
import { type Action, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { nameOf, processesNamed } from '../expand.ts';
import { STARTED, STOPPED, tellOutcome } from './outcomes.ts';
import type { ProcessInfo } from '../records.ts';
import type { Session } from '../shell/session.ts';

export const restartRolling = async (session: Session, words: readonly string[], action: Action): Promise<void> => {
  if (!(await isUsable(session))) return;
  if (words.length === 0) return refuse(session, action, 'Error: restart requires a process name', EXIT.generic);
  const processes = await processesNamed(session, words);
  if (session.exitCode() !== EXIT.ok) return;
  for (const [index, info] of processes.entries()) {
    if (await restartOne(session, info)) continue;
    const left = processes.slice(index + 1).map(nameOf);
    if (left.length > 0) session.complaint(`not restarted, since ${nameOf(info)} has failed: ${left.join(' ')}`);
    return;
  }
};

/** The server answers when it is running, or has failed to be. */
const restartOne = async (session: Session, info: ProcessInfo): Promise<boolean> => {
  const { group, name } = info;
  const full = `${group}:${name}`;
  const stopped = await session.remote().call('supervisor.stopProcess', full);
  if (stopped.ok) session.line(`${nameOf(info)}: stopped`);
  else if (stopped.code !== FAULT.notRunning) {
    tellOutcome(session, STOPPED, { group, name, status: stopped.code, description: stopped.text });
    return false;
  }
  const started = await session.remote().call('supervisor.startProcess', full);
  const [status, description] = started.ok ? [FAULT.success, 'OK'] : [started.code, started.text];
  tellOutcome(session, STARTED, { group, name, status, description });
  return started.ok;
};
