/** A process's specification as a spawn request for init: complete in itself, nothing left to be asked later. */
import type { LogShape } from '../config/log-shape.ts';
import type { FcgiSocket, GroupSpec, LogSettings, ProcessAttributes, ProcessSpec, UserIdentity } from '../config/model/model.ts';
import type { ControlServer } from '../config/model/server-model.ts';
import type { ListenRequest, SpawnAttributes, SpawnRequest, StreamKind } from '../kernel/kernel.ts';
import type { Plan } from '../world/plan.ts';
import { longestWaitMs } from '../world/stop/stop-window.ts';
import type { BaseEnvironment } from './environment.ts';
import { handedOver, LISTEN_PID } from './listening.ts';
import { programEnvironment, WATCHDOG_PID } from './environment.ts';

/** A resource limit of init's as it was before init raised it for itself; all ones is infinity. */
export type Limit = { readonly soft: number; readonly hard: number };
/** Are these streams of tsinit's a terminal that its standard input is, too? */
export type Terminals = { readonly stdout: boolean; readonly stderr: boolean };
const NO_TERMINALS: Terminals = { stdout: false, stderr: false };

export type FoundLimits = { readonly files: Limit; readonly processes: Limit };

/** What programs get that do not say otherwise. */
export type SpawnDefaults = {
  readonly umask: number | null;
  readonly directory: string | null;
  readonly user: UserIdentity | null;
  /** Under supervisord's personality init itself becomes the user that user= names; null: it is still the one that the configuration was read by. */
  readonly becameUid: number | null;
  readonly limits: SpawnRequest['limits'];
  /** By group, where it is not /dev/null: the socket of a FastCGI group, the pipe of event listeners. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** What the others get. */
  readonly input: Input;
  /** Of the control interface; null: there is none. */
  readonly serverUrl: string | null;
  readonly longestStopMs: number;
  readonly terminals: Terminals;
};

type Input = { readonly stdin: StreamKind; readonly listen: ListenRequest | null };

const SIGTERM = 15;
const RLIMIT_NPROC = 6;
const RLIMIT_NOFILE = 7;

/** supervisord changes its mask and directory only when it goes to the background. */
export const spawnDefaults = (plan: Plan, found: FoundLimits, terminals = NO_TERMINALS): SpawnDefaults => {
  const {
    model: { supervisor, groups, servers },
    signalsLikeSupervisord,
  } = plan;
  const { umask, directory, user, minFds, minProcs, noDaemon } = supervisor;
  const becomes = signalsLikeSupervisord && user !== null;
  const isChanged = !signalsLikeSupervisord || !noDaemon;
  return {
    umask: isChanged ? umask : null,
    directory: isChanged ? directory : null,
    user: becomes ? null : user,
    becameUid: becomes ? user.uid : null,
    inputs: inputsOf(groups),
    // A program such as `cat` waits under supervisord and would end at once without it.
    input: signalsLikeSupervisord ? OPEN_PIPE : NO_INPUT,
    serverUrl: urlOf(servers),
    longestStopMs: longestWaitMs(plan),
    terminals,
    limits: [...raised(RLIMIT_NOFILE, minFds, found.files), ...raised(RLIMIT_NPROC, minProcs, found.processes)],
  };
};

/** As supervisord chooses: the first unix socket, else the last address. */
const urlOf = (servers: readonly ControlServer[]): string | null => {
  const server = servers.find(({ kind }) => kind !== 'inet') ?? servers.at(-1);
  switch (server?.kind) {
    case undefined:
      return null;
    case 'unix':
      return `unix://${server.path}`;
    case 'abstract':
      return `unix://@${server.name}`;
    case 'inet':
      return `http://${server.host?.includes(':') === true ? `[${server.host}]` : (server.host ?? 'localhost')}:${server.port}`;
  }
};

const NO_INPUT: Input = { stdin: 'null', listen: null };
const OPEN_PIPE: Input = { stdin: 'pipe', listen: null };
/** What it writes is read, wherever it is logged. */
const LISTENER: Input = { ...OPEN_PIPE };
const LARGEST_BACKLOG = 4_096;

const inputsOf = (groups: readonly GroupSpec[]): ReadonlyMap<string, Input> => {
  const inputs = new Map<string, Input>();
  for (const group of groups) {
    if (group.kind === 'eventlistener') inputs.set(group.name, LISTENER);
    else if (group.kind === 'fcgi') inputs.set(group.name, { stdin: 'null', listen: listenOn(group.socket) });
  }
  return inputs;
};

const listenOn = (socket: FcgiSocket): ListenRequest => {
  const backlog = socket.backlog ?? LARGEST_BACKLOG;
  if (socket.kind === 'tcp') return { address: ipv4Of(socket.host), port: socket.port, backlog, mode: 0, owner: null };
  return { address: socket.path, port: null, backlog, mode: socket.mode, owner: socket.owner };
};

/** init knows no names but these; what else there is must be written as numbers. */
const ipv4Of = (host: string): string => (host === 'localhost' ? '127.0.0.1' : host === '*' ? '0.0.0.0' : host);

const raised = (resource: number, least: number, { soft, hard }: Limit): SpawnRequest['limits'] =>
  soft >= least ? [] : [{ resource, soft: least, hard: Math.max(hard, least) }];

