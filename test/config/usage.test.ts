/** How much a program may use: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadText, messagesOf, processOf } from './world.ts';

const MB = 1_048_576;
const serviceOf = (options: string) => processOf(options).service;

test('limits that are watched', () => {
  assert.deepEqual(serviceOf('memory_limit=200MB').usage, { memory: { bytes: 200 * MB, action: 'restart' }, cpu: null });
  assert.deepEqual(serviceOf('cpu_limit=80').usage, { memory: null, cpu: { percent: 80, periodMs: 60_000, action: 'restart' } });
  assert.deepEqual(serviceOf('cpu_limit=150%%/30\ncpu_limit_action=event\nmemory_limit=1\nmemory_limit_action=stop').usage, {
    memory: { bytes: 1, action: 'stop' },
    cpu: { percent: 150, periodMs: 30_000, action: 'event' },
  });
});

test('limits that the kernel keeps to', () => {
  assert.deepEqual(serviceOf('memory_max=1GB').controlGroup, { memoryMax: 1024 * MB, cpuMax: null, pidsMax: null });
  assert.deepEqual(serviceOf('cpu_max=50%%').controlGroup?.cpuMax, { quotaUs: 50_000, periodUs: 100_000 });
  assert.deepEqual(serviceOf('cpu_max=250').controlGroup?.cpuMax, { quotaUs: 250_000, periodUs: 100_000 });
  assert.deepEqual(serviceOf('cpu_max=20000 50000').controlGroup?.cpuMax, { quotaUs: 20_000, periodUs: 50_000 });
  assert.deepEqual(serviceOf('pids_max=10').controlGroup, { memoryMax: null, cpuMax: null, pidsMax: 10 });
});

test('what makes no sense', () => {
  const refused = (options: string): string => messagesOf(`[program:p]\ncommand=x\n${options}`).join('\n');
  assert.match(refused('memory_limit=0'), /leaves it no memory; write a size as in 200MB/);
  assert.match(refused('memory_max=much'), /'much' is not a size/);
  assert.match(
    refused('cpu_limit=0'),
    /is no limit of processor time; write percent of one processor, and over how long \(a second or more\), as in 80\/60 or 80\/5m/,
  );
  assert.match(refused('cpu_limit=80/0'), /is no limit of processor time/);
  assert.match(refused('cpu_max=0'), /is no share of processor time; write percent of one processor, as in 150/);
  assert.match(refused('cpu_max=50000 100'), /is no share of processor time/);
  assert.match(refused('pids_max=0'), /out of range/);
  assert.match(refused('memory_limit_action=reboot'), /is no action/);
});

test('a limit that is never come to is warned about', () => {
  const warnings = (options: string) => {
    const result = loadText(`[program:p]\ncommand=x\n${options}`);
    return result.ok ? result.warnings.map(({ message }) => message) : [];
  };
  assert.deepEqual(warnings('memory_limit=10MB\nmemory_max=10MB'), [
    'memory_limit of [program:p] (/etc/t.conf:3) is never come to: above memory_max, which is no larger, the kernel kills it first',
  ]);
  assert.deepEqual(warnings('memory_limit=10MB\nmemory_max=20MB'), []);
});
