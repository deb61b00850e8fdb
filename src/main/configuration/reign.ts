/**
 * What the configuration in force means for the supervisor itself, from its first line to its process id file: its logs, automatic log
 * files, directory; and how another configuration takes its place, as a whole or in single groups. Decides nothing about programs.
 */
import type { Model } from '../../config/model/model.ts';
import type { LateOutput } from '../../engine/output.ts';
import type { ConfigurationPort } from '../../engine/ports.ts';
import type { Box } from '../../kernel/box/box.ts';
import { activeClock } from '../../kernel/clock.ts';
import type { Hello } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { makeAutoLogs, removeAutoLogs } from '../../logs/out/auto-logs.ts';
import { createLogs } from '../../logs/logs.ts';
import { ownLineOf } from '../../logs/own/own-shape.ts';
import { RING_BYTES } from '../../logs/read/ring.ts';
import type { Logs } from '../../logs/logs.ts';
import type { StreamName } from '../../logs/box/slots.ts';
import type { EventTaps } from '../../logs/read/taps.ts';
import { fullName, namesOf } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { autoLogFolder, createAutoPaths } from './auto-paths.ts';
import type { AutoPaths } from './auto-paths.ts';
import { readFiles, readKept } from './configuration.ts';
import type { Configured, Message, ReadingOptions } from './configuration.ts';
import { decodeKept, encodeKept } from './kept.ts';
import { isReportWanted, writeExitReport } from './exit-report.ts';
import { openOwnLog } from '../features/own-log.ts';
import type { ReadableLog } from '../features/own-log.ts';
import { addedGroups, workingDirectoryOf } from './regroup.ts';
import { serverLines } from '../control/server-lines.ts';
import { enter, removePidFile, writePidFile } from './surroundings.ts';

const STDOUT = 1;
const STDERR = 2;
/** Programs come first: after a second of ours even a thousand of them are up. */
const START_MS = 1_000;
/** More does not fit into the report about the exit. */
const LAST_WORDS_BYTES = 4_096;
const BETWEEN_BATCHES_MS = 20;
const afterTheStart = (callback: () => void): void => void setTimeout(callback, BETWEEN_BATCHES_MS + Math.max(0, START_MS - performance.now()));

export type ReignParts = {
  readonly native: Native;
  readonly box: Box;
  readonly output: LateOutput;
  readonly options: ReadingOptions;
  readonly hello: Hello;
  /** TZ of the original environment: dates in logs are local. */
  /** A line matched what `ready_on=log:` says. */
  readonly onReadyLine: (run: number) => void;
};

export type Reign = {
  readonly port: ConfigurationPort;
  /** In force, and read last. */
  readonly configured: () => Configured;
  /** Null, both: not open yet. */
  readonly logs: () => Logs | null;
  readonly ownLog: () => ReadableLog | null;
  /** Where the automatic log of a process lies, by its full name; null: it has none. */
  readonly autoPath: AutoPaths['pathOf'];
  /** Prepares another set of groups, which counts when the engine has taken its plan: for a successor at the same instant. */
  readonly prepare: (regrouped: Configured) => void;
  /** A successor's: what its predecessor had read and not yet put in force. */
  readonly inheritNext: () => Plan | null;
  readonly next: () => Plan | null;
  /** Says what is to be said before the first program is started. */
  readonly announce: () => void;
  /** Opens all logs. At a first start files are made, too; at a takeover what the predecessor had begun is completed before anything is said. */
  readonly openLogs: (box: Box, how: { readonly isFirst: boolean; readonly isTakeover: boolean; readonly events: EventTaps }) => Logs;
};

