/** `hash-password`: a password typed twice, or the first line of what is piped in -> its salted hash. Asks no server. */
import { hashPassword } from '../../../control/client/password-hash.ts';
import type { Run } from './action.ts';
import { EXIT } from '../codes.ts';

export const hash: Run = async (session) => {
  const isTerminal = process.stdin.isTTY;
  const password = await session.question(isTerminal ? 'Password:' : '', true);
  if (password === null || password === '') return refused('no password was given');
  if (isTerminal) {
    session.remark('');
    const again = await session.question('Again:', true);
    session.remark('');
    if (again !== password) return refused('the two are not the same');
  }
  session.line(await hashPassword(password));

  function refused(why: string): void {
    session.complaint(`cannot hash the password: ${why}`);
    session.setExitCode(EXIT.generic);
  }
};
