/**
 * When to read which stream. After idling a stream is read at once; then it cools: for as long as there is more, it is read
 * again every few milliseconds without asking the kernel for readiness, so that a program that writes single lines costs
 * one wake-up for many of them. A turn is bounded, so that signals and other streams are served in between. Idle: no timer.
 */
import { CARRY_BYTES, STAGING_BYTES } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';
import type { Clock } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { TARGET } from './capture.ts';
import type { Capture } from './capture.ts';
import { growPipe, lastChunk, readChunk } from './chunk.ts';
import { createIdleMemory } from '../box/idle-memory.ts';
import { stagingAt } from '../box/journal.ts';
import type { Journal } from '../box/journal.ts';
import type { Outbox } from '../out/outbox.ts';
import { createPassOn } from './pass-on.ts';
import { carryAt } from '../box/slots.ts';
import { createRawSettle } from '../box/raw-settle.ts';
import type { Stage } from '../box/stage.ts';

const ERROR = { EINTR: 4, EAGAIN: 11 } as const;
const READABLE = 1;
/** Long enough for a pipe to fill a little, short enough for nobody to notice. */
const COOLING_MS = 1;
/** A stream that filled half its pipe while it cooled would be held up by cooling: it is waited for, until a wake-up brings less than this. */
const SLOW_BYTES = 8_192;
/** What is read between two looks at signals and timers. */
const TURN_BYTES = 1_048_576;
/** supervisord's read size: under its name a log file may be longer than its limit by one read. */
const FILE_READ_BYTES = 131_072;

export type Pump = {
  readonly add: (capture: Capture) => void;
  readonly onReadable: (slot: number) => void;
  readonly onWritable: (outbox: number) => void;
  /** Reads this stream in the turn that follows at once. */
  readonly wake: (captures: readonly Capture[]) => void;
  /** What a predecessor left will be attached: bytes of streams that are not known yet wait until settle(). */
  readonly hold: () => void;
  /** The streams that a predecessor left have been attached: bytes of others belong to nobody. */
  readonly settle: () => void;
};

export type PumpParts = {
  readonly native: Native;
  readonly clock: Clock;
  readonly box: Box;
  readonly journal: Journal;
  /** The stream has ended: its slot is free, or will be. */
  readonly release: (slot: number) => void;
  readonly stage: Stage;
  readonly outboxes: readonly Outbox[];
  /** Unfinished lines of format raw are passed on though other streams go the same way. */
  readonly passesOn?: boolean;
  readonly onProblem: (text: string) => void;
  /** Runs it after whatever else waits for its turn. */
  readonly defer: (callback: () => void) => void;
  /** After each turn, when the outboxes have been written. */
  readonly onTurnEnd: () => void;
};

