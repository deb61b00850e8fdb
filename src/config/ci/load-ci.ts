/**
 * `tsinit ci`: a configuration and one more program, the test command, which waits for all others and whose end ends everything. The same
 * state machines decide then as in every other life of a container.
 */
import { findMain } from '../read/find-main.ts';
import { freezeDeeply } from '../model/freeze.ts';
import { loadSections } from '../read/load.ts';
import type { ConfigWorld, GroupSpec, LoadResult, Model, ProcessSpec } from '../model/model.ts';
import { addError, collectProblems } from '../problems.ts';
import type { RawConfig, RawOption, RawSection } from '../read/raw.ts';
import { readFiles } from '../read/read-files.ts';
import { searchPaths } from '../read/search-paths.ts';
import type { Dependency } from '../model/service-model.ts';
import { quoteWord } from '../values/text/shell-quote.ts';
import { type CiRequest, parseCi } from './request.ts';

/** `argv`: behind `ci`. A terminal cannot be shared: with one the test command has no standard input. */
export function loadCi(argv: readonly string[], world: ConfigWorld, hasTerminal: boolean): LoadResult {
  const problems = collectProblems('tsinit');
  const parsed = parseCi(argv);
  if (!parsed.ok) {
    addError(problems, null, { ours: parsed.error, peer: parsed.error });
    return { ok: false, problems: problems.list };
  }
  const request = parsed.value;
  const paths = request.configuration === null ? searchPaths('tsinit') : [request.configuration];
  const main = findMain(world, paths, problems);
  if (main === null) return { ok: false, problems: problems.list };
  const { config, files } = readFiles(world, main.path, main.text, problems);
  const name = freeName(config);
  const read = { config: withTest(config, name, request, hasTerminal), files: [...files, COMMAND_LINE] };
  const result = loadSections(world, read, { personality: 'tsinit', overrides: [] }, problems);
  return result.ok ? { ...result, model: freezeDeeply(asTested(result.model, name, request)) } : result;
}

const COMMAND_LINE = 'the command line';

/** What it is called in prefixes: test, where nothing else is. */
function freeName({ sections }: RawConfig): string {
  const taken = new Set(sections.map(({ label }) => label));
  return ['test', 'test-command', 'tsinit-ci-test'].find((name) => !taken.has(name)) as string;
}

function withTest(config: RawConfig, name: string, { command, timeoutMs, readyTimeoutMs }: CiRequest, hasTerminal: boolean): RawConfig {
  const place = { file: COMMAND_LINE, line: 1 };
  const optionsOf = (options: Readonly<Record<string, string>>): ReadonlyMap<string, RawOption> =>
    new Map(Object.entries(options).map(([key, text]) => [key, { key, text, place }]));
  const options = optionsOf({
    command: command.map(quoteWord).join(' '),
    type: 'oneshot',
    autostart: 'true',
    startsecs: '0',
    startretries: '0',
    autorestart: 'false',
    exitcodes: '0',
    essential: 'true',
    on_dependency_failure: 'fatal',
    depends_on: '',
    ready_on: 'exit',
    ready_timeout: `${timeoutMs}ms`,
    ready_timeout_action: 'fail',
    stdin: hasTerminal || isInputTaken(config) ? 'null' : 'inherit',
    log_format: 'raw',
  });
  const section: RawSection = { name: `program:${name}`, kind: 'program', label: name, place, options };
  const programDefaults = new Map([...optionsOf({ ready_timeout: `${readyTimeoutMs}ms` }), ...config.programDefaults]);
  return { ...config, sections: [...config.sections, section], programDefaults };
}

const isInputTaken = ({ sections }: RawConfig): boolean => sections.some(({ options }) => options.get('stdin')?.text.toLowerCase() === 'inherit');

/** The test waits for all that starts by itself, and it alone decides. */
function asTested(model: Model, name: string, { junit }: CiRequest): Model {
  const services = model.groups.flatMap(({ processes }) => processes).filter((spec) => spec.autostart && spec.program !== name);
  const dependsOn = services.map(
    ({ group, name: process, service }): Dependency => ({ name: `${group}:${process}`, condition: 'ready', isSoft: service.onFailure === 'ignore' }),
  );
  const changed = (spec: ProcessSpec): ProcessSpec =>
    spec.program === name ? { ...spec, service: { ...spec.service, dependsOn } } : { ...spec, essential: false };
  const groups = model.groups.map((group): GroupSpec => ({ ...group, processes: group.processes.map(changed) }));
  // What happened is told at length; a line for machines is written where somebody asks for it.
  const supervisor = { ...model.supervisor, exitPolicy: 'essential', exitReport: model.supervisor.exitReport ?? 'none' } as const;
  return { ...model, groups, supervisor, ci: { program: name, junit } };
}
