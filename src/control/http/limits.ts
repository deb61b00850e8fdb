/** How much clients may ask for, and how long they may take. One place, so that tests can be short of time and room. */
import { readFileSync } from 'node:fs';

const MIB = 1024 * 1024;

export type Limits = {
  /** A request line and its headers; the first ones count from the connection on. */
  readonly headMs: number;
  readonly bodyMs: number;
  /** Between two requests. XML-RPC clients keep their connection, and not all of them open a new one when it was closed. */
  readonly idleMs: number;
  /** An answer of which nothing was read for so long will not be read. */
  readonly stalledMs: number;
  /** A refusal is sent, then what still comes is thrown away: a connection closed at once would lose the refusal. */
  readonly lingerMs: number;
  /** Whoever has connected and said nothing for so long gives way to others when there are too many. */
  readonly silentMs: number;
  /** Beyond these a client is told to come again; supervisord's are bounded by its descriptors. */
  readonly connections: number;
  /** Who is told so still needs a connection to hear it. */
  readonly refused: number;
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** Of all bodies that are being received. */
  readonly bodiesBytes: number;
  /** What the reader of a stream may be behind: seconds of a busy log. */
  readonly unreadBytes: number;
  /** Of all answers that wait for their readers. */
  readonly waitingBytes: number;
  /** Requests sent before their predecessor was answered. */
  readonly pipelined: number;
};

/** With few descriptors most are kept for what matters more: the programs' pipes and files. */
export const limitsWithin = (descriptors: number): Limits => ({
  ...LIMITS,
  connections: Math.min(LIMITS.connections, Math.max(4, Math.floor(descriptors / 4))),
  refused: Math.min(LIMITS.refused, Math.max(1, Math.floor(descriptors / 16))),
});

/** How many descriptors this process may have; no limit when nobody says so. */
export const descriptorLimit = (): number => {
  try {
    return Number(/^Max open files +(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
};

export const LIMITS: Limits = {
  headMs: 10_000,
  bodyMs: 30_000,
  idleMs: 600_000,
  stalledMs: 30_000,
  lingerMs: 2_000,
  silentMs: 2_000,
  connections: 256,
  refused: 64,
  headBytes: 16 * 1024,
  bodyBytes: 2 * MIB,
  bodiesBytes: 16 * MIB,
  unreadBytes: MIB,
  waitingBytes: 32 * MIB,
  pipelined: 32,
};
