/** All that the programs of a plan may ever be started with, their commands (hooks, health checks, reloads) included: what init grants on when the supervisor has become a lesser user. */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { SpawnRequest } from '../../kernel/kernel.ts';
import type { Plan } from '../../world/plan.ts';
import { taskRequest } from '../tasks.ts';

export const grantedRequests = ({ processes }: Plan, requestOf: (index: number) => SpawnRequest | null): readonly SpawnRequest[] =>
  processes.flatMap((spec, index) => {
    const own = requestOf(index);
    return own === null ? [] : [own, ...commandsOf(spec).map((command) => taskRequest(own, command, 0))];
  });

type Command = { readonly argv: readonly string[]; readonly isHeard?: boolean };

const commandsOf = ({ service: { hooks, reload, health } }: ProcessSpec): readonly Command[] => {
  const heard = [hooks?.startPre, hooks?.startPost, hooks?.stopPre, hooks?.stopPost, reload?.kind === 'command' ? reload.argv : null];
  const commands: readonly Command[] = heard.flatMap((argv) => (argv ? [{ argv, isHeard: true }] : []));
  return health?.probe.kind === 'command' ? [...commands, { argv: health.probe.argv }] : commands;
};
