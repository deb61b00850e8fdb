/** `fg`: a program's output as it comes, and lines typed here for its standard input. */
import { failureOf } from '../../../control/client/failure.ts';
import { type Run, refuse } from './action.ts';
import { tellAsPeer } from './logs.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT, STATE } from '../codes.ts';
import { wordsOf } from '../names.ts';
import { infoOf } from '../records.ts';
import type { Session } from '../shell/session.ts';

export const foreground: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const [name, ...more] = wordsOf(argument);
  if (name === undefined) return refuse(session, action, 'ERROR: no process name supplied', EXIT.generic);
  if (more.length > 0) return complain(session, 'ERROR: too many process names supplied');
  const answer = await session.remote().call('supervisor.getProcessInfo', name);
  if (!answer.ok && answer.code === FAULT.badName) return complain(session, 'ERROR: bad process name supplied');
  if (!answer.ok) return session.line(`ERROR: <Fault ${answer.code}: '${answer.text}'>`);
  if (infoOf(answer.value).state !== STATE.running) return complain(session, 'ERROR: process not running');
  session.line('==> Press Ctrl-C to exit <==');
  const streams = ['stdout', 'stderr'].map((channel) => {
    const remote = session.remote().another();
    // One of the two may have no log: the other is still worth seeing.
    const path = `/logtail/${encodeURI(name)}/${channel}`;
    void remote.follow(path, session.bytes).catch((error: unknown) => {
      if (!tellAsPeer(session, path, error) && failureOf(error) === null) throw error;
    });
    return remote;
  });
  try {
    await typeInto(session, name);
  } finally {
    for (const remote of streams) remote.close();
  }
};

const complain = (session: Session, text: string): void => {
  session.line(text);
  session.setExitCode(EXIT.generic);
};

/** supervisorctl shows the fault as Python does, and ends with 0. */
const tellRefused = (session: Session, name: string, { code, text }: { readonly code: number; readonly text: string }): void => {
  if (session.personality === 'supervisord') return session.line(`ERROR: <Fault ${code}: '${text}'>`);
  complain(session, code === FAULT.noFile ? `${name} has no standard input; write stdin=pipe` : `cannot write to the standard input of ${name}: ${text}`);
};

const typeInto = async (session: Session, name: string): Promise<void> => {
  for (;;) {
    const typed = await session.question('', false);
    if (typed === null) break;
    const sent = await session.remote().call('supervisor.sendProcessStdin', name, `${typed}\n`);
    if (!sent.ok) {
      if (sent.code === FAULT.notRunning) session.line('Process got killed');
      else tellRefused(session, name, sent);
      break;
    }
    const info = await session.remote().ask('supervisor.getProcessInfo', name);
    if (infoOf(info).state === STATE.running) continue;
    session.line('Process got killed');
    break;
  }
  session.line('Exiting foreground');
};
