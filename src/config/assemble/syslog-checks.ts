/** tsinit as the taker of syslog messages that it sends itself: each would come back, for ever. */
import type { GroupSpec, SupervisorSpec } from '../model/model.ts';
import { addError } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';

/** Where tsinit sends. */
const SYSTEM_LOG = '/dev/log';

export function checkSyslog(context: ReadContext, supervisor: SupervisorSpec | null, groups: readonly GroupSpec[]): void {
  const section = context.config.sections.find(({ kind }) => kind === 'supervisord');
  if (supervisor === null || section === undefined || !supervisor.syslogSockets.some(({ path }) => path === SYSTEM_LOG)) return;
  const sender = supervisor.logFile === 'syslog' ? 'logfile=syslog' : senderAmong(groups);
  if (sender === null) return;
  const place = placeOfOption(context.config, section, 'syslog_socket');
  const sentence = `syslog_socket of [${section.name}] (${showPlace(place)}) takes ${SYSTEM_LOG}, and ${sender} sends there: it would come back to tsinit; leave one of them out`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
}

function senderAmong(groups: readonly GroupSpec[]): string | null {
  for (const { processes } of groups) {
    for (const { program, stdout, stderr } of processes) {
      if ([stdout, stderr].some(({ syslog, target }) => syslog || target.kind === 'syslog')) return `the output of ${program}`;
    }
  }
  return null;
}
