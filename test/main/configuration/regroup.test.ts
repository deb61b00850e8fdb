/** Groups that come and go, from real files: what counts, what was read last, and that a successor makes the very same of what was kept. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { MOST_PROCESSES } from '../../../src/config/assemble/uniqueness.ts';
import { MEMO_SLOTS } from '../../../src/kernel/box/box.ts';
import { createAutoPaths } from '../../../src/main/configuration/auto-paths.ts';
import { readFiles, readKept } from '../../../src/main/configuration/configuration.ts';
import type { Configured, ReadingOptions } from '../../../src/main/configuration/configuration.ts';
import { decodeKept, encodeKept } from '../../../src/main/configuration/kept.ts';
import { addGroup, addedGroups, changeGroup, removeGroup, reread } from '../../../src/main/configuration/regroup.ts';
import { temporaryFolder } from '../../support/container.ts';

const limit = { soft: 1024, hard: 4096 };
const program = (name: string, command = name): string => `[program:${name}]\ncommand=${command}\nstdout_logfile=AUTO\n`;

const begin = (t: TestContext, text: string, personality: 'tsinit' | 'supervisord' = 'tsinit') => {
  const folder = temporaryFolder(t);
  const write = (content: string): void => writeFileSync(join(folder, 'x.conf'), content);
  const options: ReadingOptions = {
    argv: ['-c', join(folder, 'x.conf')],
    personality,
    environment: {},
    surroundings: { limits: { files: limit, processes: limit }, uid: 0 },
  };
  write(text);
  const reading = readFiles(options, folder);
  assert.ok(reading.ok);
  return { options, write, first: reading.configured };
};

const again = (current: Configured, options: ReadingOptions) => {
  const read = reread(current, options);
  assert.ok(read.ok);
  const { added, changed, removed } = read.difference;
  return { next: read.next, told: { added, changed: changed.map(({ name }) => name), removed } };
};

const groupOf = ({ latest }: Configured, name: string) => {
  const group = latest.groups.find((each) => each.name === name);
  assert.ok(group !== undefined);
  return group;
};

const commandsOf = ({ plan }: Configured): readonly string[] => plan.processes.map(({ name, command }) => `${name}=${command}`);

/** As a successor finds it. */
const inherited = (configured: Configured, options: ReadingOptions): Configured => {
  const kept = decodeKept(encodeKept(configured.kept));
  assert.ok(kept !== null);
  const reading = readKept(options, kept);
  assert.ok(reading.ok);
  return reading.configured;
};

test('reading again changes nothing that runs; groups come from what was read last', (t) => {
  const { options, write, first } = begin(t, program('a') + program('b') + program('c'));
  write(program('d') + program('a') + program('b', 'other'));
  const { next: read, told } = again(first, options);
  assert.deepEqual(told, { added: ['d'], changed: ['b'], removed: ['c'] });
  assert.deepEqual(commandsOf(read), ['a=a', 'b=b', 'c=c']);
  assert.equal(read.plan, first.plan, 'the very same plan');

  const without = removeGroup(removeGroup(read, 'b'), 'c');
  const next = addGroup(addGroup(without, groupOf(without, 'd')), groupOf(without, 'b'));
  assert.deepEqual(commandsOf(next), ['a=a', 'b=other', 'd=d'], 'in start order');
  assert.deepEqual(
    next.plan.model.groups.map(({ name }) => name),
    ['a', 'd', 'b'],
    'in the order in which they came',
  );
  assert.deepEqual([...addedGroups(read.kept, next.kept)], ['d', 'b']);
  assert.deepEqual(again(next, options).told, { added: [], changed: [], removed: [] });
});

test('a successor has the same groups, each from its own reading, and the same reading as the last', (t) => {
  const { options, write, first } = begin(t, program('a', '1') + program('b', '1'));
  write(program('a', '2') + program('b', '2') + program('c', '2'));
  let { next } = again(first, options);
  next = addGroup(next, groupOf(next, 'c'));
  write(program('a', '3') + program('b', '3') + program('c', '3') + program('d', '3'));
  ({ next } = again(next, options));
  next = removeGroup(next, 'b');
  next = addGroup(next, groupOf(next, 'd'));
  write('nothing that could be read');
  const successor = inherited(next, options);
  assert.deepEqual(commandsOf(successor), ['a=1', 'c=2', 'd=3']);
  assert.deepEqual(successor.plan, next.plan);
  assert.deepEqual(successor.latest, next.latest);
  assert.equal(JSON.stringify(inherited(successor, options).kept), JSON.stringify(next.kept));
});

