/** Where the report about the exit goes, and what it needs of the machine. The last thing that is written; whatever fails is no reason to stay. */
import { closeSync, existsSync, fstatSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { SupervisorSpec } from '../../config/model/model.ts';
import type { Personality } from '../../config/model/settings.ts';
import { activeClock } from '../../kernel/clock.ts';
import { memoryKills } from '../../kernel/control-groups/own-control-group.ts';
import type { MemoryKills } from '../../kernel/control-groups/own-control-group.ts';
import type { Native } from '../../kernel/native.ts';
import type { OwnLine } from '../../logs/own/own-shape.ts';
import { writePlace } from '../../kernel/files/places.ts';
import type { ReadBack } from '../../logs/read/read-back.ts';
import { exitReport, reportSentence, reportText } from '../../world/ending/exit-report.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World } from '../../world/types.ts';

/** Kubernetes' terminationMessagePath. */
const USUAL_PATH = '/dev/termination-log';
const STDERR = 2;
const LAST_BYTES = 2048;
const LAST_LINES = 20;
const TICK_MS = 10;
/** Behind the command, which may hold anything: field 22 of stat(5). */
const START_FIELD = 19;

/** Null: no file is wanted, or there is none to write to. */
const reportPath = ({ exitReport: path }: SupervisorSpec): string | null => {
  if (path !== null) return isNone(path) || isStderr(path) ? null : path;
  return existsSync(USUAL_PATH) ? USUAL_PATH : null;
};

/** Is it wanted at all? supervisord says nothing at its end. */
export const isReportWanted = ({ exitReport: path }: SupervisorSpec, personality: Personality): boolean =>
  path === null ? personality === 'tsinit' : !isNone(path);

const isNone = (path: string): boolean => path.toLowerCase() === 'none';

const isStderr = (path: string): boolean => path.toLowerCase() === 'stderr';

export type Ending = {
  readonly native: Pick<Native, 'reopen' | 'writeNow' | 'openPlace' | 'movePlace'>;
  readonly plan: Plan;
  readonly world: World;
  readonly code: number;
  readonly readBack: ReadBack | null;
  /** Shapes the sentence as tsinit's other lines. */
  readonly ownLine: OwnLine;
};

/** The JSON goes to its file, and to stderr only where `exit_report=stderr` asks for it; otherwise stderr gets one sentence. */
export const writeExitReport = ({ native, plan, world, code, readBack, ownLine }: Ending): void => {
  const { supervisor } = plan.model;
  const path = reportPath(supervisor);
  const report = exitReport(plan, world, {
    code,
    nowMs: activeClock.nowMs(),
    startedAtMs: containerStartMs(),
    outOfMemory: wasOutOfMemory(memoryKills('container')),
    lastLinesOf: (index) => lastLines(plan, index, readBack),
  });
  const text = reportText(report, (line) => Buffer.byteLength(line));
  if (path !== null) attempt(() => writePlace(native, path, text, 0o666));
  const isAsked = supervisor.exitReport !== null && isStderr(supervisor.exitReport);
  attempt(() => sayAtLast(native, isAsked ? text : `${ownLine(reportSentence(report), 'info')}\n`));
};

/** On the container's stderr, when nothing else writes there any more. The exit waits for nobody: what does not fit at once is left out. */
export const sayAtLast = (native: Ending['native'], text: string): void => {
  const bytes = new TextEncoder().encode(text);
  // A file never makes anybody wait, and whoever writes there next must find the end where we leave it.
  if (fstatSync(STDERR).isFile()) return void writeSync(STDERR, bytes);
  const own = native.reopen(STDERR);
  if (own >= 0) return void writeSync(own, bytes);
  native.writeNow(STDERR, bytes, 0, bytes.length);
};

export const lastLines = (plan: Plan, index: number, readBack: ReadBack | null): readonly string[] => {
  const spec = plan.processes[index];
  if (spec === undefined || readBack === null) return [];
  return (['stdout', 'stderr'] as const).flatMap((stream) => {
    const source = readBack.sourceOf(fullName(spec), stream, spec[stream]);
    if (source === null) return [];
    const { bytes, total } = source.kind === 'memory' ? source.tail(LAST_BYTES) : tailOfFile(source.open);
    const lines = new TextDecoder().decode(bytes).split('\n');
    // The first one is cut where there was more.
    const whole = total > bytes.length ? lines.slice(1) : lines;
    return whole.filter((line) => line !== '').slice(-LAST_LINES);
  });
};

const tailOfFile = (open: () => number): { readonly bytes: Uint8Array; readonly total: number } => {
  try {
    const fd = open();
    try {
      const { size } = fstatSync(fd);
      const bytes = new Uint8Array(Math.min(size, LAST_BYTES));
      return { bytes: bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, size - bytes.length)), total: size };
    } finally {
      closeSync(fd);
    }
  } catch {
    return { bytes: new Uint8Array(0), total: 0 };
  }
};

const wasOutOfMemory = (counted: MemoryKills | null): boolean | null => (counted === null ? null : counted.kills > 0);

/** Monotonic: when init began, which is process 1 of the container. */
const containerStartMs = (): number => {
  const stat = readText(`/proc/${process.ppid}/stat`);
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD]);
  return Number.isFinite(ticks) ? ticks * TICK_MS : activeClock.nowMs();
};

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};

const attempt = (write: () => unknown): void => {
  try {
    write();
  } catch {
    // The exit code says the most important thing; nobody is left to be told more.
  }
};
