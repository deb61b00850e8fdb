/** Rows that tell of processes: their state, their configuration. */
import { succeed } from '../../base/result.ts';
import type { ConfigurationView, StreamView } from '../../world/show/configuration-view.ts';
import type { ProcessView } from '../../world/show/views.ts';
import type { ControlPort } from '../port.ts';
import type { Struct } from '../xml/value.ts';
import { method } from './method.ts';
import { byName, compareText, findProcess } from './names.ts';
import { text } from './parameters.ts';

/** supervisord's struct, in its order. */
const informationOf = (port: ControlPort, view: ProcessView, now: number): Struct => {
  const stdout = port.logName(view.index, 'stdout') ?? '';
  return {
    name: view.name,
    group: view.group,
    start: view.startedAtSeconds,
    stop: view.stoppedAtSeconds,
    now,
    state: view.stateCode,
    statename: view.state,
    spawnerr: view.spawnError,
    exitstatus: view.exitStatus,
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: port.logName(view.index, 'stderr') ?? '',
    pid: view.pid,
    description: view.description,
  };
};

const configurationOf = (view: ConfigurationView): Struct => ({
  autostart: view.autostart,
  directory: orNone(view.directory),
  uid: orNone(view.uid),
  command: view.command,
  exitcodes: view.exitCodes,
  group: view.group,
  group_prio: view.groupPriority,
  inuse: view.isInUse,
  killasgroup: view.killAsGroup,
  name: view.name,
  process_prio: view.processPriority,
  redirect_stderr: view.redirectStderr,
  startretries: view.startRetries,
  startsecs: view.startSeconds,
  ...streamOf('stdout', view.stdout),
  stopsignal: view.stopSignal,
  stopwaitsecs: view.stopWaitSeconds,
  ...streamOf('stderr', view.stderr),
  serverurl: orNone(view.serverUrl),
});

/** Versions of supervisord that are not released yet tell this one too. */
const restartOf = ({ autorestart }: ConfigurationView): Struct => ({ autorestart: autorestart === 'unexpected' ? autorestart : autorestart === 'always' });

const streamOf = (channel: string, stream: StreamView): Struct => ({
  [`${channel}_capture_maxbytes`]: stream.captureMaxBytes,
  [`${channel}_events_enabled`]: stream.eventsEnabled,
  [`${channel}_logfile`]: orNone(stream.logFile),
  [`${channel}_logfile_backups`]: stream.backups,
  [`${channel}_logfile_maxbytes`]: stream.maxBytes,
  [`${channel}_syslog`]: stream.syslog,
});

/** XML-RPC has no word for nothing. */
const orNone = (value: string | number | null): string | number => value ?? 'none';

export const informationMethods = [
  method({
    name: 'supervisor.getProcessInfo',
    access: 'read',
    params: [text('name', 'process or `group:process`')],
    returns: 'struct',
    help:
      'What is known of a process: name, group, start, stop and now (seconds since the epoch, 0: never), state, statename, spawnerr, exitstatus, ' +
      'logfile, stdout_logfile, stderr_logfile, pid (0: none), description.',
    run: ({ port }, name) => {
      const found = findProcess(port, name);
      return found.ok ? succeed(informationOf(port, found.value, port.nowSeconds())) : found;
    },
  }),
  method({
    name: 'supervisor.getAllProcessInfo',
    access: 'read',
    params: [],
    returns: 'array',
    help: 'What is known of every process, by group and name. The structs are those of getProcessInfo.',
    run: ({ port }) => {
      const now = port.nowSeconds();
      return succeed(byName(port).map((view) => informationOf(port, view, now)));
    },
  }),
  method({
    name: 'supervisor.getAllConfigInfo',
    access: 'operate',
    params: [],
    returns: 'array',
    help: 'The options of every process as the configuration read last has them, by name; `inuse` says whether its group counts at present.',
    run: ({ port }) => {
      const tellsRestart = port.about().personality === 'tsinit';
      const views = [...port.configurations()].sort((a, b) => compareText(a.name, b.name));
      return succeed(views.map((view) => (tellsRestart ? { ...configurationOf(view), ...restartOf(view) } : configurationOf(view))));
    },
  }),
];
