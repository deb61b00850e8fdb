/**
 * The configuration at run time: read at the first start, read anew by a reload, read from the black box by a successor. What it
 * says of the supervisor itself is held against the machine here; what there is to say about it comes as messages. How groups come and
 * go one by one is in regroup.ts.
 */
import { problemLines } from '../../cli/problems.ts';
import type { GroupSpec, LoadResult, Model, Problem } from '../../config/model/model.ts';
import type { Personality } from '../../config/model/settings.ts';
import { liveFiles, recordedFiles } from '../../kernel/files/files.ts';
import type { FileWorld } from '../../kernel/files/files.ts';
import type { NoticeLevel } from '../../process/types.ts';
import { makePlan } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { windowProblem } from '../../world/stop/stop-window.ts';
import { firstKept } from './kept.ts';
import type { Kept } from './kept.ts';
import { readConfiguration } from './read-configuration.ts';
import { refusal, startMessages } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

export type Message = { readonly level: NoticeLevel; readonly text: string };

export type Configured = {
  readonly plan: Plan;
  readonly personality: Personality;
  /** What a successor needs to have the same. */
  readonly kept: Kept;
  /** What was read last: where groups that are added come from. */
  readonly latest: Model;
  readonly messages: readonly Message[];
};

export type Reading =
  | { readonly ok: true; readonly configured: Configured }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly personality: Personality };

export type ReadingOptions = {
  /** Without the program's name; `personality` is what that implies. */
  readonly argv: readonly string[];
  readonly personality: Personality;
  readonly environment: Readonly<Record<string, string>>;
  readonly surroundings: Surroundings;
  /** How the command line and the files become a model; a verb (tsinit run) has a way of its own. */
  readonly read?: typeof readConfiguration | undefined;
};

/** Reads the files. `workingDirectory`: where tsinit was started. */
export const readFiles = (options: ReadingOptions, workingDirectory: string): Reading => {
  const { world, record } = liveFiles(options.environment, workingDirectory, options.surroundings.uid);
  const judged = judge(options, world);
  if (!judged.ok) return judged;
  const { model, personality, messages } = judged;
  const names = model.groups.map(({ name }) => name);
  const kept = firstKept(record, names, Math.random().toString(36).slice(2));
  const plan = planOf(model, personality);
  return { ok: true, configured: { plan, personality, kept, latest: model, messages: [...messages, ...windowMessages(plan)] } };
};

const windowMessages = (plan: Plan): readonly Message[] => {
  const problem = windowProblem(plan);
  return problem === null ? [] : [{ level: 'warn', text: problem.message }];
};

/** Reads what a predecessor has read. */
export const readKept = (options: ReadingOptions, kept: Kept): Reading => {
  const models: Model[] = [];
  let first: Extract<Judged, { readonly ok: true }> | null = null;
  for (const record of kept.readings) {
    const judged = judge(options, recordedFiles(record, options.environment));
    if (!judged.ok) return judged;
    first ??= judged;
    models.push(judged.model);
  }
  const latest = models[kept.last];
  if (first === null || latest === undefined) throw new Error('the black box holds a configuration without a reading');
  const groups = kept.groups.flatMap(({ name, reading }): readonly GroupSpec[] => models[reading]?.groups.filter((group) => group.name === name) ?? []);
  const { model, personality, messages } = first;
  return { ok: true, configured: { plan: planOf({ ...model, groups }, personality), personality, kept, latest, messages } };
};

/** What runs by that model under that personality. */
export const planOf = (model: Model, personality: Personality): Plan => {
  const isPeer = personality === 'supervisord';
  return makePlan(model, { stopGroupsOneByOne: isPeer, signalsLikeSupervisord: isPeer });
};

/** For stderr, before anything has started. supervisord's users know two lines. */
export const refusalText = (problems: readonly Problem[], personality: Personality, name: string): string => {
  const first = problems.find(({ severity }) => severity === 'error');
  return personality === 'tsinit' || first === undefined ? problemLines(problems) : `Error: ${first.message}\nFor help, use ${name} -h\n`;
};

type Judged =
  | { readonly ok: true; readonly model: Model; readonly personality: Personality; readonly messages: readonly Message[] }
  | Extract<Reading, { readonly ok: false }>;

const judge = (options: ReadingOptions, world: FileWorld): Judged => {
  const { result, personality } = (options.read ?? readConfiguration)(options.argv, options.personality, world);
  if (!result.ok) return { ok: false, problems: result.problems, personality };
  const refused = refusal(result.model.supervisor, options.surroundings, personality);
  if (refused !== null) return { ok: false, problems: [{ severity: 'error', place: null, message: refused }], personality };
  return { ok: true, model: asUser(result.model, world.uid), personality, messages: messagesOf(result, options.surroundings, personality) };
};

/** The user that we are already is no user to become. */
const asUser = (model: Model, uid: number): Model =>
  model.supervisor.user !== null && (uid !== 0 || model.supervisor.user.uid === 0) ? { ...model, supervisor: { ...model.supervisor, user: null } } : model;

/** In supervisord's order: what is critical, what is doubtful, what is worth knowing. */
const messagesOf = (result: Extract<LoadResult, { ok: true }>, surroundings: Surroundings, personality: Personality): readonly Message[] => {
  const warnings = result.warnings.map(({ message }): Message => ({ level: 'warn', text: message }));
  if (personality === 'tsinit') return warnings;
  const { critical, infos } = startMessages(result.model.supervisor, surroundings);
  const included = result.files.slice(1).map((path) => `Included extra file "${path}" during parsing`);
  return [
    ...critical.map((text): Message => ({ level: 'critical', text })),
    ...warnings,
    ...[...included, ...infos].map((text): Message => ({ level: 'info', text })),
  ];
};
