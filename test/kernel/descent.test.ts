/** Whose process is it? By what /proc says, played and real. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfRun } from '../../src/kernel/descent.ts';

/** pid -> parent and group. */
const TREE: Readonly<Record<number, readonly [parent: number, group: number]>> = {
  10: [1, 10],
  11: [10, 10],
  12: [11, 12],
  13: [1, 10], // its parent has ended, its group has not
  14: [1, 14],
  20: [21, 20],
  21: [20, 21],
};
const statOf = (pid: number): string | null => (TREE[pid] === undefined ? null : `${pid} (a) b (c) S ${TREE[pid].join(' ')} 0 0 -1`);

test('children and their children, and whoever is in the process group', () => {
  for (const pid of [10, 11, 12, 13]) assert.ok(isOfRun(pid, 10, statOf), String(pid));
  for (const pid of [14, 99, 1, 0]) assert.ok(!isOfRun(pid, 10, statOf), String(pid));
  assert.ok(!isOfRun(20, 10, statOf), 'a circle ends');
});

test('with the real /proc', () => {
  assert.ok(isOfRun(process.pid, process.pid));
  assert.ok(isOfRun(process.pid, process.ppid));
  assert.ok(!isOfRun(2 ** 30, process.pid));
});