test('a group that is changed in its place is of the last reading and has come when it came', (t) => {
  const many = (count: number): string => `[program:w]\ncommand=x\nnumprocs=${count}\nprocess_name=w%(process_num)d\n`;
  const { options, write, first } = begin(t, program('a') + many(1) + program('z'));
  write(program('a') + many(2) + program('z'));
  const { next: read } = again(first, options);
  const next = changeGroup(read, groupOf(read, 'w'));
  assert.deepEqual(
    next.plan.processes.map(({ name }) => name),
    ['a', 'w0', 'w1', 'z'],
  );
  assert.deepEqual([...addedGroups(read.kept, next.kept)], []);
  assert.deepEqual(inherited(next, options).plan, next.plan);
  assert.equal(next.kept.readings.length, 2);
});

test('a mistake is told, and what was read before stays the last', (t) => {
  const { options, write, first } = begin(t, program('a'));
  write('[program:a]\ncommnad=x\n');
  const read = reread(first, options);
  assert.ok(!read.ok);
  assert.match(read.problems.map(({ message }) => message).join('\n'), /commnad/);
});

test('readings too large to be kept together are refused', (t) => {
  const { options, write, first } = begin(t, program('a', 'one'));
  const filler = (letter: string): string => `; ${letter.repeat(700_000)}\n`;
  write(program('a', 'two') + program('b', 'two') + filler('x'));
  let { next } = again(first, options);
  next = addGroup(next, groupOf(next, 'b'));
  write(program('b', 'three') + program('c', 'three') + filler('y'));
  ({ next } = again(next, options));
  next = addGroup(next, groupOf(next, 'c'));
  write(program('c', 'four') + filler('z'));
  const refused = reread(next, options);
  assert.ok(!refused.ok);
  assert.match(refused.problems[0]?.message ?? '', /too large to be kept together: \d+ bytes, at most \d+/);
  const smaller = again(removeGroup(next, 'b'), options).next;
  assert.deepEqual(commandsOf(inherited(smaller, options)), ['a=one', 'c=three'], 'one reading less is needed');
});

test('no more processes than a successor can be told of, whatever is added and removed', (t) => {
  const many = (name: string): string => `[program:${name}]\ncommand=x\nnumprocs=3000\nprocess_name=%(process_num)d\n`;
  assert.ok(MOST_PROCESSES < MEMO_SLOTS, 'one slot is for all of them together');
  const { options, write, first } = begin(t, many('a'));
  write(many('b'));
  const refused = reread(first, options);
  assert.ok(!refused.ok);
  assert.equal(refused.problems[0]?.message, 'together with what is in force there could be 6000 processes; at most 4095 can run');
  write(many('a').replace('3000', '4000'));
  assert.deepEqual(again(first, options).told.changed, ['a']);
});

test('automatic log files are those of the reading that a group came from', (t) => {
  const head = '[supervisord]\nchildlogdir=/tmp\n';
  const { options, first } = begin(t, head + program('a') + program('b'), 'supervisord');
  const pathOf = (configured: Configured, process: string): string | null => createAutoPaths(configured, {}).pathOf(process, 'stdout');
  const removed = removeGroup(again(first, options).next, 'a');
  const next = addGroup(removed, groupOf(removed, 'a'));
  assert.match(pathOf(next, 'a') ?? '', /^\/tmp\/a-stdout---supervisor-[a-z0-9_]{8}\.log$/);
  assert.notEqual(pathOf(next, 'a'), pathOf(first, 'a'));
  assert.equal(pathOf(next, 'b'), pathOf(first, 'b'));
  assert.equal(pathOf(removed, 'a'), null);
  assert.equal(pathOf(inherited(next, options), 'a'), pathOf(next, 'a'));
  assert.deepEqual(
    createAutoPaths(next, {})
      .all((group) => group === 'a')
      .map((path) => path.replace(/-[a-z0-9_]{8}\.log$/, '')),
    ['/tmp/a-stdout---supervisor', '/tmp/a-stderr---supervisor'],
  );
});
