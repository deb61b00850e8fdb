/**
 * One [program:x] section (or its kin) into the processes it makes: numprocs of them, for the group they belong to.
 * What is wrong in the section is reported with what is wrong in its first process, so that nothing hides behind it.
 */
import { succeed } from '../../base/result.ts';
import type { DeclaredSocket } from '../model/activation-model.ts';
import type { LogFormat } from '../log-shape.ts';
import type { ProcessSpec, StopScopes } from '../model/model.ts';
import { type Names, overNames, overVariables } from '../model/names.ts';
import { beyondOptions, type BeyondValues } from '../options/beyond-options.ts';
import { logOptions } from '../options/log-options.ts';
import { programEnvironmentOptions, programProcessOptions, programSectionOptions } from '../options/program-options.ts';
import type { Values } from '../options/option.ts';
import { addError } from '../problems.ts';
import { findOption, placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { peerWords, type ReadContext, type ReadFrom, readOptions } from '../read/read-options.ts';
import { readName } from '../values/text/name.ts';
import type { Reading } from '../values/value-type.ts';
import { attributesOf } from './attributes.ts';
import { checkActivation } from './activation.ts';
import { checkHealth } from './health.ts';
import { refuseVainCopies, streamsOf } from './log-settings.ts';
import { type LogValues, shapeOf, warnOfShape } from './log-shape.ts';
import { checkReload, serviceOf } from './service.ts';
import { pidFilePath, pidProxyOf } from './pid-file.ts';
import { scopeStandsAlone, stopScopesOf } from './stop-scopes.ts';
import { warnOfUsage } from './usage.ts';
import { agreeOnGroups, canBeNumbered, groupsHaveUser, readArgv, warnOfProcess } from './process-checks.ts';

export type ProcessInput = {
  readonly section: RawSection;
  readonly program: string;
  readonly group: string;
  readonly priority: number;
  /** Names and variables of the supervisor's section. */
  readonly names: Names;
  readonly environment: Readonly<Record<string, string>>;
  /** Of all [socket:x] sections, by name. */
  readonly sockets: ReadonlyMap<string, DeclaredSocket>;
};

type SectionValues = Values<typeof programSectionOptions>;

type OwnValues = Values<typeof programProcessOptions> &
  LogValues & {
    readonly environment: Readonly<Record<string, string>>;
    readonly argv: readonly string[];
  };

/** The processes of a section; none, and problems, when it is wrong. */
export function buildProcesses(context: ReadContext, input: ProcessInput): readonly ProcessSpec[] {
  const { section, program, group } = input;
  const names = overNames(input.names, {
    program_name: program,
    group_name: group,
    host_node_name: context.scope.world.hostName,
  });
  const from: ReadFrom = { section, names, peerNamesSection: true };
  const values = readOptions(context, programSectionOptions, from);
  const beyond = readOptions(context, beyondOptions, from);
  const isSound =
    values !== null &&
    beyond !== null &&
    [
      canBeNumbered(context, from, values.count),
      agreeOnGroups(context, from, values.stopAsGroup, values.killAsGroup),
      scopeStandsAlone(context, from, beyond.stopScope !== null),
      checkActivation(context, from, beyond, input.sockets),
      checkHealth(context, from, beyond, beyond.readyOn?.kind === 'check'),
      checkReload(context, from, beyond),
      groupsHaveUser(context, from, beyond.supplementaryGroups !== null, values.user !== null),
    ].every(Boolean);
  if (!isSound) {
    readOwn(context, { ...from, names: overNames(names, { process_num: 0, numprocs: 1 }) });
    return [];
  }
  const processes: ProcessSpec[] = [];
  let processNames = names;
  for (let index = 0; index < values.count; index++) {
    const numbered = overNames(processNames, { process_num: values.firstNumber + index, numprocs: values.count });
    const own = readOwn(context, { ...from, names: numbered });
    if (own === null) return [];
    const shared = {
      ...beyond,
      ...asJob(context, section, values, beyond),
      hasUsualStopWait: findOption(context.config, section, 'stopwaitsecs') === null,
      stopScopes: stopScopesOf({ ...values, ...beyond }, context.scope.personality),
      usualFormat: context.scope.personality === 'supervisord' ? ('raw' as const) : ('prefix' as const),
    };
    const spec = assemble(input, shared, own);
    if (index === 0) {
      warnOfProcess(context, section, spec, own.stderrTarget);
      warnOfShape(context, section, own);
      refuseVainCopies(context, section, own, values.redirectStderr);
      warnOfUsage(context, section, beyond);
    }
    processes.push(spec);
    // A quirk that files may rely on: new variables of one process are names for the next ones.
    if (context.scope.personality === 'supervisord') processNames = overVariables(processNames, newVariables(names, own.environment));
  }
  return processes;
}

function newVariables(names: Names, variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.find(`ENV_${name}`) === undefined));
}

