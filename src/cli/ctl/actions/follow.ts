/** `tail -f` of several programs at once: whole lines, each behind the name of who wrote it. */
import { failureOf } from '../../../control/client/failure.ts';
import { isUsable } from '../check-server.ts';
import { EXIT } from '../codes.ts';
import { nameOf, processesNamed } from '../expand.ts';
import type { Session } from '../shell/session.ts';

const NEW_LINE = 10;
/** What has no end is passed on in pieces. */
const LONGEST_LINE = 64 * 1024;

export const followMany = async (session: Session, words: readonly string[]): Promise<void> => {
  if (!(await isUsable(session))) return;
  const channel = /^std(?:out|err)$/iu.test(words.at(-1) ?? '') ? (words.at(-1) ?? '').toLowerCase() : 'stdout';
  const names = (
    await processesNamed(
      session,
      words.filter((word) => word.toLowerCase() !== channel),
    )
  ).map(nameOf);
  if (names.length === 0) return;
  session.line('==> Press Ctrl-C to exit <==');
  const width = Math.max(...names.map((name) => name.length));
  const remotes = names.map(() => session.remote().another());
  const { promise, end } = session.interrupted();
  const streams = names.map(async (name, index) => {
    const lines = prefixed(`${name.padEnd(width)} | `, session.bytes);
    try {
      await remotes[index]?.follow(`/logtail/${encodeURI(name)}/${channel}`, lines.push);
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.kind !== 'status') throw error;
      session.line(`${name}: ERROR (no log file)`);
      session.setExitCode(EXIT.generic);
    } finally {
      lines.end();
    }
  });
  try {
    await Promise.race([Promise.all(streams), promise.then(() => session.line(''))]);
  } finally {
    end();
    for (const remote of remotes) remote.close();
    await Promise.allSettled(streams);
  }
};

/** Cuts bytes into lines and puts a prefix in front of each. */
export const prefixed = (prefix: string, write: (bytes: Uint8Array) => void): { readonly push: (bytes: Buffer) => void; readonly end: () => void } => {
  const head = Buffer.from(prefix);
  let held: Buffer = Buffer.alloc(0);
  const tell = (line: Uint8Array): void => write(Buffer.concat([head, line, ...(line.at(-1) === NEW_LINE ? [] : [Buffer.from('\n')])]));
  return {
    push: (bytes) => {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      for (let at = held.indexOf(NEW_LINE); at >= 0 || held.length > LONGEST_LINE; at = held.indexOf(NEW_LINE)) {
        const length = at >= 0 ? at + 1 : LONGEST_LINE;
        tell(held.subarray(0, length));
        held = held.subarray(length);
      }
    },
    end: () => {
      if (held.length > 0) tell(held);
      held = held.subarray(held.length);
    },
  };
};
