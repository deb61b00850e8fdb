/** What an action is; the table of them is actions.ts. */
import type { Session } from '../shell/session.ts';

/** `argument`: all behind the action's name, without blanks around it. */
export type Run = (session: Session, argument: string, action: Action) => Promise<void>;

export type Action = {
  readonly name: string;
  /** Lines of its help. */
  readonly help: readonly string[];
  /** What its words are, for completion. */
  readonly completes: 'actions' | 'groups' | 'processes' | 'nothing';
  /** supervisorctl does not have it. */
  readonly isOurs: boolean;
  readonly run: Run;
};

/** A complaint about the way it was called, the code, and how to call it. */
export const refuse = (session: Session, action: Action, text: string, code: number): void => {
  session.line(text);
  session.setExitCode(code);
  for (const line of action.help) session.line(line);
};
