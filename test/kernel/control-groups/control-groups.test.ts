/** Dividing a control group, played in a folder: what is written where, in which order, and what is said when it cannot be. The real ones:
 *  test/container/control-groups.sh. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createControlGroups } from '../../../src/kernel/control-groups/control-groups.ts';
import { findControlGroup, memoryKills } from '../../../src/kernel/control-groups/own-control-group.ts';
import { temporaryFolder } from '../../support/container.ts';

const LIMITS = { memoryMax: 64, cpuMax: { quotaUs: 5, periodUs: 10 }, pidsMax: 7 };
const textOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

/** A mount with our own group at `own`, and the file that says so. */
const machine = (t: TestContext, own = '/box', controllers = 'cpu memory pids\n') => {
  const folder = temporaryFolder(t);
  const mount = join(folder, 'mount');
  const group = join(mount, own);
  mkdirSync(group, { recursive: true });
  writeFileSync(join(mount, 'cgroup.controllers'), controllers);
  writeFileSync(join(group, 'cgroup.controllers'), controllers);
  writeFileSync(join(group, 'cgroup.procs'), '');
  const membership = join(folder, 'cgroup');
  writeFileSync(membership, `1:name=x:/elsewhere\n0::${own}\n`);
  return { mount, group, membership, find: () => findControlGroup(mount, membership) };
};

test('one group for the rest, one for each program that asks', (t) => {
  const { group, find } = machine(t);
  const groups = createControlGroups(false, find);
  assert.deepEqual(groups.enter('web:a/b', LIMITS), { ok: true, value: join(group, 'tsinit-web:a_b', 'cgroup.procs') });
  assert.ok(existsSync(join(group, 'tsinit')));
  assert.equal(textOf(group, 'cgroup.subtree_control'), '+pids'); // each is a write of its own; the last one is what a file keeps
  assert.deepEqual(
    ['memory.max', 'cpu.max', 'pids.max'].map((file) => textOf(group, 'tsinit-web:a_b', file)),
    ['64', '5 10', '7'],
  );
});

test('a limit that is gone is taken back; one that never was is not touched', (t) => {
  const { group, find } = machine(t);
  const groups = createControlGroups(false, find);
  groups.enter('web', { ...LIMITS, cpuMax: null });
  groups.enter('web', { memoryMax: null, cpuMax: null, pidsMax: 8 });
  assert.equal(textOf(group, 'tsinit-web', 'memory.max'), 'max');
  assert.equal(textOf(group, 'tsinit-web', 'pids.max'), '8');
  assert.equal(existsSync(join(group, 'tsinit-web', 'cpu.max')), false);
});

test('a successor finds the group that its predecessor has divided', (t) => {
  const { mount, find } = machine(t, '/box/tsinit');
  const made = createControlGroups(true, find).enter('web', LIMITS);
  assert.equal(made.ok, false); // the folder above has no controllers here
  writeFileSync(join(mount, 'box/cgroup.controllers'), 'cpu memory pids');
  writeFileSync(join(mount, 'box/cgroup.procs'), '');
  assert.deepEqual(createControlGroups(true, find).enter('web', LIMITS), { ok: true, value: join(mount, 'box/tsinit-web/cgroup.procs') });
});

test('what was killed in it since it was entered', (t) => {
  const { group, find } = machine(t);
  const groups = createControlGroups(false, find);
  groups.enter('web', LIMITS);
  assert.equal(groups.killsIn('web'), 0);
  const events = join(group, 'tsinit-web', 'memory.events');
  writeFileSync(events, 'oom 2\noom_kill 3\n');
  assert.equal(groups.killsIn('web'), 3);
  groups.enter('web', LIMITS);
  assert.equal(groups.killsIn('web'), 0);
});

test('clearing kills what is in it, and takes an empty one away', (t) => {
  const { group, find } = machine(t);
  const groups = createControlGroups(false, find);
  groups.clear('web'); // there is none
  groups.enter('web', LIMITS);
  const path = join(group, 'tsinit-web');
  writeFileSync(join(path, 'cgroup.kill'), '');
  groups.clear('web');
  assert.equal(textOf(path, 'cgroup.kill'), '1');
  rmSync(path, { recursive: true });
  mkdirSync(path);
  groups.clear('web');
  assert.equal(existsSync(path), false);
});

