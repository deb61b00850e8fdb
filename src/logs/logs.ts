/**
 * The log path as the engine sees it: attach a run's streams, finish them when the run has ended, say something, drain at
 * the end. Everything between is in the black box, so that a SIGKILL loses no line and tears none; how, is in
 * docs/decisions/0004-crash-exact-logs.md. Never blocks and never throws for what programs or disks do.
 */
import type { LogLevel, LogSettings } from '../config/model/model.ts';
import { MOST_STREAMS } from '../kernel/box/box.ts';
import { createAttach, tooMany } from './read/attach.ts';
import { TARGET } from './read/capture.ts';
import type { Capture, Finish } from './read/capture.ts';
import { copyToFile } from './read/chunk.ts';
import { createDrain } from './out/drain.ts';
import { OUTBOXES, STAGINGS, createJournal, stagingAt } from './box/journal.ts';
import type { LogsOptions } from './logs-options.ts';
import { createOutbox, isSameFile } from './out/outbox.ts';
import { createOwnLines } from './own/own-lines.ts';
import { ownLineOf } from './own/own-shape.ts';
import { createOwedWords } from './out/owed-words.ts';
import { createPieces } from './read/pieces.ts';
import { createPump } from './read/pump.ts';
import { createReadBack } from './read/read-back.ts';
import type { ReadBack } from './read/read-back.ts';
import { createShaper } from './lines/shaper.ts';
import type { Shaper } from './lines/shaper.ts';
import { createSinks } from './out/sinks.ts';
import { SLOT, createSlots, slotWord } from './box/slots.ts';
import type { StreamName } from './box/slots.ts';
import { createStage } from './box/stage.ts';
import { createSyslog } from './out/syslog.ts';
import { NO_EVENT_TAPS, createTaps } from './read/taps.ts';

/** Tokens of native.arm() below this are the log path's: hand them to onReady(). */
export const LOG_TOKENS = MOST_STREAMS + OUTBOXES;

/** A pipe may hold a MiB when its writer ends; what descendants write on after that does not hold up the end. */
const FINISH_BYTES = 2_097_152;

export type Logs = {
  /** Reads `fd` (which becomes ours) until finish(). Of a run that a predecessor read, it goes on in the middle of the line. */
  readonly attach: (processIndex: number, run: number, name: string, stream: StreamName, fd: number, settings: LogSettings, pid?: number) => void;
  /** The run's process has ended: reads what is in its pipes now, flushes unfinished lines, closes, then calls back.
   *  keepOpen: its group lives on, so read until the end of the pipes; may be called again without. */
  readonly finish: (run: number, done: () => void, options?: { readonly keepOpen: boolean }) => void;
  /** A line of our own on the container's stderr, or the stream that is named. */
  readonly notice: (text: string, level?: LogLevel, stream?: StreamName) => void;
  /** Whole lines as they are on one of the container's streams. */
  readonly print: (lines: string, stream: StreamName) => void;
  /** Whole lines on the container's stdout now, never inside another line; false: there is no room. */
  readonly put: (lines: Uint8Array) => boolean;
  /** Calls back once, when there may be room again. */
  readonly whenRoom: (callback: () => void) => void;
  readonly syslog: (text: string, level?: LogLevel) => void;
  readonly readBack: ReadBack;
  /** Processes have other indices now. */
  readonly renumber: (moved: ReadonlyMap<number, number>) => void;
  /** Reads what is in all pipes now, writes what is left, until `deadlineMs` (monotonic) at the latest; afterwards the container's streams are as they were. */
  readonly drain: (deadlineMs: number, done: () => void) => void;
  /** First thing of a successor: completes what its predecessor had begun. Then attach() what runs, then settle(). */
  readonly resume: () => void;
  /** Successor, before attach(): index of the process whose run its predecessor read; null when it read none of that number. */
  readonly processOf: (run: number) => number | null;
  /** All runs that init knows have been attached; what else was left is finished. */
  readonly settle: () => void;
  readonly reopenFiles: () => void;
  /** Readiness of one of our descriptors; see LOG_TOKENS. */
  readonly onReady: (token: number) => void;
};

