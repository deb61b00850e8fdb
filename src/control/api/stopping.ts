/** Rows that stop processes and send them signals. */
import { succeed } from '../../base/result.ts';
import { parseSignal } from '../../world/parse-signal.ts';
import type { ProcessView } from '../../world/show/views.ts';
import { collect } from './batch.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import type { ControlPort } from '../port.ts';
import { method } from './method.ts';
import type { Context } from './method.ts';
import { byPriority, findGroup, findProcess, splitName } from './names.ts';
import { flag, text, word } from './parameters.ts';
import { isRunning, isSignallable, isStopped } from './states.ts';
import { runJob } from './transition-job.ts';
import type { Job } from './transition-job.ts';

const WAIT = flag('wait', true, 'answer when they have ended; else at once');
const SIGNAL = word('signal', 'name, with or without SIG, or number');

const job = ({ port }: Context, wait: boolean): Job => {
  const report = wait && port.about().personality === 'supervisord' ? createReport(port) : () => {};
  return {
    check: (_, { view, name }) => (isRunning(view) ? null : fault('NOT_RUNNING', name)),
    act: (_, indices) => port.stop(indices),
    decide: (sight, { view }) => {
      // A process that is gone with its group has stopped before.
      if (sight === null || isStopped(sight)) return succeed(true);
      if (sight.state === 'STOPPING') report(view.name);
      return null;
    },
  };
};

/** supervisord says in its log whom a client waits for, at once and then at this pace. */
const REPORT_SECONDS = 2;

const createReport = (port: ControlPort): ((name: string) => void) => {
  const saidAt = new Map<string, number>();
  return (name) => {
    const now = port.nowSeconds();
    if (now - (saidAt.get(name) ?? 0) < REPORT_SECONDS) return;
    saidAt.set(name, now);
    port.notice('info', `waiting for ${name} to stop`);
  };
};

const stopAll = (context: Context, views: readonly ProcessView[], wait: boolean): Outcome | Promise<Outcome> => {
  const targets = views.filter(isRunning).map((view) => ({ view, name: view.fullName }));
  return collect(runJob(context, targets, job(context, wait), wait));
};

const stopGroup = (context: Context, group: string, wait: boolean, name?: string): Outcome | Promise<Outcome> => {
  const found = findGroup(context.port, group, name);
  return found.ok ? stopAll(context, found.value, wait) : found;
};

const signalOne = ({ port }: Context, view: ProcessView, name: string, signal: string): Outcome => {
  const number = parseSignal(signal);
  if (number === null) return fault('BAD_SIGNAL', signal);
  if (!isSignallable(view)) return fault('NOT_RUNNING', name);
  if (number !== 0) port.signal([view.index], number);
  return succeed(true);
};

const signalAll = (context: Context, views: readonly ProcessView[], signal: string): Outcome | Promise<Outcome> =>
  collect(views.filter(isSignallable).map((view) => ({ view, outcome: signalOne(context, view, view.fullName, signal) })));

const signalGroup = (context: Context, group: string, signal: string, name?: string): Outcome | Promise<Outcome> => {
  const found = findGroup(context.port, group, name);
  return found.ok ? signalAll(context, found.value, signal) : found;
};

export const stoppingMethods = [
  method({
    name: 'supervisor.stopProcess',
    access: 'operate',
    params: [text('name', 'process, `group:process`, or `group:*`'), WAIT],
    returns: 'boolean',
    help: 'Stops a process, or the processes of a group that run: then the result is an array as of stopProcessGroup.',
    run: (context, name, wait) => {
      const { group, process } = splitName(name);
      if (process === null) return stopGroup(context, group, wait, name);
      const found = findProcess(context.port, name);
      if (!found.ok) return found;
      const [attempt] = runJob(context, [{ view: found.value, name }], job(context, wait), wait);
      return attempt?.outcome ?? succeed(true);
    },
  }),
  method({
    name: 'supervisor.stopProcessGroup',
    access: 'operate',
    params: [text('name', 'group'), WAIT],
    returns: 'array',
    help: 'Stops the processes of a group that run, all at once. One struct for each: name, group, status (80, or a fault code), description.',
    run: stopGroup,
  }),
  method({
    name: 'supervisor.stopAllProcesses',
    access: 'operate',
    params: [WAIT],
    returns: 'array',
    help: 'Stops all processes that run, all at once. The result is as of stopProcessGroup.',
    run: (context, wait) => stopAll(context, byPriority(context.port), wait),
  }),
  method({
    name: 'supervisor.signalProcess',
    access: 'operate',
    params: [text('name', 'process, `group:process`, or `group:*`'), SIGNAL],
    returns: 'boolean',
    help: 'Sends a signal to a process, not to its children; or to the processes of a group: then the result is an array as of signalProcessGroup.',
    run: (context, name, signal) => {
      const { group, process } = splitName(name);
      if (process === null) return signalGroup(context, group, signal, name);
      const found = findProcess(context.port, name);
      return found.ok ? signalOne(context, found.value, name, signal) : found;
    },
  }),
  method({
    name: 'supervisor.signalProcessGroup',
    access: 'operate',
    params: [text('name', 'group'), SIGNAL],
    returns: 'array',
    help: 'Sends a signal to each process of a group that can get one. One struct for each: name, group, status (80, or a fault code), description.',
    run: signalGroup,
  }),
  method({
    name: 'supervisor.signalAllProcesses',
    access: 'operate',
    params: [SIGNAL],
    returns: 'array',
    help: 'Sends a signal to every process that can get one. The result is as of signalProcessGroup.',
    run: (context, signal) => signalAll(context, byPriority(context.port), signal),
  }),
];
