/** Rows that have programs read their own configurations again. */
import { succeed } from '../../base/result.ts';
import type { ProcessView } from '../../world/show/views.ts';
import { collect } from './batch.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { method } from './method.ts';
import type { Context, Method } from './method.ts';
import { byPriority, findGroup, findProcess, splitName } from './names.ts';
import { flag, text } from './parameters.ts';

const WAIT = flag('wait', true, 'answer when it is done; else at once');

const reloadOne = ({ port }: Context, view: ProcessView, name: string, wait: boolean): Outcome | Promise<Outcome> => {
  if (!view.canReload) return fault('NO_RELOAD', `${name} has neither reload_command nor reload_signal`);
  if (!canHear(view)) return fault('NOT_RUNNING', name);
  const done = port.reload(view.index).then((problem) => (problem === null ? succeed(true) : fault('FAILED', problem)));
  return wait ? done : succeed(true);
};

const canHear = ({ state, pid }: ProcessView): boolean => pid !== 0 && (state === 'STARTING' || state === 'RUNNING');

/** Of many those that can be reloaded and run: the others have nothing to read again. */
const reloadAll = (context: Context, views: readonly ProcessView[], wait: boolean): Outcome | Promise<Outcome> =>
  collect(views.filter((view) => view.canReload && canHear(view)).map((view) => ({ view, outcome: reloadOne(context, view, view.fullName, wait) })));

export const reloadingMethods: readonly Method[] = [
  method({
    name: 'tsinit.reloadProcess',
    access: 'operate',
    params: [text('name', 'process, `group:process`, or `group:*`'), WAIT],
    returns: 'boolean',
    help:
      'Has a program read its own configuration again, by its reload_command or reload_signal. With `ready_on=notify` it is done when the program has said READY=1. ' +
      'Or those of a group that can and run: then the result is an array as of stopProcessGroup.',
    run: (context, name, wait) => {
      const { group, process } = splitName(name);
      if (process === null) {
        const found = findGroup(context.port, group, name);
        return found.ok ? reloadAll(context, found.value, wait) : found;
      }
      const found = findProcess(context.port, name);
      return found.ok ? reloadOne(context, found.value, name, wait) : found;
    },
  }),
  method({
    name: 'tsinit.reloadAllProcesses',
    access: 'operate',
    params: [WAIT],
    returns: 'array',
    help: 'The same for all programs that can and run. The result is as of stopProcessGroup.',
    run: (context, wait) => reloadAll(context, byPriority(context.port), wait),
  }),
];
