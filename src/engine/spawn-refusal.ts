/** A refused start in supervisord's words, which its users' scripts and clients know. Ours say more and name the program. */
import { quoteLikePython } from '../base/python-quote.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import { splitWords } from '../config/values/text/shell-words.ts';
import type { KernelEvent } from '../kernel/kernel.ts';
import type { ProcessEvent } from '../process/types.ts';

type Told = Extract<KernelEvent, { readonly type: 'spawnFailed' }>;
type Refusal = Extract<ProcessEvent, { readonly type: 'spawnFailed' }>;

/** Where supervisord would not have noticed before its child was there, our words stay. */
export const refusalInPeerWords = (event: Told, spec: ProcessSpec): Refusal => {
  const reason = commandProblem(spec) ?? event.peerReason;
  return reason === undefined ? event : { ...event, reason, isNameless: true };
};

/** supervisord splits a command when it starts it; ours came without words then. Undefined: the command is one. */
export const commandProblem = ({ command, argv }: ProcessSpec): string | undefined => {
  if (argv.length > 0) return undefined;
  const words = splitWords(command);
  return words.ok ? 'command is empty' : `can't parse command ${quoteLikePython(command)}: ${words.error}`;
};
