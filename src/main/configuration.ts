/**
 * The configuration at run time: read at the first start, read anew by a reload, read from the black box by a successor. What it
 * says of the supervisor itself is held against the machine here; what there is to say about it comes as messages.
 */
import { problemLines } from '../cli/problems.ts';
import type { LoadResult, Model, Problem } from '../config/model.ts';
import type { Personality } from '../config/settings.ts';
import { liveFiles, recordedFiles } from '../kernel/files.ts';
import type { FileRecord, FileWorld } from '../kernel/files.ts';
import type { NoticeLevel } from '../process/types.ts';
import { makePlan } from '../services/plan.ts';
import type { Plan } from '../services/plan.ts';
import { readConfiguration } from './read-configuration.ts';
import { refusal, startMessages } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** What a successor needs to have the same configuration. */
export type Kept = { readonly files: FileRecord; readonly autoLogSeed: string };

export type Message = { readonly level: NoticeLevel; readonly text: string };

export type Configured = {
  readonly plan: Plan;
  readonly personality: Personality;
  readonly kept: Kept;
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
};

/** Reads the files. `workingDirectory`: where tsinit was started. */
export const readFiles = (options: ReadingOptions, workingDirectory: string): Reading => {
  const { world, record } = liveFiles(options.environment, workingDirectory);
  return judge(options, world, { files: record, autoLogSeed: Math.random().toString(36).slice(2) });
};

/** Reads what a predecessor has read. */
export const readKept = (options: ReadingOptions, kept: Kept): Reading => judge(options, recordedFiles(kept.files, options.environment), kept);

export const encodeKept = (kept: Kept): Uint8Array => new TextEncoder().encode(JSON.stringify(kept));

/** Null when nothing has been kept yet. */
export const decodeKept = (bytes: Uint8Array): Kept | null => (bytes.length === 0 ? null : (JSON.parse(new TextDecoder().decode(bytes)) as Kept));

/** For stderr, before anything has started. supervisord's users know two lines. */
export const refusalText = (problems: readonly Problem[], personality: Personality, name: string): string => {
  const first = problems.find(({ severity }) => severity === 'error');
  return personality === 'tsinit' || first === undefined ? problemLines(problems) : `Error: ${first.message}\nFor help, use ${name} -h\n`;
};

const judge = (options: ReadingOptions, world: FileWorld, kept: Kept): Reading => {
  const { result, personality } = readConfiguration(options.argv, options.personality, world);
  if (!result.ok) return { ok: false, problems: result.problems, personality };
  const refused = refusal(result.model.supervisor, options.surroundings, personality);
  if (refused !== null) return { ok: false, problems: [{ severity: 'error', place: null, message: refused }], personality };
  const isPeer = personality === 'supervisord';
  const plan = makePlan(asUser(result.model, world.uid), { stopGroupsOneByOne: isPeer, signalsLikeSupervisord: isPeer });
  return { ok: true, configured: { plan, personality, kept, messages: messagesOf(result, options.surroundings, personality) } };
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
