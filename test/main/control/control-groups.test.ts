/** What the control port is told about groups, in either personality; the engine is played. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readFiles } from '../../../src/main/configuration/configuration.ts';
import type { Configured, ReadingOptions } from '../../../src/main/configuration/configuration.ts';
import { createGroupControl } from '../../../src/main/control/control-groups.ts';
import { createLogControl } from '../../../src/main/control/control-logs.ts';
import type { Obstacle } from '../../../src/world/replan.ts';
import { temporaryFolder } from '../../support/container.ts';

const limit = { soft: 1024, hard: 4096 };
const program = (name: string): string => `[program:${name}]\ncommand=x\nstdout_logfile=AUTO\n`;

const play = (t: TestContext, text: string, personality: 'tsinit' | 'supervisord' = 'tsinit') => {
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
  let current: Configured = reading.configured;
  let prepared = current;
  let obstacle: Obstacle | null = null;
  const said: string[] = [];
  const reign = {
    configured: () => current,
    prepare: (next: Configured) => {
      prepared = next;
    },
    autoPath: () => null,
    logs: () => null,
    ownLog: () => null,
  };
  const engine = {
    obstacleTo: () => obstacle,
    takePlan: () => {
      current = prepared;
    },
    plan: () => current.plan,
    world: () => ({ states: [{ name: 'RUNNING', pid: 7 }] }),
  };
  const parts = { reign, engine, options, notice: (level: string, line: string) => void said.push(`${level}: ${line}`) };
  const hinder = (what: Obstacle | null): void => {
    obstacle = what;
  };
  type Parts = Parameters<typeof createGroupControl>[0];
  const groups = createGroupControl(parts as unknown as Parts);
  return { groups, logs: createLogControl(parts as unknown as Parts), write, folder, said, hinder };
};

test('a group comes, is in use, and goes', (t) => {
  const { groups, write, said } = play(t, program('a'));
  write(program('a') + program('b'));
  assert.deepEqual(groups.reread(), { ok: true, added: ['b'], changed: [], removed: [] });
  assert.deepEqual([groups.addGroup('a'), groups.addGroup('c')], ['alreadyAdded', 'unknown']);
  const inUse = (): readonly string[] => groups.configurations().map(({ name, isInUse }) => `${name} ${isInUse}`);
  assert.deepEqual(inUse(), ['a true', 'b false']);
  assert.equal(groups.addGroup('b'), 'added');
  assert.deepEqual(inUse(), ['a true', 'b true']);
  assert.deepEqual([groups.removeGroup('b'), groups.removeGroup('b')], ['removed', 'unknown']);
  assert.deepEqual(said, ['info: b: added', 'info: b: removed']);
});

test('a group changes when what differs has stopped', (t) => {
  const many = (count: number, more = ''): string => `[program:w]\ncommand=x\nnumprocs=${count}\nprocess_name=w%(process_num)d\n${more}`;
  const { groups, write, said, hinder } = play(t, many(1));
  write(many(2));
  assert.equal(groups.updateGroup('no'), 'unknown');
  groups.reread();
  assert.equal(groups.updateGroup('w'), 'updated');
  write(many(2, 'startsecs=7\n'));
  groups.reread();
  assert.deepEqual(groups.updateGroup('w'), { stillRunning: ['w:w0'] }, 'of the played world only the first one runs');
  write(many(3));
  groups.reread();
  hinder('busy');
  assert.equal(groups.updateGroup('w'), 'busy');
  assert.deepEqual(said, ['info: w: changed']);
});

test('what is in the way is told', (t) => {
  const { groups, write, hinder } = play(t, program('a'));
  write(program('a') + program('b'));
  hinder('busy');
  assert.deepEqual(groups.reread(), { ok: false, message: 'everything is being stopped, or another configuration is just being taken over' });
  assert.equal(groups.addGroup('b'), 'unknown', 'it has not been kept');
  hinder(null);
  groups.reread();
  hinder('busy');
  assert.equal(groups.addGroup('b'), 'busy');
  hinder('stillRunning');
  assert.equal(groups.removeGroup('a'), 'stillRunning');
});

test('mistakes are told with their places, a few of many; supervisord knows one, and logs nothing of it all', (t) => {
  const ours = play(t, program('a'));
  ours.write(`[program:a]\ncommand=x\n${Array.from({ length: 12 }, (_, index) => `startsecs${index}=1\n`).join('')}`);
  const told = ours.groups.reread();
  assert.ok(!told.ok);
  assert.ok(told.message.startsWith(`${ours.folder}/x.conf:3: `), told.message);
  assert.match(told.message, /; and 2 more$/);
  const peers = play(t, `[supervisord]\nchildlogdir=/tmp\n${program('a')}`, 'supervisord');
  peers.write('[supervisord]\n[program:a]\ncommand=x\nstartretries=few\nstartsecs=soon\n');
  const one = peers.groups.reread();
  assert.ok(!one.ok);
  assert.match(one.message, /^invalid literal for int\(\) with base 10: '\w+' in section 'program:a' \(file: '.*x\.conf'\)$/);
  peers.write(`[supervisord]\nchildlogdir=/tmp\n${program('a')}${program('b')}`);
  peers.groups.reread();
  peers.groups.addGroup('b');
  assert.deepEqual(peers.said, []);
});

test('a warning of another reading is logged', (t) => {
  const { groups, write, said } = play(t, program('a'));
  write(`${program('a')}redirect_stderr=true\nstderr_logfile=/tmp/x\n`);
  groups.reread();
  assert.match(said.join('\n'), /^warn: stderr_logfile of \[program:a\]/);
});

test('before the logs are open, and of processes that are not there, there is nothing to read or to clear', (t) => {
  const { logs } = play(t, program('a'));
  assert.deepEqual([logs.logName(0, 'stdout'), logs.logName(9, 'stdout')], ['/dev/stdout', null]);
  assert.deepEqual([logs.log(0, 'stdout'), logs.log(9, 'stderr'), logs.mainLog()], [null, null, null]);
  assert.deepEqual([logs.clearLogs(0), logs.clearLogs(9), logs.clearMainLog()], [{ ok: true }, { ok: true }, { ok: true }]);
});
