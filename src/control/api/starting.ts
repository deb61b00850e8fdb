/** Rows that start processes, one by one or many. */
import { succeed } from '../../base/result.ts';
import { collect } from './batch.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { method } from './method.ts';
import type { Context } from './method.ts';
import { byPriority, findGroup, findProcess, splitName } from './names.ts';
import { flag, text } from './parameters.ts';
import { isRunning } from './states.ts';
import { runJob } from './transition-job.ts';
import type { Job, Target } from './transition-job.ts';

const WAIT = flag('wait', true, 'answer when it is known how that ended; else as soon as there is a process');

const job = (wait: boolean): Job => ({
  check: (port, { view, name }) => {
    const startable = port.startable(view.index);
    if (!startable.ok) return fault(startable.fault, startable.text);
    if (isRunning(view)) return fault('ALREADY_STARTED', name);
    if (view.state === 'UNKNOWN') return fault('FAILED', `${name} is in an unknown process state`);
    if (view.state !== 'STOPPING') return null;
    port.notice('warn', `process '${view.name}' already running`);
    return wait ? fault('ABNORMAL_TERMINATION', name) : succeed(true);
  },
  act: (port, indices) => port.start(indices),
  decide: wait ? hasStarted : hasProcess,
});

const hasStarted: Job['decide'] = (sight, { name }) => {
  if (sight === null) return fault('BAD_NAME', name);
  if (sight.state === 'RUNNING') return succeed(true);
  if (sight.isHeld) return null;
  if (sight.spawnError !== '') return fault('SPAWN_ERROR', name);
  return sight.state === 'STARTING' ? null : fault('ABNORMAL_TERMINATION', name);
};

/** Who does not wait may still count on a process being there that signals and input can reach. */
const hasProcess: Job['decide'] = (sight, { name }) => {
  if (sight === null) return fault('BAD_NAME', name);
  if (sight.isHeld) return succeed(true);
  if (sight.spawnError !== '') return fault('SPAWN_ERROR', name);
  return sight.state === 'STARTING' && sight.pid === 0 ? null : succeed(true);
};

/** Those among `views` that do not run; what is running is not mentioned. */
const startAll = (context: Context, views: readonly Target['view'][], wait: boolean): Outcome | Promise<Outcome> => {
  const targets = views.filter((view) => !isRunning(view)).map((view) => ({ view, name: view.fullName }));
  return collect(runJob(context, targets, job(wait), true));
};

const startGroup = (context: Context, group: string, wait: boolean, name?: string): Outcome | Promise<Outcome> => {
  const found = findGroup(context.port, group, name);
  return found.ok ? startAll(context, found.value, wait) : found;
};

export const startingMethods = [
  method({
    name: 'supervisor.startProcess',
    access: 'operate',
    params: [text('name', 'process, `group:process`, or `group:*`'), WAIT],
    returns: 'boolean',
    help: 'Starts a process, or the processes of a group that do not run: then the result is an array as of startProcessGroup.',
    run: (context, name, wait) => {
      const { group, process } = splitName(name);
      if (process === null) return startGroup(context, group, wait, name);
      const found = findProcess(context.port, name);
      if (!found.ok) return found;
      const [attempt] = runJob(context, [{ view: found.value, name }], job(wait), true);
      return attempt?.outcome ?? succeed(true);
    },
  }),
  method({
    name: 'supervisor.startProcessGroup',
    access: 'operate',
    params: [text('name', 'group'), WAIT],
    returns: 'array',
    help: 'Starts the processes of a group that do not run. One struct for each: name, group, status (80, or a fault code), description.',
    run: startGroup,
  }),
  method({
    name: 'supervisor.startAllProcesses',
    access: 'operate',
    params: [WAIT],
    returns: 'array',
    help: 'Starts all processes that do not run. The result is as of startProcessGroup.',
    run: (context, wait) => startAll(context, byPriority(context.port), wait),
  }),
];
