/** Operators' commands on processes. Who may give them, and what they are told, is the control layer's affair. */
import { assertNever } from '../base/assert-never.ts';
import { requestStart, stateOf } from './dependencies.ts';
import { applyToProcess, say, type Draft } from './draft.ts';
import { fullName } from './plan.ts';
import { isAtRest } from './stop/rest.ts';
import { isUp } from './stop/shutdown.ts';
import type { Command } from './types.ts';

/** Once everything is ending, a stop is under way anyhow and a start would be undone. A signal goes to whatever lives. */
export const runCommand = (draft: Draft, command: Command): void => {
  for (const index of command.targets) {
    const spec = draft.plan.processes[index];
    if (spec === undefined) continue;
    if (command.verb === 'signal') applyToProcess(draft, index, { type: 'signalRequested', signal: command.signal });
    else if (isUp(draft) && !draft.leaving.includes(index)) order(draft, command.verb, index);
    else if (isUp(draft)) say(draft, 'warn', `cannot ${command.verb} ${fullName(spec)}: it is leaving for another configuration`);
    else say(draft, 'warn', `cannot ${command.verb} ${fullName(spec)}: everything is being stopped`);
  }
};

const order = (draft: Draft, verb: Exclude<Command['verb'], 'signal'>, index: number): void => {
  switch (verb) {
    case 'start':
      return requestStart(draft, [index]);
    case 'stop':
      return applyToProcess(draft, index, { type: 'stopRequested' });
    case 'restart':
      applyToProcess(draft, index, { type: 'stopRequested' });
      // What is down, or was still waiting, starts as if it had never been.
      return isAtRest(stateOf(draft.states, index)) ? requestStart(draft, [index]) : applyToProcess(draft, index, { type: 'startRequested' });
    default:
      return assertNever(verb);
  }
};
