/**
 * What programs use at present, out of /proc: of each the main process, its process group and session, and all that descends from them.
 * Memory is what belongs to each process alone, and once the largest part that is shared: workers of one parent do not count its
 * libraries again and again. Processor time includes that of children that were waited for.
 */
import { readdirSync, readFileSync } from 'node:fs';

export type Used = { readonly bytes: number; readonly cpuMs: number };

/** One process as /proc/PID/stat has it. */
type Process = { readonly pid: number; readonly parent: number; readonly group: number; readonly session: number; readonly cpuMs: number };

/** Linux tells times to programs in hundredths of a second, whatever it counts in itself. */
const TICK_MS = 10;
const KIBIBYTE = 1024;
/** Fields of stat(5) behind the command, which may hold anything. */
const FIELD = { parent: 1, group: 2, session: 3, user: 11, system: 12, childrensUser: 13, childrensSystem: 14 } as const;

/** By main process; without those that are gone or hidden. `proc`: where the file system is. */
export const usedBy = (mainPids: readonly number[], proc = '/proc'): ReadonlyMap<number, Used> => {
  const processes = new Map(
    pidsIn(proc)
      .flatMap((pid) => processOf(proc, pid) ?? [])
      .map((process) => [process.pid, process]),
  );
  const wanted = new Set(mainPids);
  const owners = new Map<number, number>();
  const totals = new Map<number, { own: number; shared: number; cpuMs: number }>();
  for (const process of processes.values()) {
    const owner = ownerOf(process, processes, wanted, owners);
    if (owner === 0 || !processes.has(owner)) continue;
    const total = totals.get(owner) ?? { own: 0, shared: 0, cpuMs: 0 };
    const { own, shared } = memoryOf(proc, process.pid);
    totals.set(owner, { own: total.own + own, shared: Math.max(total.shared, shared), cpuMs: total.cpuMs + process.cpuMs });
  }
  return new Map([...totals].map(([pid, { own, shared, cpuMs }]) => [pid, { bytes: own + shared, cpuMs }]));
};

/** The main process that this one belongs to; 0: nobody's. */
const ownerOf = (process: Process, all: ReadonlyMap<number, Process>, wanted: ReadonlySet<number>, known: Map<number, number>): number => {
  const found = known.get(process.pid);
  if (found !== undefined) return found;
  known.set(process.pid, 0); // a look that takes time may see a circle
  const direct = [process.pid, process.group, process.session].find((each) => wanted.has(each));
  const parent = all.get(process.parent);
  const owner = direct ?? (parent === undefined ? 0 : ownerOf(parent, all, wanted, known));
  known.set(process.pid, owner);
  return owner;
};

/** Without PID 1, which is no program's, and which is woken when somebody reads its files (src/init/runs/copied_marks.h). */
const pidsIn = (proc: string): readonly number[] =>
  readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== 1);

const processOf = (proc: string, pid: number): Process | null => {
  const text = read(`${proc}/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (at: number): number => Number(fields[at] ?? 0);
  if (fields.length <= FIELD.childrensSystem) return null;
  const ticks = field(FIELD.user) + field(FIELD.system) + field(FIELD.childrensUser) + field(FIELD.childrensSystem);
  return { pid, parent: field(FIELD.parent), group: field(FIELD.group), session: field(FIELD.session), cpuMs: ticks * TICK_MS };
};

/** Before Linux 4.5 all of it counts as its own. */
const memoryOf = (proc: string, pid: number): { readonly own: number; readonly shared: number } => {
  const text = read(`${proc}/${pid}/status`);
  const bytes = (name: string): number | null => {
    const found = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1];
    return found === undefined ? null : Number(found) * KIBIBYTE;
  };
  const own = bytes('RssAnon');
  return own === null ? { own: bytes('VmRSS') ?? 0, shared: 0 } : { own, shared: (bytes('RssFile') ?? 0) + (bytes('RssShmem') ?? 0) };
};

/** Empty when the process has ended meanwhile. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