export const createReign = (parts: ReignParts, first: Configured): Reign => {
  const { native, box, output, options, hello } = parts;
  const { notice } = output.port;
  let current = first;
  let next: Configured | null = null;
  let regrouped: Configured | null = null;
  let autoPaths = createAutoPaths(first, options.environment);
  let logs: Logs | null = null;
  let own: ReadableLog | null = null;

  const say = (messages: readonly Message[]): void => messages.forEach(({ level, text }) => notice(level, text));
  const warn = (text: string): void => notice('warn', text);
  const isPeer = (): boolean => current.personality === 'supervisord';
  const putInForce = (configured: Configured): void => {
    current = configured;
    autoPaths = createAutoPaths(configured, options.environment);
    const names = new Set(namesOf(configured.plan));
    logs?.readBack.keepOnly((name) => names.has(name));
  };

  /** On the streams, and under supervisord in its log; never only through what fails. */
  const tellProblem = (opened: Logs, text: string, about: StreamName | 'syslog' | undefined): void => {
    const { logFile, noDaemon, silent } = current.plan.model.supervisor;
    const hasLog = isPeer() && !(about === 'syslog' && logFile === 'syslog');
    if (hasLog) warn(text);
    if (about === 'stderr' && !(hasLog && noDaemon && !silent)) opened.notice(text, 'info', 'stdout');
    else if (!hasLog || about === 'stdout') opened.notice(text);
  };

  const announce = (): void => {
    say(current.messages);
    if (!isPeer()) return;
    say(serverLines(current.plan.model));
    if (!current.plan.model.supervisor.noDaemon) notice('info', 'not daemonizing: tsinit stays in the foreground, for a container ends with its first process');
    notice('info', `supervisord started with pid ${hello.initPid}`);
  };

  const makeFiles = (): void => {
    const { model } = current.plan;
    const { supervisor } = model;
    say(enter(supervisor, current.personality));
    if (supervisor.pidFile !== null) say(writePidFile(native, supervisor.pidFile, hello.initPid));
    if (!isPeer()) return;
    if (!supervisor.noCleanup) removeAutoLogs(native, autoLogFolder(model, options.environment), supervisor.identifier, warn);
    makeAutoLogs(
      native,
      autoPaths.all(() => true),
      warn,
      afterTheStart,
    );
  };

  const openCurrentLog = (opened: Logs): ReadableLog => {
    const { supervisor, hasControl } = current.plan.model;
    return (own = openOwnLog({ native, logs: opened, supervisor, personality: current.personality, isAsked: hasControl }));
  };

  const openLogs: Reign['openLogs'] = (whole, { isFirst, isTakeover, events }) => {
    const { model } = current.plan;
    const opened = createLogs({
      native,
      onReadyLine: parts.onReadyLine,
      box: whole,
      clock: activeClock,
      streams: { stdout: STDOUT, stderr: STDERR },
      settings: {
        nameWidth: longestName(model),
        colour: !('NO_COLOR' in options.environment),
        stripAnsi: model.supervisor.stripAnsi,
        ownShape: model.supervisor.logShape,
        isRaw: isPeer(),
        passesOn: (model.ci ?? null) !== null,
        recordBytes: () => recordBytesOf(current),
        syslogIdentity: isPeer() ? 'supervisord' : 'tsinit',
      },
      onProblem: (text, about) => tellProblem(opened, text, about),
      autoPath: (process, stream) => autoPaths.pathOf(process, stream),
      events,
      repeat: isRepeated(current) ? (text) => notice('debug', text) : null,
    });
    logs = opened;
    if (isTakeover) opened.resume();
    if (isFirst) makeFiles();
    else enter(model.supervisor, current.personality);
    output.open(opened, openCurrentLog(opened));
    return opened;
  };

  /** Nothing but groups: the supervisor's own section is as it was. */
  const regroup = (configured: Configured): void => {
    regrouped = null;
    const added = addedGroups(current.kept, configured.kept);
    putInForce(configured);
    makeAutoLogs(
      native,
      autoPaths.all((group) => added.has(group)),
      warn,
      afterTheStart,
    );
  };

  const changed: ConfigurationPort['changed'] = () => {
    if (regrouped !== null) return regroup(regrouped);
    if (next === null || logs === null) return;
    const { pidFile } = current.plan.model.supervisor;
    putInForce(next);
    next = null;
    if (pidFile !== null && pidFile !== current.plan.model.supervisor.pidFile) removePidFile(native, pidFile, hello.initPid);
    output.replaceLog(openCurrentLog(logs));
    announce();
    makeFiles();
  };

  const readNext: ConfigurationPort['readNext'] = () => {
    const reading = readFiles(options, workingDirectoryOf(current.kept));
    if (!reading.ok) {
      notice('error', 'cannot take the configuration over: it has mistakes; everything goes on with the one that was read before');
      for (const { place, message } of reading.problems) notice('error', place === null ? message : `${place.file}:${place.line}: ${message}`);
      return null;
    }
    next = reading.configured;
    box.writeNextConfiguration(encodeKept(next.kept), namesOf(next.plan));
    return next.plan;
  };

  return {
    announce,
    openLogs,
    configured: () => current,
    logs: () => logs,
    ownLog: () => own,
    autoPath: (process, stream) => autoPaths.pathOf(process, stream),
    prepare: (configured) => {
      box.prepareConfiguration(encodeKept(configured.kept), namesOf(configured.plan));
      regrouped = configured;
    },
    next: () => next?.plan ?? null,
    inheritNext: () => {
      const kept = hello.isTakeover ? decodeKept(box.readNextConfiguration() ?? new Uint8Array(0)) : null;
      const reading = kept === null ? null : readKept(options, kept);
      if (reading?.ok === true) next = reading.configured;
      return next?.plan ?? null;
    },
    port: {
      readNext,
      changed,
      abandonNext: () => {
        if (next !== null) box.writeNextConfiguration(null);
        next = null;
      },
      ending: (world, code) => {
        const { supervisor } = current.plan.model;
        const { pidFile } = supervisor;
        if (isReportWanted(supervisor, current.personality)) {
          const ownLine = ownLineOf(supervisor.logShape, longestName(current.plan.model), Date.now);
          writeExitReport({ native, plan: current.plan, world, code, readBack: logs?.readBack ?? null, ownLine });
        }
        if (pidFile !== null) removePidFile(native, pidFile, hello.initPid);
      },
    },
  };
};

export const longestName = (model: Model): number =>
  Math.max(...['tsinit', ...model.groups.flatMap(({ processes }) => processes.map(fullName))].map((name) => name.length));

/** In tsinit's own personality output is on the same stream already, unless there is a log file. */
const isRepeated = ({ plan, personality }: Configured): boolean => {
  const { logLevel, logFile } = plan.model.supervisor;
  return (personality === 'supervisord' || logFile !== null) && (logLevel === 'debug' || logLevel === 'trace' || logLevel === 'blather');
};

/** Somebody may ask for what programs have written, or wants the last of it in a report. */
const recordBytesOf = ({ plan: { model }, personality }: Configured): number => {
  if (model.hasControl || (model.ci?.junit ?? null) !== null) return RING_BYTES;
  return isReportWanted(model.supervisor, personality) ? LAST_WORDS_BYTES : 0;
};
