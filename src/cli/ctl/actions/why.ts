/** `why`: a sentence from the state machine. */
import { type Run, refuse } from './action.ts';
import { isUsable } from '../check-server.ts';
import { EXIT, FAULT } from '../codes.ts';
import { wordsOf } from '../names.ts';
import { thrown } from './outcomes.ts';
import { textOf } from '../records.ts';

export const why: Run = async (session, argument, action) => {
  if (!(await isUsable(session))) return;
  const words = wordsOf(argument);
  if (words.length === 0) refuse(session, action, 'Error: why requires a process name', EXIT.generic);
  for (const word of words) {
    const answer = await session.remote().call('tsinit.why', word);
    if (answer.ok) session.line(textOf(answer.value));
    else if (answer.code === FAULT.badName) {
      session.line(`${word}: ERROR (no such process)`);
      session.setExitCode(EXIT.generic);
    } else throw thrown(answer);
  }
};
