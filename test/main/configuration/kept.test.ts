/** What is kept for a successor: every reading that a group is from, and no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileRecord } from '../../../src/kernel/files/files.ts';
import { autoLogSeedOf, decodeKept, encodeKept, firstKept, withGroup, withReading, withoutGroup } from '../../../src/main/configuration/kept.ts';
import type { Kept } from '../../../src/main/configuration/kept.ts';

const reading = (text: string): FileRecord => ({
  files: { '/etc/t.conf': { text }, '/etc/passwd': { text: 'root' }, '/gone': { error: 'there is no such file' } },
  globs: {},
  directories: {},
  hostName: 'box',
  workingDirectory: '/',
  uid: 0,
});

/** Each group with the text that it is from. */
const show = (kept: Kept): readonly string[] =>
  kept.groups.map(({ name, reading: index, birth }) => {
    const answer = kept.readings[index]?.files['/etc/t.conf'];
    return `${name} ${answer !== undefined && 'text' in answer ? answer.text : ''} ${birth}`;
  });

test('a group stays with its reading until another says the same', () => {
  let kept = firstKept(reading('one'), ['a', 'b'], 'seed');
  kept = withReading(kept, reading('two'), new Set(['a']));
  kept = withGroup(kept, 'c');
  assert.deepEqual(show(kept), ['a two 0', 'b one 0', 'c two 1']);
  kept = withReading(kept, reading('three'), new Set(['a']));
  assert.deepEqual(show(kept), ['a three 0', 'b one 0', 'c two 1']);
  assert.equal(kept.readings.length, 3);
  kept = withoutGroup(kept, 'c');
  assert.deepEqual([show(kept), kept.readings.length], [['a three 0', 'b one 0'], 2], 'a reading that nothing needs is dropped');
});

test('the first reading stays: it says what holds for the supervisor', () => {
  let kept = firstKept(reading('one'), ['a'], 'seed');
  for (let time = 0; time < 100; time += 1) kept = withReading(kept, reading(`read ${time}`), new Set(['a']));
  assert.deepEqual([kept.readings.length, show(kept), kept.last], [2, ['a read 99 0'], 1]);
  assert.deepEqual(show({ ...kept, groups: [{ name: 'first', reading: 0, birth: 0 }] }), ['first one 0']);
});

test('a group that comes again is another one when the files have been read in between', () => {
  let kept = firstKept(reading('one'), ['a'], 'seed');
  const seeds = (): readonly string[] => kept.groups.map((group) => autoLogSeedOf(kept, group));
  kept = withGroup(withoutGroup(kept, 'a'), 'a');
  assert.deepEqual(seeds(), ['seed']);
  kept = withReading(kept, reading('one'), new Set(['a']));
  assert.deepEqual(seeds(), ['seed']);
  kept = withGroup(withoutGroup(kept, 'a'), 'a');
  assert.deepEqual(seeds(), ['seed 1']);
});

test('what is kept comes back as it was; a text of several readings is written once', () => {
  const long = 'x'.repeat(10_000);
  const kept = withReading(firstKept(reading(long), ['a', '__proto__'], 'seed'), reading(long), new Set());
  const bytes = encodeKept(kept);
  assert.deepEqual(decodeKept(bytes), kept);
  assert.ok(bytes.length < 12_000, String(bytes.length));
  assert.equal(decodeKept(new Uint8Array(0)), null);
});
