/**
 * What an action has at hand: the server, where to print, the exit code so far. One for the whole life of a client; the shell
 * runs many actions in it.
 */
import { failed } from '../../../control/client/failure.ts';
import { type Dial, type Remote, remoteAt } from '../../../control/client/remote.ts';
import type { Personality } from '../../../config/model/settings.ts';

export type Output = {
  /** A line on standard output. */
  readonly line: (text: string) => void;
  /** As they are. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** A line on standard error, with our name in front. */
  readonly complaint: (text: string) => void;
  /** A line on standard error as it is. */
  readonly remark: (text: string) => void;
};

/** What of the client can be changed while it runs. */
export type Target = { readonly url: string; readonly origin: string; readonly username: string | null; readonly password: string | null };

export type Session = Output & {
  readonly personality: Personality;
  readonly isInteractive: boolean;
  readonly target: () => Target;
  readonly connectTo: (target: Target) => void;
  /** Connects with the first question. */
  readonly remote: () => Remote;
  readonly hangUp: () => void;
  readonly setExitCode: (code: number) => void;
  readonly exitCode: () => number;
  /** Asks the person at the terminal; null: there is none. */
  readonly question: (text: string, isSecret: boolean) => Promise<string | null>;
  /** Resolves when the person presses Ctrl-C; returns the way to listen no more. */
  readonly interrupted: () => { readonly promise: Promise<void>; readonly end: () => void };
};

export type SessionSettings = Output & {
  readonly personality: Personality;
  readonly isInteractive: boolean;
  readonly target: Target;
  /** Null where somebody types meanwhile. */
  readonly dial: Dial | null;
  readonly question: Session['question'];
  readonly interrupted: Session['interrupted'];
};

export const makeSession = ({ target: first, ...settings }: SessionSettings): Session => {
  let target = first;
  let remote: Remote | null = null;
  let code = 0;
  const hangUp = (): void => {
    remote?.close();
    remote = null;
  };
  return {
    ...settings,
    target: () => target,
    connectTo: (next) => {
      hangUp();
      target = next;
    },
    remote: () => {
      const { url, username, password } = target;
      remote ??= remoteAt(url, username === null || password === null ? null : { username, password }, settings.dial);
      if (remote === null) throw failed({ kind: 'url', url });
      return remote;
    },
    hangUp,
    setExitCode: (next) => {
      code = next;
    },
    exitCode: () => code,
  };
};
