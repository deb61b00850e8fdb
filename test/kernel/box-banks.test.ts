/** Two banks of the black box: another configuration and its memo count together, from one store on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOn, STAGING_AT } from '../../src/kernel/box/box.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | null): string | null => content && new TextDecoder().decode(content);

const createBox = () => {
  const buffer = new ArrayBuffer(STAGING_AT);
  const open = () => boxOn(4, new Uint8Array(buffer), new Int32Array(buffer));
  return { box: open(), open };
};

test('what is prepared does not count before the switch, and all of it after', () => {
  const { box, open } = createBox();
  box.writeConfiguration(bytes('old'));
  box.memo.write(0, bytes('old world'));
  box.writeNextConfiguration(bytes('new'));
  box.memo.writeNext(0, bytes('new world'));
  const before = open();
  assert.deepEqual([text(before.readConfiguration()), text(before.memo.read(0)), text(before.readNextConfiguration())], ['old', 'old world', 'new']);
  box.memo.switchToNext();
  const after = open();
  assert.deepEqual([text(after.readConfiguration()), text(after.memo.read(0)), after.readNextConfiguration()], ['new', 'new world', null]);
  box.writeNextConfiguration(bytes('third'));
  box.memo.writeNext(0, bytes('third world'));
  box.memo.switchToNext();
  assert.deepEqual([text(open().readConfiguration()), text(open().memo.read(0))], ['third', 'third world']);
});

test('a configuration that is given up is not there for a successor', () => {
  const { box, open } = createBox();
  box.writeConfiguration(bytes('old'));
  box.writeNextConfiguration(bytes('new'));
  box.writeNextConfiguration(null);
  assert.equal(open().readNextConfiguration(), null);
  assert.equal(text(open().readConfiguration()), 'old');
});

test('what is prepared without being announced is not there for a successor until the switch', () => {
  const { box, open } = createBox();
  box.writeConfiguration(bytes('old'));
  box.prepareConfiguration(bytes('new'));
  box.memo.writeNext(0, bytes('new world'));
  assert.deepEqual([open().readNextConfiguration(), text(open().readConfiguration())], [null, 'old']);
  box.memo.switchToNext();
  assert.deepEqual([open().readNextConfiguration(), text(open().readConfiguration()), text(open().memo.read(0))], [null, 'new', 'new world']);
});

test('time that counts for no deadline is known to a successor, to a few milliseconds, for two years of it', () => {
  const { box, open } = createBox();
  assert.equal(box.frozenMs(), 0);
  for (const frozenMs of [5003, 3 * 365 * 86_400_000 * 0.66]) {
    box.keepFrozenMs(frozenMs);
    assert.ok(Math.abs(open().frozenMs() - frozenMs) <= 16);
  }
});
