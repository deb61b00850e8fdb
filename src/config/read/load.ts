/**
 * The door of the configuration layer: from paths to a frozen model, or to every problem at once. Reads only through
 * the world it is given. Never throws for what a file holds.
 */
import invariant from 'tiny-invariant';
import { checkDependencies } from '../assemble/dependency-checks.ts';
import { buildGroups } from '../assemble/groups.ts';
import { buildNotifiers } from '../assemble/notifiers.ts';
import { withLogDefaults } from '../assemble/log-shape.ts';
import { checkPlugins } from '../assemble/plugins.ts';
import { buildServers } from '../assemble/servers.ts';
import { buildSockets } from '../assemble/sockets.ts';
import { buildSupervisor } from '../assemble/supervisor.ts';
import { checkSyslog } from '../assemble/syslog-checks.ts';
import { checkInput } from '../assemble/terminal-checks.ts';
import { checkTriggers } from '../assemble/trigger-checks.ts';
import { findMain } from './find-main.ts';
import { freezeDeeply } from '../model/freeze.ts';
import type { ConfigWorld, GroupSpec, LoadResult, Model, Problem } from '../model/model.ts';
import { addError, addWarning, collectProblems, hasErrors, type Problems } from '../problems.ts';
import { readFiles, type ReadResult } from './read-files.ts';
import { placeOfOption, showPlace } from './raw.ts';
import type { ReadContext } from './read-options.ts';
import type { LoadSettings } from '../model/settings.ts';
import { reportUnknownWords } from '../unknown-words.ts';
import { readUserDatabase, type UserDatabase } from '../values/machine/users.ts';

/** Reads the first of `paths` that exists, and what it includes. */
export function load(world: ConfigWorld, paths: readonly string[], settings: LoadSettings): LoadResult {
  const problems = collectProblems(settings.personality);
  const main = findMain(world, paths, problems);
  if (main === null) return { ok: false, problems: problems.list };
  return loadSections(world, readFiles(world, main.path, main.text, problems), settings, problems);
}

/** Sections of text, wherever they come from, with the problems that there have been on the way. */
export function loadSections(world: ConfigWorld, { config, files }: ReadResult, settings: LoadSettings, problems: Problems): LoadResult {
  let users: UserDatabase | null = null;
  const scope = { world, personality: settings.personality, users: () => (users ??= readUserDatabase(world)) };
  const context = { config, scope, problems };
  reportUnknownWords(config, problems);
  const model = buildModel(context, settings);
  const list = settings.personality === 'tsinit' ? inReadingOrder(problems.list, files) : problems.list;
  if (model === null || hasErrors(problems)) return { ok: false, problems: list };
  return { ok: true, model: freezeDeeply(model), warnings: list, files };
}

/** As an operator goes through the files: file by file, line by line. supervisord's first complaint stays first. */
function inReadingOrder(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const rank = ({ place }: Problem): readonly [file: number, line: number] => {
    invariant(place !== null, 'behind the search for the main file every problem has a place');
    return [files.indexOf(place.file), place.line];
  };
  const ranked = problems.map((problem) => ({ problem, rank: rank(problem) }));
  ranked.sort((left, right) => left.rank[0] - right.rank[0] || left.rank[1] - right.rank[1]);
  return ranked.map(({ problem }) => problem);
}

function buildModel(context: ReadContext, settings: LoadSettings): Model | null {
  const { sections } = context.config;
  const hasControl = sections.some(({ kind }) => kind === 'unix_http_server' || kind === 'inet_http_server');
  const supervisor = buildSupervisor(context, settings, hasControl);
  const hasSupervisorMethods = checkPlugins(context);
  if (supervisor === null) return null;
  const sockets = buildSockets(context, supervisor.names);
  // A wrong value of [tsinit] is told once, not for every program.
  const forPrograms = supervisor.spec === null ? context : { ...context, config: withLogDefaults(context.config) };
  const groups = buildGroups(forPrograms, supervisor, sockets);
  checkDependencies(context, groups);
  checkInput(context, groups);
  checkTriggers(context, groups, { sockets, stopSignals: supervisor.spec?.stopSignals ?? [] });
  checkSyslog(context, supervisor.spec, groups);
  const servers = buildServers(context, supervisor.names);
  const notifiers = buildNotifiers(context, supervisor.names, groups);
  reportNothingToRun(context, groups, hasControl);
  if (supervisor.spec?.exitPolicy === 'essential') reportNothingEssential(context, groups);
  const declared = [...sockets.values()];
  return supervisor.spec && { supervisor: supervisor.spec, groups, hasControl, sockets: declared, servers, notifiers, hasSupervisorMethods, ci: null };
}

/** Without programs and without a way to add any, tsinit would end at once; that is hardly meant. */
function reportNothingToRun(context: ReadContext, groups: readonly GroupSpec[], hasControl: boolean): void {
  const { config, problems, scope } = context;
  if (scope.personality === 'supervisord' || hasErrors(problems) || groups.some(({ processes }) => processes.length > 0)) return;
  const sentence = `${config.main} has no [program:x] section: nothing to run; write [program:name] and command=... below it`;
  (hasControl ? addWarning : addError)(problems, { file: config.main, line: 1 }, { ours: sentence, peer: sentence });
}

/** Nothing could ever make that policy end the container: the word is missing where it belongs. */
function reportNothingEssential(context: ReadContext, groups: readonly GroupSpec[]): void {
  const { config, problems } = context;
  if (hasErrors(problems) || groups.some(({ processes }) => processes.some(({ essential }) => essential))) return;
  const section = config.sections.find(({ kind }) => kind === 'supervisord');
  const place = section === undefined ? { file: config.main, line: 1 } : placeOfOption(config, section, 'exit_policy');
  const sentence = `exit_policy=essential (${showPlace(place)}) waits for an essential program, and there is none; write essential=true in the section of one`;
  addError(problems, place, { ours: sentence, peer: sentence });
}
