/** Pipes for readiness against the kernel: a newline is heard, the rest is dropped, the end is the end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { createReadyPipes } from '../../../src/kernel/sockets/ready-pipes.ts';
import { addonPath } from '../../logs/support/real.ts';

const native = loadNative(await addonPath());
const FIRST_TOKEN = 1000;
const limit = { timeout: 30_000 };

const pipeOf = (t: TestContext): { readonly read: number; readonly write: number } => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-ready-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(path, constants.O_WRONLY) };
};

/** Calls of onReady; `turns` waits until the descriptor has been looked at that often. */
const createEar = () => {
  const pipes = createReadyPipes(native, FIRST_TOKEN);
  let ready = 0;
  let looks = 0;
  let onLook = (): void => {};
  native.onReady((token) => {
    pipes.onReady(token);
    looks++;
    onLook();
  });
  const look = async (): Promise<void> => {
    const before = looks;
    while (looks === before) await new Promise<void>((resolve) => (onLook = resolve));
  };
  return { pipes, look, heard: () => ready, onReady: () => void ready++ };
};

test('a newline is what counts, wherever it stands; more is dropped', limit, async (t) => {
  const { read, write } = pipeOf(t);
  const { pipes, look, heard, onReady } = createEar();
  pipes.attach(7, read, onReady);
  const first = look();
  writeSync(write, 'not yet');
  await first;
  assert.equal(heard(), 0);
  const second = look();
  writeSync(write, ' but now\nand more');
  await second;
  assert.equal(heard(), 1);
  const third = look();
  writeSync(write, 'noise');
  await third;
  const last = look();
  closeSync(write);
  await last;
  assert.equal(heard(), 1);
  assert.equal(native.kind(read), 'closed');
  pipes.close(7);
});

test('the end of a run closes it, and what is late is nothing', limit, (t) => {
  const { read, write } = pipeOf(t);
  const { pipes, heard, onReady } = createEar();
  pipes.attach(8, read, () => {
    onReady();
    pipes.close(8);
  });
  pipes.onReady(FIRST_TOKEN + read); // nothing is there yet
  assert.equal(heard(), 0);
  writeSync(write, '\n');
  pipes.onReady(FIRST_TOKEN + read);
  assert.equal(heard(), 1);
  assert.equal(native.kind(read), 'closed');
  pipes.onReady(FIRST_TOKEN + read);
  pipes.close(8);
  closeSync(write);
  assert.equal(heard(), 1);
});
