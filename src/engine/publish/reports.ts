/**
 * What programs have said about themselves, run by run, for those who show it and those who wait for it. Keeps it for a successor: at
 * once where few programs speak, else once for each turn, so that many that speak at once do not hold everybody up.
 */
import type { Notification } from '../../world/events/notification.ts';
import { NO_REPORT, reportAfter } from '../../world/show/report.ts';
import type { Report } from '../../world/show/report.ts';

/** Memory that outlives the supervisor. */
export type ReportMemory = { readonly save: (parts: readonly Uint8Array[]) => boolean; readonly load: () => Uint8Array | null };

export type Reports = {
  readonly of: (run: number) => Report;
  readonly hear: (run: number, said: Notification) => void;
  /** The run is over. */
  readonly forget: (run: number) => void;
  /** From here on what is heard is kept. A successor (`isInherited`) knows from there what runs have said before. */
  readonly keepIn: (memory: ReportMemory, isInherited: boolean) => void;
  /** Told of everything that is said; returns the way to end it. */
  readonly listen: (listener: (run: number, said: Notification) => void) => () => void;
  /** Told when a report has changed; returns the way to end it. */
  readonly onChange: (listener: (run: number) => void) => () => void;
};

/** So many are written down in some ten microseconds. */
const FEW = 32;

type Saved = readonly (readonly [run: number, report: Report])[];

/** `defer`: setImmediate, but for tests. */
export const createReports = (defer: (callback: () => void) => void): Reports => {
  let reports = new Map<number, Report>();
  const listeners = new Set<(run: number, said: Notification) => void>();
  const changeListeners = new Set<(run: number) => void>();
  let memory: ReportMemory | null = null;
  let isSaving = false;

  const save = (): void => {
    isSaving = false;
    const saved: Saved = [...reports];
    memory?.save([new TextEncoder().encode(JSON.stringify(saved))]);
  };
  const keep = (): void => {
    if (isSaving || memory === null) return;
    if (reports.size <= FEW) return save();
    isSaving = true;
    defer(save);
  };

  return {
    of: (run) => reports.get(run) ?? NO_REPORT,
    hear: (run, said) => {
      const before = reports.get(run) ?? NO_REPORT;
      const after = reportAfter(before, said);
      if (after !== before) {
        reports.set(run, after);
        keep();
      }
      for (const listener of listeners) listener(run, said);
      if (after !== before) for (const listener of changeListeners) listener(run);
    },
    forget: (run) => {
      if (reports.delete(run)) keep();
    },
    keepIn: (to, isInherited) => {
      memory = to;
      const bytes = isInherited ? to.load() : null;
      if (bytes !== null) reports = new Map([...(JSON.parse(new TextDecoder().decode(bytes)) as Saved), ...reports]);
      else if (reports.size > 0) keep();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
  };
};
