/**
 * The layout of the file: what the build writes is what src/init/node/payload.c reads.
 */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { assemble } from '../../build/assemble.ts';

const root = join(import.meta.dirname, '../..');
const product = process.env['TSINIT_BIN'] ?? join(root, 'dist/tsinit');
const TRAILER_BYTES = 32;
const ENTRY_BYTES = 64;

const bytesAt = (path: string, offset: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, length, offset);
  closeSync(file);
  return bytes;
};

/** The index as a reader finds it, from the end of the file. */
const indexOf = (path: string): { readonly offset: number; readonly size: number; readonly kind: number; readonly name: string }[] => {
  const trailer = bytesAt(path, statSync(path).size - TRAILER_BYTES, TRAILER_BYTES);
  assert.equal(trailer.toString('latin1', 16), 'tsinit payload\n\0');
  assert.equal(trailer.readUInt32LE(12), 1);
  const index = bytesAt(path, Number(trailer.readBigUInt64LE(0)), trailer.readUInt32LE(8) * ENTRY_BYTES);
  return Array.from({ length: trailer.readUInt32LE(8) }, (_, number) => {
    const entry = index.subarray(number * ENTRY_BYTES, (number + 1) * ENTRY_BYTES);
    const name = entry.toString('utf8', 24).replace(/\0+$/u, '');
    return { offset: Number(entry.readBigUInt64LE(0)), size: Number(entry.readBigUInt64LE(8)), kind: entry.readUInt32LE(16), name };
  });
};

test('the parts of the product stand on 64 KiB boundaries, in order, and are ELF files', () => {
  const entries = indexOf(product);
  assert.deepEqual(
    entries.map((entry) => entry.kind),
    [1, 2, 3, 3, 3, 3, 3, 3, 4],
  );
  let end = 0;
  for (const entry of entries) {
    assert.equal(entry.offset % 65_536, 0, entry.name);
    assert.ok(entry.offset >= end, `${entry.name} overlaps what stands before it`);
    assert.equal(bytesAt(product, entry.offset, 4).toString('latin1'), '\x7fELF', entry.name);
    end = entry.offset + entry.size;
  }
});

test('the file begins with init, byte for byte', () => {
  const init = readFileSync(join(root, 'dist/parts/init'));
  assert.ok(bytesAt(join(root, 'dist/tsinit'), 0, init.length).equals(init));
});

test('the loader in it reads no list of libraries of the image', () => {
  const loader = indexOf(product).find((entry) => entry.kind === 2);
  assert.ok(loader !== undefined);
  const content = bytesAt(product, loader.offset, loader.size).toString('latin1');
  for (const name of ['preload', 'cache']) {
    assert.ok(!content.includes(`\0/etc/ld.so.${name}\0`));
    assert.ok(content.includes(`\0/dev/null/.${name}\0`));
  }
});

test('a name that does not fit is refused instead of cut', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-assemble-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const part = join(folder, 'part');
  writeFileSync(part, 'content');
  assert.throws(() => assemble(part, [{ kind: 'library', name: 'x'.repeat(40), path: part }], join(folder, 'out')), /too long/u);
  const placed = assemble(part, [{ kind: 'library', name: 'x'.repeat(39), path: part }], join(folder, 'out'));
  assert.deepEqual(
    indexOf(join(folder, 'out')).map((entry) => [entry.name, entry.offset, entry.size]),
    placed.map((entry) => [entry.name, entry.offset, entry.size]),
  );
});