export const createLogs = (options: LogsOptions): Logs => {
  const { native, box, clock, streams, settings, onProblem } = options;
  const isStripped = settings.stripAnsi;
  const runs = new Map<number, Capture[]>();
  const waitingForRoom: (() => void)[] = [];

  const journal = createJournal(box, options.onStep);
  const slots = createSlots(box);
  const pieces = createPieces(box, journal);
  // The same pipe or terminal behind both: one writer, or two programs' lines would meet in the middle.
  const errorTarget = isSameFile(streams.stdout, streams.stderr) ? TARGET.STDOUT : TARGET.STDERR;
  const outboxes = [streams.stdout, streams.stderr].map((fd, index) =>
    createOutbox(native, journal, index, fd, MOST_STREAMS + index, (reason) => reportLoss(index, reason)),
  );
  const wallMs = options.wallMs ?? Date.now;
  let madeShaper: Shaper | null = null;
  const shaper = (): Shaper => (madeShaper ??= createShaper(box, { nowMs: clock.nowMs, wallMs }, isStripped));
  const stage = createStage({ box, journal, outboxes, isStripped, shaper, onDropped: (slot) => owed.add(slot) });
  const owed = createOwedWords({
    clock,
    outboxes,
    outboxOf: (slot) => box.words[slotWord(slot) + SLOT.TARGET] ?? 0,
    hasDropped: stage.hasDropped,
    say: stage.sayDropped,
    dueAtMs: (slot) => shaper().noticeAtMs(slot),
  });
  const releaseSlot = (slot: number): void => owed.end(slot, () => slots.release(slot));
  const sinks = createSinks(native, clock, isStripped, options.autoPath ?? (() => null), onProblem, settings.isRaw !== true);
  const syslog = createSyslog(native, clock, settings.syslogIdentity ?? 'tsinit', (text) => onProblem(text, 'syslog'));
  const recordBytes = settings.recordBytes ?? (() => 0);
  const readBack = createReadBack(native, sinks, recordBytes);
  const taps = createTaps({
    isStripped,
    syslog: syslog.send,
    repeat: options.repeat ?? null,
    recordTap: readBack.tapOf,
    isRecorded: () => recordBytes() > 0,
    events: options.events ?? NO_EVENT_TAPS,
    onReady: options.onReadyLine ?? (() => {}),
  });
  const attach = createAttach({ box, outboxes, errorTarget, settings, slots, sinks, taps, pieces, shaper, onTakenOver: owed.add, events: options.events });
  const ownLines = createOwnLines(stage, outboxes, errorTarget, ownLineOf(settings.ownShape ?? null, settings.nameWidth, wallMs));
  const pump = createPump({
    native,
    clock,
    box,
    journal,
    stage,
    outboxes,
    passesOn: settings.passesOn === true,
    release: releaseSlot,
    onProblem,
    onTurnEnd: () => afterTurn(),
    defer: options.defer ?? setImmediate,
  });

  const reportLoss = (index: number, reason: string): void => {
    const stream = index === TARGET.STDOUT ? 'stdout' : 'stderr';
    onProblem(`the container's ${stream} cannot be written: ${reason}; output for it is discarded`, stream);
  };

  const flushOutboxes = (): boolean => outboxes.map((outbox) => outbox.flush()).every((isFlushed) => isFlushed);

  const openCaptures = (): readonly Capture[] => [...runs.values()].flat().filter((capture) => capture.state !== 'ended');

  const drain = createDrain(
    clock,
    () => !ownLines.hasWaiting() && owed.isEmpty() && openCaptures().length === 0 && outboxes.every((outbox) => outbox.isEmpty()),
    () => outboxes.forEach((outbox) => outbox.end()),
  );

  /** What a predecessor has read and not counted may be missing in a file beside the container's stream. */
  const countFound = (): void => {
    for (let staging = 0; staging < STAGINGS; staging += 1) {
      const length = journal.found(staging);
      if (length === 0 || staging === TARGET.FILE) continue;
      const owner = journal.owner(staging);
      const capture = openCaptures().find(({ slot }) => slot === owner);
      if (capture !== undefined) copyToFile(box.bytes, capture, stagingAt(staging), length);
      journal.filled(staging, length);
      stage.settle(staging);
    }
  };

  const afterTurn = (): void => {
    owed.look();
    ownLines.retry();
    if (outboxes[TARGET.STDOUT]?.isBlocked() !== true) for (const callback of waitingForRoom.splice(0)) callback();
    drain.look();
  };

  return {
    attach: (processIndex, run, name, stream, fd, logSettings, pid) => {
      const capture = attach({ processIndex, run, name, pid: pid ?? null, stream, fd, settings: logSettings });
      if (capture === null) {
        native.close(fd);
        onProblem(tooMany(name));
        return;
      }
      const siblings = runs.get(run);
      if (siblings === undefined) runs.set(run, [capture]);
      else siblings.push(capture);
      pump.add(capture);
    },
    finish: (run, done, { keepOpen } = { keepOpen: false }) => {
      const all = runs.get(run) ?? [];
      const captures = all.filter((capture) => capture.state !== 'ended');
      const finish: Finish = {
        open: captures.length,
        done: () => {
          for (const { target, sink } of all) sinks.release({ target, sink });
          runs.delete(run);
          done();
        },
      };
      if (captures.length === 0) return finish.done();
      for (const capture of captures) {
        capture.finish = finish;
        capture.isKeptOpen = keepOpen;
        capture.remainingBytes = keepOpen ? Number.POSITIVE_INFINITY : FINISH_BYTES;
      }
      pump.wake(captures);
    },
    notice: ownLines.notice,
    print: ownLines.print,
    put: (lines) => {
      const out = outboxes[TARGET.STDOUT];
      const isPut = stage.append(TARGET.STDOUT, lines) || (out?.flush() === true && stage.append(TARGET.STDOUT, lines));
      out?.flush();
      return isPut;
    },
    whenRoom: (callback) => void waitingForRoom.push(callback),
    syslog: syslog.send,
    readBack,
    drain: (deadlineMs, done) => {
      drain.begin(deadlineMs, done);
      const captures = openCaptures();
      for (const capture of captures) {
        capture.finish ??= { open: 1, done: () => {} };
        capture.isKeptOpen = false;
        capture.remainingBytes = FINISH_BYTES;
      }
      pump.wake(captures);
    },
    resume: () => {
      pump.hold();
      journal.replay();
      stage.recover();
      pieces.note();
      for (let staging = 0; staging < STAGINGS; staging += 1) if (staging !== TARGET.FILE) stage.settle(staging);
      flushOutboxes();
    },
    processOf: slots.processOf,
    settle: () => {
      countFound();
      for (const slot of slots.leftOver()) {
        stage.flushPartial(slot);
        releaseSlot(slot);
      }
      pump.settle();
    },
    reopenFiles: sinks.reopen,
    renumber: slots.renumber,
    onReady: (token) => {
      if (token < MOST_STREAMS) pump.onReadable(token);
      else pump.onWritable(token - MOST_STREAMS);
    },
  };
};
