/** What programs use, out of a /proc of our own making, and out of the real one. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { usedBy } from '../../../src/kernel/control-groups/usage.ts';
import { temporaryFolder } from '../../support/container.ts';

type Fake = {
  readonly pid: number;
  readonly parent: number;
  readonly group?: number;
  readonly session?: number;
  readonly ticks?: number;
  readonly status: string;
};

const procOf = (t: Parameters<typeof temporaryFolder>[0], processes: readonly Fake[]): string => {
  const proc = temporaryFolder(t);
  mkdirSync(join(proc, 'self'));
  mkdirSync(join(proc, '999')); // ended between the listing and the look
  for (const { pid, parent, group = pid, session = 1, ticks = 0, status } of processes) {
    mkdirSync(join(proc, String(pid)));
    const fields = ['S', parent, group, session, 0, 0, 0, 0, 0, 0, 0, ticks, 1, 2, 3, 20, 0, 1, 0];
    writeFileSync(join(proc, String(pid), 'stat'), `${pid} (a) name (x) ${fields.join(' ')}\n`);
    writeFileSync(join(proc, String(pid), 'status'), status);
  }
  return proc;
};

const memory = (anonymous: number, file: number): string =>
  `Name:\tx\nVmRSS:\t99 kB\nRssAnon:\t     ${anonymous} kB\nRssFile:\t  ${file} kB\nRssShmem:\t 0 kB\n`;

test('a main process, its group, its session and its descendants count together', (t) => {
  const proc = procOf(t, [
    { pid: 1, parent: 0, status: memory(1000, 1000) },
    { pid: 10, parent: 1, session: 10, ticks: 4, status: memory(10, 5) },
    { pid: 11, parent: 10, group: 10, ticks: 1, status: memory(20, 7) },
    { pid: 12, parent: 1, group: 12, session: 10, status: memory(30, 6) },
    { pid: 13, parent: 11, group: 13, session: 13, status: memory(40, 1) },
    { pid: 20, parent: 1, status: memory(1, 1) },
  ]);
  const used = usedBy([10, 77], proc);
  assert.deepEqual([...used.keys()], [10]);
  assert.deepEqual(used.get(10), { bytes: (10 + 20 + 30 + 40 + 7) * 1024, cpuMs: (4 + 1 + 4 * 6) * 10 });
});

test('an old kernel tells the whole alone', (t) => {
  assert.equal(usedBy([5], procOf(t, [{ pid: 5, parent: 1, status: 'VmRSS:\t 12 kB\n' }])).get(5)?.bytes, 12 * 1024);
  assert.equal(usedBy([5], procOf(t, [{ pid: 5, parent: 1, status: '' }])).get(5)?.bytes, 0);
});

test('of the real /proc', () => {
  const own = usedBy([process.pid]).get(process.pid);
  assert.ok(own !== undefined && own.bytes > 1_000_000 && own.cpuMs > 0);
});
