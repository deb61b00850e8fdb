/** `tsinit ctl [options] [action [arguments]]`, and the link supervisorctl: one action, or the shell. Resolves to the exit code. */
import type { Personality } from '../../config/model/settings.ts';
import { actionsOf } from './actions/actions.ts';
import { runLine } from './command.ts';
import { EXIT } from './codes.ts';
import type { Dial } from '../../control/client/remote.ts';
import type { Keyboard } from './shell/keyboard.ts';
import { type Options, readOptions } from './options.ts';
import { standardOutput } from './output.ts';
import { makeSession, type Output } from './shell/session.ts';
import { type Settings, settingsOf, type Surroundings } from './settings.ts';

export type Called = {
  readonly argv: readonly string[];
  readonly personality: Personality;
  /** As typed, for messages: `tsinit ctl`, `/usr/bin/supervisorctl`. */
  readonly name: string;
  readonly around: Surroundings;
  /** Null: there is no addon. */
  readonly dial: Dial | null;
  readonly end: (code: number) => never;
};

export const ctl = async ({ argv, personality, name, around, dial, end }: Called): Promise<number> => {
  const output = standardOutput(name, end);
  const read = readOptions(argv);
  if (!read.ok) return misused(output, personality, name, read.error);
  const options = read.value;
  if (options.isHelp) {
    const { usage } = await import('./usage.ts');
    output.line(usage(personality, name));
    return EXIT.ok;
  }
  const settings = settingsOf(options, personality, around);
  if (!settings.ok) return misused(output, personality, name, settings.error);
  if (options.words.length > 0) return act(options, settings.value, personality, { ...output, dial });
  const { runShell } = await import('./shell/shell.ts');
  return runShell(settings.value, personality, output);
};

const misused = (output: Output, personality: Personality, name: string, message: string): number => {
  if (personality === 'supervisord') output.remark(`Error: ${message}\nFor help, use ${name} -h`);
  else output.complaint(`${message}; for help: ${name} -h`);
  return EXIT.invalid;
};

const act = async (options: Options, { target }: Settings, personality: Personality, output: Output & { readonly dial: Dial | null }): Promise<number> => {
  /** Set up when the first question is asked: most clients ask none. */
  let keyboard: Promise<Keyboard> | null = null;
  const session = makeSession({
    ...output,
    personality,
    isInteractive: options.isInteractive,
    target,
    question: async (text, isSecret) => {
      keyboard ??= import('./shell/keyboard.ts').then(({ openKeyboard }) => openKeyboard({ history: null, complete: null }));
      return (await keyboard).ask(text, isSecret);
    },
    interrupted: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      process.once('SIGINT', resolve);
      return { promise, end: () => void process.removeListener('SIGINT', resolve) };
    },
  });
  await runLine(session, actionsOf(personality), options.words.join(' '));
  session.hangUp();
  await closeKeyboard(keyboard);
  return session.exitCode();
};

const closeKeyboard = async (keyboard: Promise<Keyboard> | null): Promise<void> => (await keyboard)?.close();
