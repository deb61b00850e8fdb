/** Programs' standard inputs against real pipes: nothing waits, nothing is lost or out of order, and the memory is bounded. */
import assert from 'node:assert/strict';
import { closeSync, readSync } from 'node:fs';
import { test } from 'node:test';
import { createInputs } from '../../src/kernel/inputs.ts';
import { loadNative } from '../../src/kernel/load-native.ts';
import { addonPath, createBench, openPipe } from '../logs/support/real.ts';

const native = loadNative(await addonPath());
const FIRST_TOKEN = 100;
const RUN = 7;
const MIB = 1 << 20;

const open = () => {
  const bench = createBench();
  const { read, write } = openPipe(bench.pipe('stdin'));
  const inputs = createInputs(native, FIRST_TOKEN);
  native.onReady(inputs.onReady);
  inputs.attach(RUN, write);
  const into = new Uint8Array(MIB);
  /** What is in the pipe at present, as text. */
  const text = (): string => Buffer.from(into.subarray(0, readSync(read, into))).toString('latin1');
  return { inputs, read, write, text, [Symbol.dispose]: () => bench[Symbol.dispose]() };
};

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('what the pipe takes is there at once', () => {
  using pipe = open();
  assert.equal(pipe.inputs.write(RUN, bytesOf('one ')), 'written');
  assert.equal(pipe.inputs.write(RUN, bytesOf('two')), 'written');
  assert.equal(pipe.text(), 'one two');
  assert.equal(pipe.inputs.write(8, bytesOf('x')), 'closed', 'a run without a pipe');
  pipe.inputs.end(RUN);
  pipe.inputs.end(RUN);
  pipe.inputs.onReady(FIRST_TOKEN + pipe.write);
  assert.equal(pipe.inputs.write(RUN, bytesOf('x')), 'closed');
  assert.equal(pipe.text(), '', 'the program finds the end of its input');
  closeSync(pipe.read);
});

test('what it does not take waits, in order, up to a limit that is told before anything is kept', async () => {
  using pipe = open();
  const sent: string[] = [];
  const scratch = new Uint8Array(10_000);
  for (let number = 0; ; number += 1) {
    const piece = String(number).padStart(9, '0') + '\n';
    scratch.set(bytesOf(piece.repeat(1000)));
    const result = pipe.inputs.write(RUN, scratch);
    if (result === 'full') break;
    assert.equal(result, 'written');
    sent.push(piece.repeat(1000));
  }
  const total = sent.join('');
  assert.ok(total.length > MIB - 10_000 && total.length < MIB + 200_000, `${total.length} bytes were kept`);
  let seen = '';
  while (seen.length < total.length) {
    seen += pipe.text();
    // Readiness is told by the event loop.
    if (seen.length < total.length) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(seen, total);
  assert.equal(pipe.inputs.write(RUN, bytesOf('more')), 'written');
  assert.equal(pipe.text(), 'more');
  pipe.inputs.end(RUN);
  closeSync(pipe.read);
});

test('a reader that goes away: told, also when something waited for it', async () => {
  using pipe = open();
  assert.equal(pipe.inputs.write(RUN, new Uint8Array(500_000)), 'written');
  closeSync(pipe.read);
  while (pipe.inputs.write(RUN, bytesOf('x')) !== 'closed') await new Promise((resolve) => setImmediate(resolve));
  pipe.inputs.end(RUN);
  using other = open();
  closeSync(other.read);
  assert.equal(other.inputs.write(RUN, bytesOf('x')), 'closed');
  other.inputs.end(RUN);
});
