/** `status --json` and `status --watch`. */
import type { Remote } from '../../../control/client/remote.ts';
import { EXIT } from '../codes.ts';
import { shownName, wordsOf } from '../names.ts';
import { listOf, numberOf, structOf, textOf } from '../records.ts';
import type { ProcessInfo } from '../records.ts';
import type { Session } from '../shell/session.ts';
import type { AsLine } from './status-watch.ts';
import { selected } from './status.ts';

const KIBIBYTE = 1024;
const FLAGS: ReadonlySet<string> = new Set(['--json', '--watch']);

export const statusOtherwise = async (session: Session, argument: string): Promise<void> => {
  const words = wordsOf(argument);
  const flags = new Set(words.filter((word) => word.startsWith('--')));
  const unknown = [...flags].find((flag) => !FLAGS.has(flag));
  if (unknown !== undefined) {
    session.line(`Error: status does not know ${unknown}; it knows --json and --watch`);
    session.setExitCode(EXIT.invalid);
    return;
  }
  const names = words.filter((word) => !flags.has(word)).join(' ');
  if (flags.has('--watch')) {
    const { watchStatus } = await import('./status-watch.ts');
    return watchStatus(session, names, flags.has('--json') ? asJsonLine : null);
  }
  // What is no process is told by the exit code and its absence: every line printed is JSON.
  const shown = await selected({ ...session, line: session.complaint }, names);
  if (shown === null) return;
  const said = await ownWords(session.remote(), true);
  session.line(
    JSON.stringify(
      shown.map((info) => ({ ...recordOf(info), ...said.get(shownName(info.group, info.name)) })),
      null,
      2,
    ),
  );
};

/** What only tsinit tells, by name: nothing of a real supervisord. */
/** `isMeasured`: with what it uses at present, which takes a look at each. */
const ownWords = async (remote: Pick<Remote, 'call'>, isMeasured: boolean): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> => {
  const answer = await remote.call('tsinit.getAllStatus', false, isMeasured);
  if (!answer.ok) return new Map();
  return new Map(
    listOf(answer.value).map((value) => {
      const { name, ready, status, activity, mainpid, memory, cpu } = structOf(value);
      return [
        textOf(name),
        {
          ready: ready === true,
          status: textOf(status) === '' ? null : textOf(status),
          activity: textOf(activity),
          mainPid: numberOf(mainpid) || null,
          ...(isMeasured
            ? { memoryBytes: memory === undefined ? null : numberOf(memory) * KIBIBYTE, cpuSeconds: cpu === undefined ? null : numberOf(cpu) }
            : {}),
        },
      ];
    }),
  );
};

const asJsonLine: AsLine = async (infos, remote) => {
  const said = await ownWords(remote, false);
  const ofEach = infos.map((info) => said.get(shownName(info.group, info.name)) ?? {});
  const records = infos.map((info, index) => ({ ...recordOf(info), ...ofEach[index] }));
  return { line: JSON.stringify(records), key: JSON.stringify(ofEach) };
};

/** Times in whole seconds since the epoch, null: never. */
const recordOf = (info: ProcessInfo): Readonly<Record<string, unknown>> => ({
  name: shownName(info.group, info.name),
  group: info.group,
  process: info.name,
  state: info.stateName,
  stateCode: info.state,
  pid: info.pid === 0 ? null : info.pid,
  uptimeSeconds: info.pid === 0 ? null : Math.max(0, info.now - info.start),
  startedAt: info.start === 0 ? null : info.start,
  stoppedAt: info.stop === 0 ? null : info.stop,
  exitStatus: info.exitStatus,
  spawnError: info.spawnError === '' ? null : info.spawnError,
  description: info.description,
  stdoutLog: info.stdoutLog === '' ? null : info.stdoutLog,
  stderrLog: info.stderrLog === '' ? null : info.stderrLog,
});
