/**
 * The log path and the supervisor's own log behind the engine's output port. They are opened after the first programs have been
 * asked for; notices that come earlier wait. A program's standard input ends with its run.
 */
import type { Inputs } from '../kernel/inputs.ts';
import type { Logs } from '../logs/logs.ts';
import type { OwnLog } from '../logs/own/own-log.ts';
import type { NoticeLevel } from '../process/types.ts';
import { fullName } from '../world/plan.ts';
import type { OutputPort } from './ports.ts';
import type { Repeats } from './publish/repeats.ts';

/** `reopen` and `close` are about its file. */
export type OpenLog = { readonly log: OwnLog; readonly reopen: () => void; readonly close: () => void };

export type LateOutput = {
  readonly port: OutputPort;
  readonly open: (opened: Logs, own: OpenLog) => void;
  /** Another configuration's own log in the place of the present one. */
  readonly replaceLog: (own: OpenLog) => void;
};

/** `repeatsOf`: what sums up notices on their way to that function. */
export const createLateOutput = (inputs: Pick<Inputs, 'attach' | 'end'>, repeatsOf: (write: OutputPort['notice']) => Repeats): LateOutput => {
  const early: { readonly level: NoticeLevel; readonly text: string }[] = [];
  let logs: Logs | null = null;
  let own: OpenLog | null = null;
  const opened = (): Logs => {
    if (logs === null) throw new Error('a program has output before the log path is open');
    return logs;
  };
  const write = (level: NoticeLevel, text: string): void => {
    if (own === null) early.push({ level, text });
    else own.log.write(level, text);
  };
  const repeats = repeatsOf(write);
  return {
    open: (ready, log) => {
      [logs, own] = [ready, log];
      for (const { level, text } of early.splice(0)) write(level, text);
    },
    replaceLog: (log) => {
      own?.close();
      own = log;
    },
    port: {
      // What the log does not say is no repetition either: it would keep a loop alive that is over.
      notice: (level, text, about) => {
        if (own === null || own.log.says(level)) repeats.notice(level, text, about);
      },
      sumUp: repeats.sumUp,
      attach: (index, run, spec, { stdin, stdout, stderr }, pid) => {
        if (stdin !== null) inputs.attach(run, stdin);
        if (stdout !== null) opened().attach(index, run, fullName(spec), 'stdout', stdout, spec.stdout, pid);
        if (stderr !== null) opened().attach(index, run, fullName(spec), 'stderr', stderr, spec.stderr, pid);
      },
      // Descendants may go on writing into the pipes of a process that has ended: what they say is not lost either.
      finish: (run, whenDone) => {
        const done = (): void => {
          inputs.end(run);
          whenDone();
        };
        opened().finish(run, done, { keepOpen: true });
      },
      drain: (untilMs, whenDone) => {
        repeats.sumUp(null);
        opened().drain(untilMs, whenDone);
      },
      reopen: () => {
        own?.reopen();
        opened().reopenFiles();
      },
      renumber: (moved) => opened().renumber(moved),
    },
  };
};
