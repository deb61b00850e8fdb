/** Durations and sizes of options, under both personalities: every option that takes one takes every way of writing it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beyondOptions } from '../../src/config/options/beyond-options.ts';
import { notifyOptions } from '../../src/config/options/notify-options.ts';
import { programProcessOptions, programSectionOptions } from '../../src/config/options/program-options.ts';
import { supervisorOptions } from '../../src/config/options/supervisor-options.ts';
import type { OptionTable } from '../../src/config/options/option.ts';
import type { Personality } from '../../src/config/model/settings.ts';
import type { Reading, ValueType } from '../../src/config/values/value-type.ts';
import { loadText, memoryWorld, messagesOf, modelOf, processOf } from './world.ts';

const tables: OptionTable = { ...supervisorOptions, ...programSectionOptions, ...programProcessOptions, ...beyondOptions, ...notifyOptions };
const read = <T>(type: ValueType<T>, text: string, personality: Personality = 'tsinit'): Reading<T> =>
  type.read(text, { world: memoryWorld({}), personality, users: () => ({ users: [], groups: [] }) });
const valueOf = <T>(reading: Reading<T>): T | string => (reading.ok ? reading.value : reading.error.ours);
const PEER_OPTIONS = /^(startsecs|stopwaitsecs|.*maxbytes)$/;

test('every option whose time is in its field takes seconds, parts of them and units', () => {
  const durations = Object.entries(tables).filter(([, { field }]) => field.endsWith('Ms'));
  assert.ok(durations.length >= 19, String(durations.length));
  for (const [name, { type }] of durations) {
    const read5 = ['300', '300.0', '5m', '300s', '300000ms'].map((text) => valueOf(read(type, text)));
    assert.deepEqual(read5, [300_000, 300_000, 300_000, 300_000, 300_000], name);
    assert.equal(valueOf(read(type, '0.5')), 500, name);
    assert.equal(valueOf(read(type, '2h')), 7_200_000, name);
    assert.equal(type.name, 'duration', name);
    assert.equal(read(type, '0.5', 'supervisord').ok, !PEER_OPTIONS.test(name), name);
  }
});

test('every option that takes a size takes units of 1024 in every way of writing', () => {
  const sizes = Object.entries(tables).filter(([, { type }]) => type.name === 'size');
  assert.ok(sizes.length >= 7, String(sizes.length));
  for (const [name, { type }] of sizes) {
    const ten = ['10485760', '10MB', '10MiB', '10m', '10M', '10 MB', '10240k', '10240KiB'].map((text) => valueOf(read(type, text)));
    assert.deepEqual(new Set(ten), new Set([10_485_760]), name);
    assert.deepEqual(
      ['1g', '1.5GiB', '.5k', '1t', '7b', '1_000'].map((text) => valueOf(read(type, text))),
      [2 ** 30, 1.5 * 2 ** 30, 512, 2 ** 40, 7, 1000],
      name,
    );
    for (const text of ['m', '', 'x', '1e3', '10MX', '1..5m']) assert.equal(read(type, text).ok, false, `${name}=${text}`);
    assert.equal(read(type, '10m', 'supervisord').ok, !PEER_OPTIONS.test(name), name);
    assert.equal(valueOf(read(type, '10MB', 'supervisord')), 10_485_760, name);
  }
});

test('budgets, limits of use and resource limits take durations behind their slash and colon', () => {
  assert.deepEqual(processOf('restart_budget=5/1m').service.restart.budget, { count: 5, periodMs: 60_000 });
  assert.deepEqual(processOf('cpu_limit=80/5m').service.usage?.cpu, { percent: 80, periodMs: 300_000, action: 'restart' });
  assert.deepEqual(processOf('limit_cpu=30s:5m').attributes.limits[0], { resource: 0, soft: 30, hard: 300 });
  assert.deepEqual(processOf('limit_rttime=950ms:2000000').attributes.limits[0], { resource: 15, soft: 950_000, hard: 2_000_000 });
  assert.match(messagesOf('[program:p]\ncommand=x\nlimit_cpu=0.5\n')[0] ?? '', /0\.5 is no limit; write whole seconds, as in 30, 30s or 5m/);
  assert.match(messagesOf('[program:p]\ncommand=x\nlimit_rttime=soon\n')[0] ?? '', /soon is no limit; write microseconds, or a time with a unit/);
  assert.match(messagesOf('[program:p]\ncommand=x\nrestart_budget=5/soon\n')[0] ?? '', /5\/soon is no budget; write restarts\/duration as in 5\/60 or 5\/1m/);
  assert.match(messagesOf('[program:p]\ncommand=x\ncpu_limit=80/500ms\n')[0] ?? '', /write percent of one processor, and over how long \(a second or more\)/);
});

test('TSINIT_STOP_WINDOW takes a unit', () => {
  const text = '[program:p]\ncommand=x\n';
  assert.equal(modelOf(text, { world: { environment: { TSINIT_STOP_WINDOW: '1m30s' } } }).supervisor.stopWindowMs, 90_000);
});

const warningsOf = (text: string): readonly string[] => {
  const result = loadText(text, {});
  assert.ok(result.ok);
  return result.warnings.map(({ message }) => message);
};

test('numbers beyond what tsinit counts are taken as the largest there is, with a warning that says so', () => {
  const options: readonly (readonly [string, string])[] = [
    ['startretries=99999999999', 'it is taken as 2147483647; write unlimited for no limit'],
    ['priority=99999999999', 'it is taken as 2147483648'],
    ['stdout_logfile_backups=20000', 'it is taken as 10000'],
    ['stopwaitsecs=10000000000', 'it is taken as 1000000000 seconds (31 years)'],
    ['stdout_logfile_maxbytes=99999999TB', 'it is taken as 9007199254740991 bytes'],
  ];
  for (const [option, sentence] of options) {
    const [warning = ''] = warningsOf(`[program:p]\ncommand=x\nstdout_logfile=/tmp/a\n${option}\n`);
    const [name] = option.split('=');
    assert.ok(warning.startsWith(`${name} of [program:p] (/etc/t.conf:4): `) && warning.endsWith(sentence), warning);
  }
});

test("supervisord's personality takes any integer: capped, and below 0 as supervisord acts on it", () => {
  const options = [
    'startretries=99999999999',
    'priority=-99999999999',
    'stdout_logfile_backups=20000',
    'stderr_logfile_backups=-5',
    'stopwaitsecs=10000000000',
    'startsecs=-3',
    'stdout_logfile_maxbytes=-1',
    'stderr_logfile_maxbytes=99999999999GB',
  ];
  const text = `[supervisord]\nlogfile_backups=-1\nminfds=-1\n[program:p]\ncommand=x\n${options.join('\n')}\n`;
  const result = loadText(text, { personality: 'supervisord' });
  assert.ok(result.ok);
  assert.ok(result.warnings.every(({ message }) => message.includes('without rollover')));
  const [spec] = result.model.groups[0]?.processes ?? [];
  assert.deepEqual(
    [
      spec?.startRetries,
      spec?.priority,
      spec?.stdout.backups,
      spec?.stderr.backups,
      spec?.stopWaitMs,
      spec?.startMs,
      spec?.stdout.maxBytes,
      spec?.stderr.maxBytes,
    ],
    [2 ** 31 - 1, -(2 ** 31), 10_000, 0, 1e12, 0, 0, Number.MAX_SAFE_INTEGER],
  );
  assert.deepEqual([result.model.supervisor.logFileBackups, result.model.supervisor.minFds], [0, 0]);
  assert.match(
    messagesOf('[supervisord]\n[program:p]\ncommand=x\nstopwaitsecs=0.5\n', { personality: 'supervisord' })[0] ?? '',
    /invalid literal for int\(\) with base 10: '0\.5'/,
  );
});

test('a number of the command line that is too large is named by its option there', () => {
  const overrides = [{ option: 'logfile_backups', text: '20000', flag: '-z' }];
  const result = loadText('[program:p]\ncommand=x\n', { overrides });
  assert.ok(result.ok);
  assert.deepEqual(result.warnings[0]?.message, '-z: 20000 is more than tsinit counts; it is taken as 10000');
});
