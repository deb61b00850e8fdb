/** The row that changes a group to what was read last and stops only what differs. */
import { succeed } from '../../base/result.ts';
import { fault } from './faults.ts';
import type { Outcome } from './faults.ts';
import { method } from './method.ts';
import type { Context, Method } from './method.ts';
import { byPriority } from './names.ts';
import { text } from './parameters.ts';
import { isRunning, isStopped } from './states.ts';
import { runJob } from './transition-job.ts';
import type { Job } from './transition-job.ts';

/** Another client may start a process while we wait for it to stop. Then it is stopped again, but not for ever. */
const MOST_ROUNDS = 5;

const STOP: Job = {
  check: () => null,
  act: (port, indices) => {
    const views = port.processes();
    port.stop(
      indices.filter((index) => {
        const view = views[index];
        return view !== undefined && (isRunning(view) || isStopped(view));
      }),
    );
  },
  decide: (sight) => (sight === null || isStopped(sight) ? succeed(true) : null),
};

const update = async (context: Context, name: string): Promise<Outcome> => {
  const { port } = context;
  const stopped = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const result = port.updateGroup(name);
    if (result === 'updated') return succeed([...stopped]);
    if (result === 'unknown') return fault('BAD_NAME', name);
    if (result === 'busy') return fault('FAILED', 'another configuration is being taken over');
    const alive = new Set(result.stillRunning);
    for (const each of alive) stopped.add(each);
    const targets = byPriority(port)
      .filter(({ fullName }) => alive.has(fullName))
      .map((view) => ({ view, name: view.fullName }));
    await Promise.all(runJob(context, targets, STOP, true).map(async ({ outcome }) => outcome));
  }
  return fault('STILL_RUNNING', name);
};

export const updatingMethods: readonly Method[] = [
  method({
    name: 'tsinit.updateProcessGroup',
    access: 'admin',
    params: [text('name', 'group')],
    returns: 'array',
    help:
      'Changes a group to what the configuration read last says of it: stops the processes that differ or are gone, then starts what is new. The others run on. The result names those that were stopped. ' +
      'Not under `--compat supervisord`, where a group is stopped, removed and added.',
    run: (context, name) => (context.port.about().personality === 'supervisord' ? fault('UNKNOWN_METHOD') : update(context, name)),
  }),
];
