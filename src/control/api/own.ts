/** The rows that supervisord does not have: namespace `tsinit`. */
import { succeed } from '../../base/result.ts';
import type { ProcessView } from '../../world/show/views.ts';
import type { Struct } from '../xml/value.ts';
import type { Outcome } from './faults.ts';
import { method } from './method.ts';
import type { Context, Method } from './method.ts';
import { byName, findProcess } from './names.ts';
import { choice, flag, seconds, text } from './parameters.ts';
import { isStopped } from './states.ts';
import type { Session } from './session.ts';
import type { Sight } from './waiting.ts';

const NAME = text('name', 'process or `group:process`');

/** A day: nobody waits longer, and timers count in 32 bits. */
const LONGEST_WAIT_SECONDS = 86_400;

const AIMS = ['running', 'ready', 'exited'] as const;
type Aim = (typeof AIMS)[number];

type End = 'reached' | 'failed' | 'timeout' | 'gone';

/** Null: not yet. Only a start command leads out of FATAL. */
const judge = (aim: Aim, sight: Sight): End | null => {
  if (sight === null) return 'gone';
  if (aim === 'exited') return isStopped(sight) ? 'reached' : null;
  if (aim === 'ready' ? sight.isReady : sight.state === 'RUNNING') return 'reached';
  return sight.state === 'FATAL' && !sight.isHeld ? 'failed' : null;
};

const waitFor = async ({ port, waiting, session }: Context, view: ProcessView, aim: Aim, timeoutSeconds: number): Promise<Outcome> => {
  const wait = waiting.until(view.fullName, (sight) => judge(aim, sight));
  wait.look(view);
  const end = wait.outcome() ?? (timeoutSeconds <= 0 ? 'timeout' : await orTimeout(wait.done, timeoutSeconds, session.onGone));
  wait.cancel();
  const now = port.processes().find(({ fullName }) => fullName === view.fullName);
  return succeed({
    outcome: end,
    statename: now?.state ?? '',
    exitstatus: now?.exitStatus ?? 0,
    description: now?.description ?? '',
    why: now === undefined ? 'its group was removed' : port.why(now.index),
  });
};

const orTimeout = (done: Promise<End>, timeoutSeconds: number, onGone: Session['onGone']): Promise<End> => {
  const { promise, resolve } = Promise.withResolvers<End>();
  const timer = setTimeout(() => resolve('timeout'), Math.min(timeoutSeconds, LONGEST_WAIT_SECONDS) * 1000);
  const forget = onGone(() => resolve('timeout'));
  void done.then(resolve);
  return promise.finally(() => {
    clearTimeout(timer);
    forget();
  });
};

const statusOf = ({ port }: Context, view: ProcessView, now: number, withWhy: boolean): Struct => ({
  name: view.fullName,
  group: view.group,
  process: view.name,
  state: view.state,
  description: view.description,
  ready: view.isReady,
  waiting: view.isHeld,
  status: view.report.status,
  activity: view.report.activity,
  mainpid: view.report.mainPid === 0 ? view.pid : view.report.mainPid,
  pid: view.pid,
  run: view.run,
  start: view.startedAtSeconds,
  stop: view.stoppedAtSeconds,
  now,
  uptime: view.state === 'RUNNING' ? Math.max(0, now - view.startedAtSeconds) : 0,
  exitstatus: view.exitStatus,
  spawnerr: view.spawnError,
  ...(withWhy ? { why: port.why(view.index) } : {}),
});

/** Kibibytes: in bytes it would not fit into a whole number of XML-RPC. */
const usageOf = (used: { readonly bytes: number; readonly cpuMs: number } | undefined): Struct =>
  used === undefined ? {} : { memory: Math.round(used.bytes / 1024), cpu: used.cpuMs / 1000 };

export const ownMethods: readonly Method[] = [
  method({
    name: 'tsinit.getVersion',
    access: 'read',
    params: [],
    returns: 'string',
    help: "tsinit's version.",
    run: ({ port }) => succeed(port.about().version),
  }),
  method({
    name: 'tsinit.getAllStatus',
    access: 'read',
    params: [
      flag('why', false, 'add a sentence to each: why it is in the state it is in'),
      flag('usage', false, 'add memory (KiB) and cpu (seconds of processor time) of each that runs, with all that belongs to it'),
    ],
    returns: 'array',
    help:
      'Every process, by group and name: name (as commands take it), group, process, state, description, ready, waiting (for what it depends on), status and activity (`none`, `reloading`, `stopping`) and mainpid by its own words, pid, run (how many runs there were), start, stop, now, ' +
      'uptime (seconds), exitstatus, spawnerr, and why, memory and cpu on request.',
    run: (context, withWhy, withUsage) => {
      const now = context.port.nowSeconds();
      const views = byName(context.port);
      const used = withUsage ? context.port.used(views.flatMap(({ pid }) => (pid === 0 ? [] : [pid]))) : null;
      return succeed(views.map((view) => ({ ...statusOf(context, view, now, withWhy), ...usageOf(used?.get(view.pid)) })));
    },
  }),
  method({
    name: 'tsinit.why',
    access: 'read',
    params: [NAME],
    returns: 'string',
    help: 'One sentence: why a process is in the state it is in, and what would change that.',
    run: ({ port }, name) => {
      const found = findProcess(port, name);
      return found.ok ? succeed(port.why(found.value.index)) : found;
    },
  }),
  method({
    name: 'tsinit.waitFor',
    access: 'read',
    params: [NAME, choice('aim', AIMS, 'running, ready or exited'), seconds('timeout', 'seconds; 0: only look')],
    returns: 'struct',
    help:
      'Waits until a process has got somewhere. outcome: `reached`; `failed` when it is FATAL and was to run; `timeout`; `gone` when its group was removed. ' +
      'Beside it statename, exitstatus, description and why of that moment.',
    run: (context, name, aim, timeout) => {
      const found = findProcess(context.port, name);
      return found.ok ? waitFor(context, found.value, aim, timeout) : found;
    },
  }),
];