/** What each process has for itself. */
function readOwn(context: ReadContext, from: ReadFrom): OwnValues | null {
  const variables = readOptions(context, programEnvironmentOptions, from);
  const names = overVariables(from.names, variables?.environment ?? {});
  const values = readOptions(context, programProcessOptions, { ...from, names });
  const shape = readOptions(context, logOptions, { ...from, names });
  if (values === null || shape === null) return null;
  const name = readProcessName(context, from.section, values.name);
  const argv = readArgv(context, from.section, values.command);
  if (!name.ok) {
    const place = placeOfOption(context.config, from.section, 'process_name');
    addError(context.problems, place, {
      ours: `cannot read process_name of [${from.section.name}] (${showPlace(place)}): ${name.error.ours}`,
      peer: peerWords(name.error.peer, from),
    });
  }
  if (variables === null || !name.ok || argv === null) return null;
  const proxied = context.scope.personality === 'supervisord' ? pidProxyOf(argv) : null;
  return {
    ...values,
    ...shape,
    name: name.value,
    environment: variables.environment,
    argv,
    ...(proxied && { ...proxied, pidFile: values.pidFile ?? proxied.pidFile }),
  };
}

/** supervisord looks at the name before it is expanded, and takes whatever comes of it. */
function readProcessName(context: ReadContext, section: RawSection, expanded: string): Reading<string> {
  if (context.scope.personality === 'tsinit') return readName(expanded);
  const written = findOption(context.config, section, 'process_name');
  const judged = readName(written?.text ?? '%(program_name)s');
  return judged.ok ? succeed(expanded) : judged;
}

/** What a program that runs to its end is where its section does not say otherwise: up at once, and not started again; by the clock alone. */
function asJob(context: ReadContext, section: RawSection, values: SectionValues, beyond: BeyondValues): SectionValues {
  const { type, schedule, startOn, acceptsConnections } = beyond;
  const isJob = type === 'oneshot' || schedule !== null || acceptsConnections;
  const isCalled = schedule !== null || startOn.length > 0;
  if (!isJob && !isCalled) return values;
  const isWritten = (name: string): boolean => findOption(context.config, section, name) !== null;
  return {
    ...values,
    startMs: isWritten('startsecs') || !isJob ? values.startMs : 0,
    startRetries: isWritten('startretries') || !acceptsConnections ? values.startRetries : 0,
    autorestart: isWritten('autorestart') || !isJob ? values.autorestart : 'never',
    autostart: !isCalled || isWritten('autostart') ? values.autostart : false,
  };
}

type SharedValues = SectionValues & BeyondValues & { readonly hasUsualStopWait: boolean; readonly stopScopes: StopScopes; readonly usualFormat: LogFormat };

function assemble(input: ProcessInput, shared: SharedValues, own: OwnValues): ProcessSpec {
  const { autostart, startMs, startRetries, autorestart, exitCodes, stopSignal, stopWaitMs } = shared;
  const { environmentFiles, clearsEnvironment, stdin, supplementaryGroups } = shared;
  const { user, redirectStderr, umask, essential, serverUrl } = shared;
  const service = serviceOf(shared, input.sockets);
  const { stdout, stderr } = streamsOf(shared, own, service.readyOn, shapeOf(own, shared.usualFormat));
  return {
    name: own.name,
    group: input.group,
    program: input.program,
    place: input.section.place,
    priority: input.priority,
    command: own.command.text,
    argv: own.argv,
    pidFile: pidFilePath(own.pidFile, own.directory, shared.root),
    directory: own.directory,
    umask,
    autostart,
    startMs,
    startRetries,
    autorestart,
    exitCodes,
    stopSignal,
    stopWaitMs,
    hasUsualStopWait: shared.hasUsualStopWait,
    stopScopes: shared.stopScopes,
    forwarding: shared.forwarding,
    essential,
    service,
    user: user === null || supplementaryGroups === null ? user : { ...user, groups: supplementaryGroups, isPresent: false },
    environment: { ...input.environment, ...environmentFiles, ...own.environment },
    clearsEnvironment,
    attributes: attributesOf(shared),
    stdin,
    redirectStderr,
    stdout,
    stderr,
    serverUrl: serverUrl?.toUpperCase() === 'AUTO' ? null : serverUrl,
  };
}
