/** Configurations for tests of the pure layers, in short form: what is not said is tsinit's default. */
import type { NotifierSpec } from '../../src/config/model/notifier-model.ts';
import type { ExitPolicy, GroupSpec, LogSettings, Model, ProcessAttributes, ProcessSpec } from '../../src/config/model/model.ts';
import type { ServiceSettings } from '../../src/config/model/service-model.ts';

const LOG: LogSettings = {
  target: { kind: 'container', stream: 'stdout' },
  maxBytes: 0,
  backups: 0,
  isAlsoShown: false,
  captureMaxBytes: 0,
  eventsEnabled: false,
  syslog: false,
  readyPattern: null,
  shape: null,
};

const NO_ATTRIBUTES: ProcessAttributes = {
  nice: null,
  oomScoreAdjust: null,
  limits: [],
  noNewPrivileges: false,
  capabilities: null,
  processors: null,
  ioPriority: null,
  parentDeathSignal: null,
  root: null,
  hasTerminal: false,
};

export const PLAIN_SERVICE: ServiceSettings = {
  isOneshot: false,
  health: null,
  watchdog: null,
  reload: null,
  readyOn: { kind: 'started' },
  readyTimeoutMs: 0,
  readyTimeoutAction: 'fail',
  dependsOn: [],
  onDependencyFailure: 'stop',
  restart: { delayMs: null, mostDelayMs: 300_000, factor: 2, jitter: 0, budget: null },
  onFailure: 'restart',
  successStopsAll: false,
  exitCodeMap: {},
  schedule: null,
  activation: null,
  hooks: null,
  usage: null,
  controlGroup: null,
};

export const specOf = (name: string, overrides: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name,
  group: name,
  program: name,
  place: { file: 'test.conf', line: 1 },
  command: name,
  pidFile: null,
  argv: [name],
  directory: null,
  umask: null,
  priority: 999,
  autostart: true,
  startMs: 1000,
  startRetries: 3,
  autorestart: 'unexpected',
  exitCodes: [0],
  stopSignal: 15,
  stopWaitMs: 10_000,
  hasUsualStopWait: true,
  stopScopes: { signal: 'group', wait: 'group', kill: 'group' },
  forwarding: 'caught',
  essential: false,
  service: PLAIN_SERVICE,
  user: null,
  environment: {},
  clearsEnvironment: false,
  attributes: NO_ATTRIBUTES,
  stdin: null,
  redirectStderr: false,
  stdout: LOG,
  stderr: LOG,
  serverUrl: null,
  ...overrides,
});

/** Each process in a group of its own, unless its `group` says otherwise. */
export const modelOf = (processes: readonly ProcessSpec[], exitPolicy: ExitPolicy = 'all', hasControl = false): Model => {
  const groups = new Map<string, GroupSpec>();
  for (const process of processes) {
    const group = groups.get(process.group) ?? { name: process.group, kind: 'program', priority: process.priority, processes: [] };
    groups.set(process.group, { ...group, processes: [...group.processes, process] });
  }
  return {
    supervisor: {
      exitPolicy,
      exitCodeMap: {},
      exitReport: null,
      leavesNothing: true,
      stopWindowMs: null,
      drainDelayMs: 0,
      stopSignals: [15, 2, 3, 30, 37],
      crashBudget: null,
      startTimeoutMs: 0,
      parallelStart: 0,
      syslogSockets: [],
      logLevel: 'info',
      logFile: null,
      logFileMaxBytes: 0,
      logFileBackups: 0,
      pidFile: null,
      identifier: 'tsinit',
      umask: null,
      directory: null,
      user: null,
      minFds: 0,
      minProcs: 0,
      noCleanup: false,
      childLogDir: null,
      notifyDirectory: null,
      caFile: null,
      stripAnsi: false,
      silent: false,
      logShape: null,
      noDaemon: true,
    },
    groups: [...groups.values()],
    hasControl,
    sockets: [],
    servers: [],
    notifiers: [],
    hasSupervisorMethods: true,
    ci: null,
  };
};

/** Tells everything to nobody. */
export const NOTIFIER: NotifierSpec = {
  name: 'ops',
  place: { file: 'test.conf', line: 1 },
  events: ['EVENT'],
  processes: null,
  tellsExpectedExits: false,
  webhook: null,
  command: null,
  mail: null,
  limit: null,
  batchMs: 0,
  retries: 0,
  retryDelayMs: 0,
  timeoutMs: 0,
};
