/** [supervisord] or [tsinit] into the model: the supervisor itself, and what programs inherit from it. */
import type { ExitPolicy, SupervisorSpec } from '../model/model.ts';
import { type Names, NO_NAMES, overNames, overVariables } from '../model/names.ts';
import { supervisorLogOptions } from '../options/log-options.ts';
import { supervisorEnvironmentOptions, supervisorOptions } from '../options/supervisor-options.ts';
import { addError } from '../problems.ts';
import { readStopWindow } from './stop-window.ts';
import type { RawConfig, RawSection } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';
import type { LoadSettings } from '../model/settings.ts';
import { ownShapeOf } from './log-shape.ts';

export type SupervisorPart = {
  /** Null when an option of the section is wrong. */
  readonly spec: SupervisorSpec | null;
  /** Variables for all programs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names for everything that is read later. */
  readonly names: Names;
};

/** The supervisor's part; null when nothing else can be read without it. */
export function buildSupervisor(context: ReadContext, settings: LoadSettings, hasControl: boolean): SupervisorPart | null {
  const { config, scope, problems } = context;
  const { world } = scope;
  const written = supervisorSection(config);
  if (written === null && scope.personality === 'supervisord') {
    addError(problems, { file: config.main, line: 1 }, { ours: '', peer: '.ini file does not include supervisord section' });
    return null;
  }
  const section = withOverrides(config, written, settings);
  const base = overNames(overVariables(NO_NAMES, world.environment), { here: config.here });
  const known = scope.personality === 'tsinit' ? overNames(base, { host_node_name: world.hostName }) : base;
  const from = { section, names: known, peerNamesSection: false };
  const own = readOptions(context, supervisorEnvironmentOptions, from);
  const values = readOptions(context, supervisorOptions, from);
  const shape = readOptions(context, supervisorLogOptions, from);
  if (own === null) return null;
  const { environment } = own;
  const names = overVariables(known, environment);
  const stopWindowMs = values === null ? null : readStopWindow(context, values.stopWindowMs);
  if (values === null || shape === null) return { spec: null, environment, names };
  const exitPolicy = values.exitPolicy ?? defaultExitPolicy(hasControl);
  return { spec: { ...values, stopWindowMs, logShape: ownShapeOf(shape), exitPolicy }, environment, names };
}

function supervisorSection(config: RawConfig): RawSection | null {
  return config.sections.find((section) => section.kind === 'supervisord' && section.label === '') ?? null;
}

/** The command line beats the files. */
function withOverrides(config: RawConfig, written: RawSection | null, settings: LoadSettings): RawSection {
  const place = { file: config.main, line: 1 };
  const section = written ?? { name: 'tsinit', kind: 'supervisord', label: '', place, options: new Map() };
  const options = new Map(section.options);
  for (const { option, flag, text } of settings.overrides) options.set(option, { key: option, text, place: section.place, flag });
  return { ...section, options };
}

/** With a control interface somebody may start programs later; without one nobody can. */
function defaultExitPolicy(hasControl: boolean): ExitPolicy {
  return hasControl ? 'never' : 'all';
}
