/** A ControlPort over a handful of processes that do what the test says: starting and stopping wait for `become`. */
import { parseSignal } from '../../../src/world/parse-signal.ts';
import type { ConfigurationView } from '../../../src/world/show/configuration-view.ts';
import type { PublicEvent } from '../../../src/world/events/public-events.ts';
import { NO_REPORT } from '../../../src/world/show/report.ts';
import { STATE_CODES } from '../../../src/world/show/views.ts';
import type { ProcessView, Transition } from '../../../src/world/show/views.ts';
import type { ControlPort } from '../../../src/control/port.ts';

export type Fake = {
  readonly port: ControlPort;
  /** What was asked of it, in order. */
  readonly asked: string[];
  readonly published: PublicEvent[];
  readonly notices: string[];
  readonly become: (fullName: string, state: ProcessView['state'], more?: Partial<ProcessView>) => void;
  readonly remove: (group: string) => void;
  /** The number of those who listen to transitions. */
  readonly listeners: () => number;
};

export type Declared = {
  readonly group: string;
  readonly name: string;
  readonly priority?: number;
  readonly state?: ProcessView['state'];
  readonly canReload?: boolean;
};

export const NOW = 1_795_000_000;

export const createFakePort = (declared: readonly Declared[], overrides: Partial<ControlPort> = {}): Fake => {
  const asked: string[] = [];
  const published: PublicEvent[] = [];
  const notices: string[] = [];
  const listeners = new Set<(transition: Transition) => void>();
  const detailListeners = new Set<(fullName: string) => void>();
  let views: readonly ProcessView[] = declared.map(viewOf);
  const priorities = new Map(declared.map(({ group, priority }) => [group, priority ?? 999]));
  const at = (index: number): ProcessView => {
    const view = views[index];
    if (view === undefined) throw new Error(`there is no process ${index}`);
    return view;
  };
  const change = (index: number, state: ProcessView['state'], more: Partial<ProcessView> = {}): void => {
    const before = at(index);
    const after: ProcessView = { ...before, spawnError: '', isHeld: false, isReady: state === 'RUNNING', ...more, state, stateCode: STATE_CODES[state] };
    views = views.with(index, after);
    const { group, name, fullName, run, pid, spawnError, isReady, isHeld } = after;
    if (before.state === state) return detailListeners.forEach((tell) => tell(fullName));
    for (const tell of listeners)
      tell({ index, group, name, fullName, run, from: before.state, to: state, pid, tries: 0, isExpected: true, spawnError, isReady, isHeld });
  };
  const port: ControlPort = {
    about: () => ({ identifier: 'fake', version: '0.0.1', pid: 1, personality: 'tsinit', hasSupervisorMethods: true }),
    phase: () => 'running',
    nowSeconds: () => NOW,
    processes: () => views,
    groups: () => groupsOf(views, priorities),
    onTransition: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onDetail: (listener) => {
      detailListeners.add(listener);
      return () => void detailListeners.delete(listener);
    },
    startable: () => ({ ok: true }),
    start: (indices) => {
      asked.push(`start ${indices.map((index) => at(index).fullName).join(' ')}`);
      for (const index of indices) change(index, 'STARTING', { pid: 100 + index, run: at(index).run + 1 });
    },
    stop: (indices) => {
      asked.push(`stop ${indices.map((index) => at(index).fullName).join(' ')}`);
      for (const index of indices) change(index, at(index).state === 'BACKOFF' ? 'STOPPED' : 'STOPPING');
    },
    signal: (indices, signal) => void asked.push(`signal ${signal} ${indices.map((index) => at(index).fullName).join(' ')}`),
    reload: async (index) => {
      asked.push(`reload ${at(index).fullName}`);
      return at(index).name === 'stubborn' ? 'it will not' : null;
    },
    writeInput: (index, bytes) => {
      asked.push(`write ${at(index).fullName} ${Buffer.from(bytes).toString('hex')}`);
      return at(index).pid === 0 ? 'notRunning' : 'written';
    },
    used: (pids) => new Map(pids.map((pid) => [pid, { bytes: 2048 * pid, cpuMs: 1500 }])),
    why: (index) => `${at(index).fullName} is as it is`,
    logName: (index, channel) => (channel === 'stdout' ? `/log/${at(index).name}` : null),
    log: () => null,
    clearLogs: (index) => {
      asked.push(`clear ${at(index).fullName}`);
      return { ok: true };
    },
    mainLog: () => null,
    clearMainLog: () => ({ ok: true }),
    reread: () => ({ ok: true, added: ['new'], changed: [], removed: ['old'] }),
    addGroup: (name) => (name === 'new' ? 'added' : name === 'a' ? 'alreadyAdded' : 'unknown'),
    updateGroup: (name) => {
      const stillRunning = views.filter((view) => view.group === name && view.state === 'RUNNING').map(({ fullName }) => fullName);
      if (name === 'busy') return 'busy';
      if (name !== 'g' && name !== 'new') return 'unknown';
      return stillRunning.length === 0 ? 'updated' : { stillRunning };
    },
    removeGroup: (name) => (name === 'old' ? 'removed' : name === 'a' ? 'stillRunning' : 'unknown'),
    configurations: () => [configuration],
    publish: (event) => void published.push(event),
    onEvent: () => () => {},
    shutdown: () => void asked.push('shutdown'),
    restart: () => void asked.push('restart'),
    notice: (level, text) => void notices.push(`${level} ${text}`),
    ...overrides,
  };
  return {
    port,
    asked,
    published,
    notices,
    become: (fullName, state, more) => {
      const index = views.findIndex((view) => view.fullName === fullName);
      change(index, state, more);
    },
    remove: (group) => {
      views = views.filter((view) => view.group !== group).map((view, index) => ({ ...view, index }));
    },
    listeners: () => listeners.size,
  };
};

const viewOf = ({ group, name, state = 'STOPPED', canReload = false }: Declared, index: number): ProcessView => ({
  index,
  group,
  name,
  fullName: group === name ? name : `${group}:${name}`,
  state,
  stateCode: STATE_CODES[state],
  isReady: state === 'RUNNING',
  isHeld: false,
  report: NO_REPORT,
  canReload,
  pid: state === 'RUNNING' ? 100 + index : 0,
  run: 0,
  startedAtSeconds: 0,
  stoppedAtSeconds: 0,
  spawnError: '',
  exitStatus: 0,
  description: 'Not started',
});

const groupsOf = (views: readonly ProcessView[], priorities: ReadonlyMap<string, number>): ReturnType<ControlPort['groups']> =>
  [...Map.groupBy(views, ({ group }) => group)].map(([name, members]) => ({
    name,
    priority: priorities.get(name) ?? 999,
    indices: members.map(({ index }) => index),
  }));

const stream = { logFile: null, maxBytes: 52_428_800, backups: 10, captureMaxBytes: 0, eventsEnabled: false, syslog: false };

const configuration: ConfigurationView = {
  group: 'a',
  name: 'a',
  isInUse: true,
  groupPriority: 999,
  processPriority: 999,
  command: '/bin/cat',
  directory: null,
  uid: null,
  autostart: true,
  autorestart: 'unexpected',
  startSeconds: 1,
  startRetries: 3,
  exitCodes: [0],
  stopSignal: parseSignal('TERM') ?? 0,
  stopWaitSeconds: 10,
  killAsGroup: false,
  redirectStderr: false,
  serverUrl: null,
  stdout: { ...stream, logFile: 'auto' },
  stderr: stream,
};