export const createPump = (parts: PumpParts): Pump => {
  const { native, clock, box, journal, stage, outboxes } = parts;
  const bySlot: (Capture | undefined)[] = [];
  let active: Capture[] = [];
  let cooling: Capture[] = [];
  let paused: Capture[] = [];
  let isTimerSet = false;
  let isTurnSet = false;
  let isInTurn = false;
  const memory = createIdleMemory(native, box, journal, clock);
  let isSettled = true;
  const passOnLater = createPassOn(parts, bySlot);

  const activate = (capture: Capture): void => {
    if (capture.state === 'active' || capture.state === 'ended') return;
    capture.state = 'active';
    active.push(capture);
  };

  const settleRaw = createRawSettle(
    parts,
    (slot) => bySlot[slot],
    () => isSettled,
  );

  /** May the stream be read on? What can be dropped waits for nobody. */
  const settle = ({ staging }: Capture): boolean => {
    if (staging === TARGET.FILE) return settleRaw();
    return journal.found(staging) === 0 && stage.settle(staging) && outboxes[staging]?.isBlocked() !== true;
  };

  /** What capture mode and listeners still have of a stream that is over. Its staging area is free. */
  const giveRest = (capture: Capture): void => {
    const { staging } = capture;
    journal.claim(staging, capture.slot);
    const length = lastChunk(box.bytes, capture, stagingAt(staging));
    journal.filled(staging, length);
    settle(capture);
  };

  const end = (capture: Capture): void => {
    if (!capture.isAtEnd && (capture.tap !== null || capture.communication !== null)) giveRest(capture);
    capture.isAtEnd = true;
    if (capture.target < TARGET.FILE && !stage.flushPartial(capture.slot)) return pause(capture);
    capture.state = 'ended';
    bySlot[capture.slot] = undefined;
    native.close(capture.fd);
    parts.release(capture.slot);
    if (capture.target < TARGET.FILE && capture.hasCarried) native.punchBox(box.fd, carryAt(capture.slot), CARRY_BYTES);
    const { finish } = capture;
    if (finish === null) return;
    finish.open -= 1;
    if (finish.open === 0) finish.done();
  };

  const pause = (capture: Capture): void => {
    capture.state = 'paused';
    paused.push(capture);
  };

  const rest = (capture: Capture): void => {
    if (capture.finish !== null && !capture.isKeptOpen) return end(capture);
    capture.state = 'idle';
    const error = native.arm(capture.fd, READABLE, capture.slot);
    if (error < 0) end(capture);
    else passOnLater(capture);
  };

  /** One read and what follows from it; returns the number of bytes. */
  const step = (capture: Capture): number => {
    const { staging } = capture;
    if (!settle(capture)) {
      pause(capture);
      return 0;
    }
    if (capture.isAtEnd || capture.remainingBytes <= 0) {
      end(capture);
      return 0;
    }
    journal.claim(staging, capture.slot);
    const wanted = staging === TARGET.FILE ? FILE_READ_BYTES : STAGING_BYTES;
    const count = readChunk(native, box.bytes, capture, stagingAt(staging), wanted);
    if (count > 0) {
      journal.filled(staging, capture.kept);
      memory.onRead(count);
      capture.remainingBytes -= count;
      capture.hasCarried = true;
      capture.reads += 1;
      settle(capture);
      growPipe(native, capture, count);
      const isMore = count >= Math.min(wanted, capture.pipeBytes / 2) || (capture.finish !== null && !capture.isKeptOpen);
      if (capture.isPrompt && !isMore) return (rest(capture), count);
      if (count * 2 >= capture.pipeBytes) capture.isFast = true;
      else if (count < SLOW_BYTES) capture.isFast = false;
      capture.state = isMore || capture.isFast ? 'active' : 'cooling';
      (capture.state === 'active' ? active : cooling).push(capture);
    } else if (count === -ERROR.EAGAIN) rest(capture);
    else if (count === -ERROR.EINTR) active.push(capture);
    else end(capture);
    return count;
  };

  const runBatches = (): void => {
    let budget = TURN_BYTES;
    while (active.length > 0 && budget > 0) {
      const batch = active;
      active = [];
      for (const capture of batch) {
        if (capture.state !== 'active') continue;
        if (budget > 0) budget -= Math.max(0, step(capture));
        else active.push(capture);
      }
    }
  };

  const turn = (): void => {
    if (isInTurn) return;
    isInTurn = true;
    runBatches();
    for (const outbox of outboxes) outbox.flush();
    isInTurn = false;
    schedule();
    parts.onTurnEnd();
  };

  const schedule = (): void => {
    if (active.length > 0 && !isTurnSet) {
      isTurnSet = true;
      parts.defer(onDeferred);
    } else if (cooling.length > 0 && !isTimerSet) {
      isTimerSet = true;
      clock.at(clock.nowMs() + COOLING_MS, onCooled, true);
    } else if (active.length === 0 && cooling.length === 0) memory.onQuiet();
  };

  const onDeferred = (): void => {
    isTurnSet = false;
    turn();
  };

  const onCooled = (): void => {
    isTimerSet = false;
    const batch = cooling;
    cooling = [];
    for (const capture of batch) if (capture.state === 'cooling') activate(capture);
    turn();
  };

  const resumePaused = (): void => {
    const batch = paused;
    paused = [];
    for (const capture of batch) activate(capture);
  };

  return {
    add: (capture) => {
      bySlot[capture.slot] = capture;
      if (native.arm(capture.fd, READABLE, capture.slot) < 0) activate(capture);
      schedule();
    },
    onReadable: (slot) => {
      const capture = bySlot[slot];
      if (capture === undefined || capture.state !== 'idle') return;
      activate(capture);
      turn();
    },
    onWritable: (index) => {
      outboxes[index]?.onWritable();
      if (outboxes[index]?.isBlocked() !== true) resumePaused();
      turn();
    },
    wake: (captures) => {
      for (const capture of captures) {
        if (capture.state === 'idle') native.disarm(capture.fd);
        if (capture.state !== 'paused') activate(capture);
      }
      turn();
    },
    hold: () => {
      isSettled = false;
    },
    settle: () => {
      isSettled = true;
      resumePaused();
      turn();
    },
  };
};
