/** The first question to a server: is it one that we can talk to? Says why not, and sets the exit code. */
import { failed, failureOf } from '../../control/client/failure.ts';
import { EXIT, FAULT } from './codes.ts';
import { tellUnreachable } from './failures.ts';
import { textOf } from './records.ts';
import type { Session } from './shell/session.ts';

const API_VERSION = '3.0';

const NO_NAMESPACE =
  'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).';

/** False: it was told. What else goes wrong is thrown. */
export const isUsable = async (session: Session): Promise<boolean> => {
  try {
    if (session.personality === 'tsinit') {
      // A server without the methods says so when they are asked for: a question less.
      await session.remote().open();
      return true;
    }
    const answer = await session.remote().call('supervisor.getVersion');
    if (answer.ok && answer.value === API_VERSION) return true;
    if (answer.ok) {
      session.line(
        `Sorry, this version of supervisorctl expects to talk to a server with API version ${API_VERSION}, but the remote version is ${textOf(answer.value)}.`,
      );
      session.setExitCode(EXIT.version);
      return false;
    }
    if (answer.code === FAULT.unknownMethod) {
      session.line(NO_NAMESPACE);
      session.setExitCode(EXIT.unimplemented);
      return false;
    }
    throw failed({ kind: 'fault', code: answer.code, text: answer.text });
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.kind !== 'unreachable' || !tellUnreachable(session, failure.code)) throw error;
    session.setExitCode(failure.code === 'ENOENT' ? EXIT.notRunning : EXIT.refused);
    return false;
  }
};
