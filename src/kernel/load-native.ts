/**
 * Loads the kernel addon. init leaves its file open as a descriptor, so nothing is looked up on a disk; tests give
 * the path of a build. The one place where something untyped becomes a `Native`.
 */
import { constants } from 'node:os';
import type { Native } from './native.ts';
import { ADDON_FD } from './link/protocol.ts';

const FUNCTIONS: readonly (keyof Native)[] = [
  'mapBox',
  'punchBox',
  'readBox',
  'writeBox',
  'writeLines',
  'receive',
  'send',
  'arm',
  'disarm',
  'onReady',
  'close',
  'reopen',
  'setNonBlocking',
  'writeNow',
  'kind',
  'setPipeBytes',
  'trim',
  'connectDatagram',
  'connectStream',
  'endNow',
  'peerOf',
  'bindDatagram',
  'receiveDatagram',
  'openPlace',
  'movePlace',
  'openSocketFile',
];

/** Throws a sentence when the file cannot be loaded or is not of this version. */
export const loadNative = (path = `/proc/self/fd/${ADDON_FD}`): Native => {
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, path, constants.dlopen.RTLD_NOW);
  if (!isNative(loaded.exports)) throw new Error(`cannot use the kernel addon ${path}: it was built for another version of tsinit; build both from one source`);
  return loaded.exports;
};

const isNative = (value: unknown): value is Native => typeof value === 'object' && value !== null && FUNCTIONS.every((name) => name in value);
