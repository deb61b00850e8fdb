/** The kernel addon against real descriptors: the box, readiness, flags, and what it answers to nonsense. */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BOX_BYTES, boxOn } from '../../src/kernel/box/box.ts';
import { loadNative } from '../../src/kernel/load-native.ts';
import { addonPath, createBench, openPipe } from '../logs/support/real.ts';

const EBADF = -9;
const EAGAIN = -11;
const EFAULT = -14;

const native = loadNative(await addonPath());
using boxBench = createBench();
const boxFd = openSync(boxBench.boxPath, constants.O_RDWR);
const buffer = native.mapBox(boxFd, BOX_BYTES);
const bytes = new Uint8Array(buffer);
const AT = 9_000_000;

/** Next token that is told. */
const nextToken = (): Promise<number> => new Promise((resolve) => native.onReady(resolve));

describe('the black box', () => {
  it('is the file itself: what is written is there for others', () => {
    bytes.set([1, 2, 3], AT);
    const seen = new Uint8Array(3);
    readSync(boxFd, seen, 0, 3, AT);
    assert.deepEqual([...seen], [1, 2, 3]);
  });

  it('reads from and writes to descriptors', () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    assert.equal(native.readBox(read, AT, 100), EAGAIN);
    writeSync(write, 'hello');
    assert.equal(native.readBox(read, AT, 100), 5);
    assert.equal(new TextDecoder().decode(bytes.subarray(AT, AT + 5)), 'hello');
    assert.equal(native.writeBox(write, AT + 1, 4), 4);
    assert.equal(native.readBox(read, AT, 100), 4);
    closeSync(write);
    assert.equal(native.readBox(read, AT, 100), 0);
    closeSync(read);
  });

  it('refuses what is not inside', () => {
    assert.equal(native.readBox(boxFd, BOX_BYTES - 1, 2), EFAULT);
    assert.equal(native.readBox(boxFd, -1, 2), EFAULT);
    assert.equal(native.writeBox(boxFd, 0, -1), EFAULT);
    assert.equal(native.writeLines(boxFd, BOX_BYTES + 1, 0), EFAULT);
    assert.equal(native.readBox(-1, 0, 1), EBADF);
  });

  it('gives pages back as zeroes', () => {
    bytes.fill(7, AT, AT + 4096);
    const page = Math.floor(AT / 4096) * 4096;
    assert.equal(native.punchBox(boxFd, page, 8192), 0);
    assert.equal(bytes[AT + 10], 0);
  });

  it('writes whole lines into a pipe that fills up', () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    native.setNonBlocking(write, true);
    const line = 1_000;
    for (let index = 0; index < 100; index += 1) {
      bytes.fill(120, AT + index * line, AT + (index + 1) * line - 1);
      bytes[AT + (index + 1) * line - 1] = 10;
    }
    const written = native.writeLines(write, AT, 100 * line);
    assert.ok(written > 0 && written < 100 * line);
    assert.equal(written % line, 0);
    assert.equal(native.writeLines(write, AT, line * 4), EAGAIN);
    closeSync(read);
    closeSync(write);
  });
});

describe('memo and configuration', () => {
  const small = new ArrayBuffer(17 * 1_048_576);
  const box = boxOn(4, new Uint8Array(small), new Int32Array(small));

  it('give back what was last written', () => {
    assert.ok(box.isFresh);
    assert.equal(box.memo.read(3).length, 0);
    for (const content of [[1], [2, 3], [], [4]]) {
      box.memo.write(3, Uint8Array.from(content));
      assert.deepEqual([...box.memo.read(3)], content);
    }
    box.writeConfiguration(new TextEncoder().encode('[program:x]'));
    const successor = boxOn(4, new Uint8Array(small), new Int32Array(small));
    assert.ok(!successor.isFresh);
    assert.equal(new TextDecoder().decode(successor.readConfiguration()), '[program:x]');
    assert.deepEqual([...successor.memo.read(3)], [4]);
  });

  it('refuse what does not fit', () => {
    assert.throws(() => box.memo.write(0, new Uint8Array(125)), /cannot hold 125 bytes/);
    assert.throws(() => box.memo.write(-1, new Uint8Array(1)), /memo slot -1/);
  });
});

describe('readiness', () => {
  it('is told once, and again after arming again', async () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    writeSync(write, 'x');
    for (const token of [41, 42]) {
      const told = nextToken();
      assert.equal(native.arm(read, 1, token), 0);
      assert.equal(await told, token);
    }
    const told = nextToken();
    native.arm(read, 1, 1);
    native.disarm(read);
    native.arm(write, 2, 2);
    assert.equal(await told, 2, 'what was disarmed is not told');
    assert.equal(native.close(read), 0);
    assert.equal(native.close(read), EBADF);
    native.close(write);
  });

  it('refuses what cannot be waited for', () => {
    using bench = createBench();
    const file = openSync(join(bench.folder, 'file'), 'w');
    assert.ok(native.arm(file, 2, 1) < 0);
    assert.equal(native.arm(-1, 1, 1), EBADF);
    closeSync(file);
  });
});

describe('descriptors', () => {
  it('have kinds', () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    const device = openSync('/dev/null', 'w');
    assert.deepEqual([native.kind(read), native.kind(boxFd), native.kind(device), native.kind(9_999)], ['pipe', 'file', 'device', 'closed']);
    assert.ok(native.setPipeBytes(read, 131_072) >= 131_072);
    for (const fd of [read, write, device]) closeSync(fd);
  });

  it('that others share are written without waiting, and without a change of their flags', () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    const piece = new Uint8Array(4_096);
    let written = 0;
    for (let taken = native.writeNow(write, piece, 0, 4_096); taken > 0; taken = native.writeNow(write, piece, 0, 4_096)) written += taken;
    assert.ok(written >= 65_536);
    assert.equal(native.writeNow(write, piece, 0, 1), EAGAIN);
    assert.equal(native.writeBox(write, AT, 10, true), EAGAIN);
    assert.equal(native.writeLines(write, AT, 10, true), EAGAIN);
    assert.equal(native.setNonBlocking(write, true), 0, 'it still blocks for others');
    for (const fd of [read, write]) native.close(fd);
  });

  it('are opened again with flags of their own', () => {
    using bench = createBench();
    const { read, write } = openPipe(bench.pipe('p'));
    const own = native.reopen(write);
    assert.ok(own > write);
    assert.equal(native.setNonBlocking(write, true), 0, 'the shared one still blocks');
    assert.equal(native.setNonBlocking(write, false), 1);
    assert.equal(native.setNonBlocking(own, true), 1);
    for (const fd of [read, write, own]) native.close(fd);
    assert.equal(native.reopen(9_999), EBADF);
  });
});

describe('trimming', () => {
  it('gives memory back and leaves everything working', () => {
    const before = residentKib();
    native.trim();
    assert.ok(residentKib() < before);
    assert.equal(JSON.parse('{"still": "works"}').still, 'works');
  });
});

const residentKib = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
