/** One chunk of a stream on its way into its staging area: read, relieved of messages (capture mode), and heard by whoever listens. */
import { STAGING_BYTES } from '../../kernel/box/box.ts';
import type { Native } from '../../kernel/native.ts';
import { TARGET } from './capture.ts';
import type { Capture } from './capture.ts';
import { MOST_HELD_BYTES } from './communication.ts';

const GROW_AFTER_FULL_READS = 3;
const LARGEST_PIPE_BYTES = 1_048_576;

/** Reads up to `wanted` bytes to `at` in the box. Returns what read(2) did; `capture.kept` says how many of the bytes are for the log. */
export const readChunk = (native: Native, bytes: Uint8Array, capture: Capture, at: number, wanted: number): number => {
  const { communication, tap, fd } = capture;
  // What was held back comes first, and is not known to be needed before there is something behind it.
  const lead = communication === null ? 0 : MOST_HELD_BYTES;
  const count = native.readBox(fd, at + lead, wanted - lead);
  capture.kept = count;
  if (count <= 0) return count;
  if (communication !== null) {
    const held = communication.takeHeld();
    bytes.copyWithin(at + held.length, at + lead, at + lead + count);
    bytes.set(held, at);
    const end = communication.filter(bytes, at, at + held.length + count, (from, to) => tap?.(bytes, from, to, false));
    bytes.fill(0, end, at + lead + count);
    capture.kept = end - at;
  } else tap?.(bytes, at, at + count, false);
  copyToFile(bytes, capture, at, capture.kept);
  return count;
};

/** A pipe that comes full again and again is given more room. */
export const growPipe = (native: Native, capture: Capture, count: number): void => {
  if (count < Math.min(capture.pipeBytes, STAGING_BYTES)) return;
  capture.fullReads += 1;
  if (capture.fullReads < GROW_AFTER_FULL_READS || capture.pipeBytes >= LARGEST_PIPE_BYTES) return;
  capture.fullReads = 0;
  const larger = native.setPipeBytes(capture.fd, capture.pipeBytes * 4);
  capture.pipeBytes = larger > 0 ? larger : LARGEST_PIPE_BYTES;
};

/** The stream is over: puts what was still held back to `at`; returns how much that is. */
export const lastChunk = (bytes: Uint8Array, capture: Capture, at: number): number => {
  const { communication, tap } = capture;
  const held = communication?.takeHeld();
  if (held !== undefined) bytes.set(held, at);
  const length = held?.length ?? 0;
  tap?.(bytes, at, at + length, true);
  copyToFile(bytes, capture, at, length);
  return length;
};

/**
 * Writes the bytes to the file of a stream that goes to the container as well. The bytes do not count as read before that: a successor
 * that finds them writes them again (at least once).
 */
export const copyToFile = (bytes: Uint8Array, { sink, target }: Capture, at: number, length: number): void => {
  if (target < TARGET.FILE) sink?.write(bytes, at, length);
};