export const spawnRequest = (
  spec: ProcessSpec,
  run: number,
  base: BaseEnvironment,
  defaults: SpawnDefaults,
  notifySocket: string | null = null,
): SpawnRequest => ({
  run,
  argv: spec.argv,
  environment: programEnvironment(base, spec, { serverUrl: defaults.serverUrl, user: ownerOf(spec, defaults) }, notifySocket),
  directory: directoryOf(spec.directory, defaults.directory),
  user: ownerOf(spec, defaults),
  umask: spec.umask ?? defaults.umask,
  limits: limitsOf(spec, defaults),
  attributes: attributesOf(spec.attributes),
  ...(defaults.inputs.get(spec.group) ?? inputOf(spec) ?? defaults.input),
  stdout:
    defaults.inputs.get(spec.group) === LISTENER
      ? 'pipe'
      : hasConnection(spec)
        ? 'null'
        : streamKind(spec.stdout, hasTerminal(spec) && defaults.terminals.stdout),
  stderr: spec.redirectStderr ? 'stdout' : streamKind(spec.stderr, hasTerminal(spec) && defaults.terminals.stderr),
  ...handedOver(spec),
  ...pidVariablesOf(spec, notifySocket),
  ...(spec.service.readyOn.kind === 'fd' ? { readyDescriptor: spec.service.readyOn.descriptor } : {}),
  stop: { signal: spec.stopSignal, waitMs: Math.min(spec.stopWaitMs, defaults.longestStopMs), scope: isInTurn(spec) ? 'treeRest' : spec.stopScopes.signal },
});

/** What is no program's: as tsinit itself, in its environment. */
export const ownRequest = (base: BaseEnvironment, { umask, directory, user, limits }: SpawnDefaults): SpawnRequest => ({
  run: 0,
  argv: [],
  environment: [...base.nameless, ...base.byName.values()],
  directory,
  user,
  umask,
  limits,
  stdin: 'null',
  stdout: 'null',
  stderr: 'null',
  stop: { signal: SIGTERM, waitMs: 0, scope: 'group' },
});
/** Asked one after the other: the main process, then the rest. */
const isInTurn = ({ stopScopes }: ProcessSpec): boolean => stopScopes.later !== undefined && stopScopes.signal === 'process';

/** Variables in which init is to write the process's id. */
const pidVariablesOf = (spec: ProcessSpec, notifySocket: string | null): Pick<SpawnRequest, 'pidVariables'> => {
  const { activation, watchdog } = spec.service;
  const isWatched = notifySocket !== null && watchdog !== null;
  const hasSockets = activation !== null && activation.sockets.length > 0 && !activation.acceptsConnections;
  if (!isWatched && !hasSockets) return {};
  return { pidVariables: [...(isWatched ? [WATCHDOG_PID] : []), ...(hasSockets ? [LISTEN_PID] : [])] };
};

/** That is its output then. */
const hasConnection = ({ service }: ProcessSpec): boolean => service.activation?.acceptsConnections === true;

/**
 * Null: as tsinit itself is. Who is that user already keeps the groups that it has: an engine may have added some, and without root
 * nobody could set them anew.
 */
export const ownerOf = (spec: ProcessSpec, defaults: SpawnDefaults): UserIdentity | null =>
  spec.user === null ? defaults.user : isPresent(spec.user, defaults) ? null : spec.user;

const isPresent = (user: UserIdentity, { becameUid }: SpawnDefaults): boolean => (becameUid === null ? user.isPresent : user.uid === becameUid);

/** Later wins, by resource. */
const limitsOf = ({ attributes: { limits } }: ProcessSpec, defaults: SpawnDefaults): SpawnRequest['limits'] =>
  limits.length === 0 ? defaults.limits : [...defaults.limits, ...limits];

const inputOf = ({ stdin }: ProcessSpec): Input | null => (stdin === null ? null : { stdin, listen: null });

const attributesOf = ({ oomScoreAdjust, capabilities, limits: _limits, ...others }: ProcessAttributes): SpawnAttributes => ({
  ...others,
  oomScore: oomScoreAdjust,
  keptCapabilities: capabilities,
});

/** The supervisor's directory is where a relative one begins. */
const directoryOf = (own: string | null, base: string | null): string | null =>
  own === null || base === null || own.startsWith('/') ? (own ?? base) : `${base}/${own}`;

/** It has the container's terminal, if there is one. */
const hasTerminal = ({ stdin }: ProcessSpec): boolean => stdin === 'inherit';

/**
 * A program whose output nobody wants writes to /dev/null: no pipe, no wake-up. What has the terminal writes there itself where its lines would go there anyhow: it asks without
 * a line's end, moves the cursor, and looks whether somebody is there.
 */
const streamKind = (settings: LogSettings, isTerminal: boolean): StreamKind => {
  const isHeard = settings.captureMaxBytes > 0 || settings.eventsEnabled || settings.syslog || settings.readyPattern !== null;
  if (isHeard) return 'pipe';
  if (settings.target.kind === 'none') return 'null';
  return isTerminal && settings.target.kind === 'container' && isPlain(settings.shape) ? 'inherit' : 'pipe';
};

/** Nobody has asked for another shape of lines than the usual one, or for none. */
const isPlain = (shape: LogShape | null): boolean => shape === null || (shape.format === 'raw' && shape.linesPerSecond === 0);