test('kills are told as the kernel counts them', async (t) => {
  const { group, find } = machine(t);
  const groups = createControlGroups(false, find);
  groups.enter('web', LIMITS);
  groups.follow('web', () => assert.fail('there is nothing to follow yet'));
  const events = join(group, 'tsinit-web', 'memory.events');
  writeFileSync(events, 'oom 9\noom_kill 2\n');
  const told = new Promise<number>((resolve) => groups.follow('web', resolve));
  const beside = setInterval(() => {}, 1000); // what is followed keeps nobody alive
  t.after(() => clearInterval(beside));
  writeFileSync(events, 'oom 9\noom_kill 5\n');
  assert.ok((await told) > 0); // the file may have been seen empty for a moment, which the kernel's never is
  groups.clear('web');
});

test('what is missing is said', (t) => {
  const problemOf = (parts: { readonly find: () => ReturnType<typeof findControlGroup> }): string => {
    const made = createControlGroups(false, parts.find).enter('web', LIMITS);
    return made.ok ? '' : made.error;
  };
  assert.match(problemOf(machine(t, '/box', 'cpu\n')), /^the engine hands no memory and no pids controller to this container/);
  const crowded = machine(t);
  writeFileSync(join(crowded.group, 'cgroup.procs'), '0\n');
  assert.match(problemOf(crowded), /has members outside of this container; give the container a group of its own/);
  const none = createControlGroups(false, () => ({ ok: false, error: 'none' }));
  assert.deepEqual(none.enter('web', LIMITS), { ok: false, error: 'none' });
  none.clear('web');
  assert.equal(none.killsIn('web'), 0);
});

test('our own group: version 2, version 1, none, one that is not to be seen', (t) => {
  const { mount, group, membership } = machine(t);
  assert.deepEqual(findControlGroup(mount, membership), { ok: true, value: group });
  writeFileSync(membership, '0::/\n');
  assert.deepEqual(findControlGroup(mount, membership), { ok: true, value: mount });
  writeFileSync(membership, '0::/../other\n');
  assert.match(JSON.stringify(findControlGroup(mount, membership)), /is not to be seen in .*--cgroupns=private/);
  writeFileSync(membership, '4:memory:/x\n');
  assert.match(JSON.stringify(findControlGroup(mount, membership)), /names no control group of version 2/);
  rmSync(join(mount, 'cgroup.controllers'));
  assert.match(JSON.stringify(findControlGroup(mount, membership)), /is not mounted/);
  mkdirSync(join(mount, 'memory'));
  assert.match(JSON.stringify(findControlGroup(mount, membership)), /version 1, and version 2 is needed/);
});

test("the kernel's own count of kills: of the rest and of the whole, version 2", (t) => {
  const { mount, group, membership } = machine(t);
  assert.equal(memoryKills('shared', mount, membership), null);
  writeFileSync(join(group, 'memory.events'), 'oom_kill 5\n');
  assert.deepEqual(memoryKills('shared', mount, membership), { at: join(group, 'memory.events'), kills: 5 });
  mkdirSync(join(group, 'tsinit'));
  writeFileSync(membership, '0::/box/tsinit\n');
  assert.equal(memoryKills('shared', mount, membership)?.kills, 5, 'without a memory controller the whole is all there is');
  writeFileSync(join(group, 'tsinit', 'memory.events'), 'oom_kill 1\n');
  assert.equal(memoryKills('shared', mount, membership)?.kills, 1);
  assert.equal(memoryKills('container', mount, membership)?.kills, 5);
});

test("the kernel's own count of kills, version 1", (t) => {
  const folder = temporaryFolder(t);
  const membership = join(folder, 'cgroup');
  mkdirSync(join(folder, 'memory/docker/x'), { recursive: true });
  writeFileSync(join(folder, 'memory/memory.oom_control'), 'under_oom 0\noom_kill 2\n');
  writeFileSync(membership, '9:cpu,memory:/docker/x\n1:cpu:/y\n');
  assert.equal(memoryKills('container', folder, membership)?.kills, 2);
  writeFileSync(join(folder, 'memory/docker/x/memory.oom_control'), 'oom_kill 4\n');
  assert.equal(memoryKills('container', folder, membership)?.kills, 4);
});
