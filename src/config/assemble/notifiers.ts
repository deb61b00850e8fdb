/** [notify:x] into the model: by what means somebody is told of which events. */
import { nearest } from '../../base/nearest.ts';
import { processesNamed } from '../dependencies.ts';
import type { GroupSpec } from '../model/model.ts';
import type { Names } from '../model/names.ts';
import type { NotifierSpec } from '../model/notifier-model.ts';
import { notifyOptions } from '../options/notify-options.ts';
import { addError } from '../problems.ts';
import { placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';

const LEAST_TIMEOUT_MS = 1_000;

/** In the order of the files. `groups`: what there is to be told of. supervisord knows no such section. */
export function buildNotifiers(context: ReadContext, names: Names, groups: readonly GroupSpec[]): readonly NotifierSpec[] {
  const sections = context.config.sections.filter(({ kind, label }) => kind === 'notify' && label !== '');
  return sections.map((section) => buildNotifier(context, section, names, groups)).filter((notifier) => notifier !== null);
}

function buildNotifier(context: ReadContext, section: RawSection, names: Names, groups: readonly GroupSpec[]): NotifierSpec | null {
  const values = readOptions(context, notifyOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { programs, webhook, webhookHeaders, email, emailFrom, mailServer, ...others } = values;
  const { events, command } = others;
  if (events.length === 0) complain(context, section, 'events', 'is empty; write types as in PROCESS_STATE_FATAL');
  if (webhook === null && command === null && email === null) complain(context, section, null, 'tells nobody; write webhook=URL, command=... or email=ADDRESS');
  for (const name of programs) {
    if (processesNamed(groups, name).length > 0) continue;
    const near = nearest(name, [...new Set(groups.flatMap((group) => [group.name, ...group.processes.map(({ program }) => program)]))]);
    complain(context, section, 'programs', `names ${name}, and nothing is called so${near === null ? '' : ` (did you mean ${near}?)`}`);
  }
  const isOfAll = programs.length === 0;
  return {
    ...others,
    name: section.label,
    place: section.place,
    // Nobody means a try that is over before it begins.
    timeoutMs: Math.max(LEAST_TIMEOUT_MS, others.timeoutMs),
    processes: isOfAll ? null : programs.flatMap((name) => processesNamed(groups, name).map((process) => `${process.group}:${process.name}`)),
    webhook: webhook === null ? null : { url: webhook, headers: webhookHeaders },
    mail: email === null ? null : { to: email, from: emailFrom ?? `tsinit@${context.scope.world.hostName}`, server: mailServer },
  };
}

function complain(context: ReadContext, section: RawSection, option: string | null, what: string): void {
  const place = option === null ? section.place : placeOfOption(context.config, section, option);
  const sentence = `${option === null ? '' : `${option} of `}[${section.name}] (${showPlace(place)}) ${what}`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
}
