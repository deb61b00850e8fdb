/** Frames for tests: the recorded ones, and hand-made ones of any type and content. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/fixtures.ts';

/** A recorded frame whole, header included. */
export const recorded = (name: string): Uint8Array =>
  Uint8Array.from(Buffer.from(readFileSync(join(projectRoot, 'test/fixtures/frames', `${name}.hex`), 'latin1').replaceAll(/\s/gu, ''), 'hex'));

/** Type and payload of a whole frame. */
export const partsOf = (frame: Uint8Array): { readonly type: number; readonly body: Uint8Array } => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return { type: view.getUint16(4, true), body: frame.subarray(8) };
};

/** A whole frame; `claims` is the length in its header where it is to lie. */
export const frameOf = (type: number, body: Uint8Array, claims = body.length): Uint8Array => {
  const frame = new Uint8Array(8 + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, claims, true);
  view.setUint16(4, type, true);
  frame.set(body, 8);
  return frame;
};

/** Words of 32 bits, little-endian. */
export const wordsOf = (...words: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  return bytes;
};

/** A SPAWNED frame: the only one of everyday life that brings descriptors. */
export const spawnedFrame = (run: number, streams: number): Uint8Array => frameOf(4, wordsOf(run, 100 + run, 0, 0, streams));

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
