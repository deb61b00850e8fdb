/** Options of the shape of log lines: what is taken, what it means, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, modelOf, processOf } from './world.ts';

const shapeOf = (options: string, settings: Parameters<typeof processOf>[1] = {}) => processOf(options, settings).stdout.shape;
const PLAIN = { format: 'prefix', prefix: null, time: 'none', labels: [], linesPerSecond: 0, overflow: 'block' } as const;

test('without options each personality has its own way', () => {
  assert.equal(shapeOf(''), null);
  assert.equal(shapeOf('log_format=prefix\nlog_overflow=block\nlog_timestamp=none'), null);
  assert.equal(shapeOf('', { personality: 'supervisord' }), null);
  assert.equal(shapeOf('log_format=raw', { personality: 'supervisord' }), null);
  assert.deepEqual(shapeOf('log_format=prefix', { personality: 'supervisord' }), PLAIN);
  assert.deepEqual(shapeOf('log_format=RAW'), { ...PLAIN, format: 'raw' });
});

test('both streams have it, and every program that has none of its own', () => {
  const { stdout, stderr } = processOf('log_format=json');
  assert.deepEqual(stdout.shape, { ...PLAIN, format: 'json', time: 'iso' });
  assert.equal(stderr.shape, stdout.shape);
  const model = modelOf('[program-default]\nlog_format=logfmt\n[program:a]\ncommand=true\n[program:b]\ncommand=true\nlog_format=raw\n');
  assert.deepEqual(
    model.groups.map(({ processes }) => processes[0]?.stdout.shape?.format),
    ['logfmt', 'raw'],
  );
});

test('a file may also be shown on the container’s stream; what is no file is refused where it is written', () => {
  const shown = (options: string, settings: Parameters<typeof processOf>[1] = {}) => {
    const { stdout, stderr } = processOf(options, settings);
    return [stdout.isAlsoShown, stderr.isAlsoShown];
  };
  assert.deepEqual(shown('stdout_logfile=/a'), [false, false]);
  assert.deepEqual(shown('stdout_logfile=/a\nstdout_to_container=true'), [true, false]);
  assert.deepEqual(shown('stderr_logfile=/a\nstderr_to_container=true'), [false, true]);
  assert.deepEqual(shown('stdout_to_container=true\nstderr_to_container=true', { personality: 'supervisord' }), [true, true]);
  const model = modelOf(
    '[program-default]\nstdout_to_container=true\nstderr_to_container=true\n[program:a]\ncommand=true\n[program:b]\ncommand=true\nstdout_logfile=/b\nredirect_stderr=true\n',
  );
  assert.deepEqual(
    model.groups.map(({ processes }) => processes[0]?.stdout.isAlsoShown),
    [false, true],
  );
  for (const [options, words] of [
    ['stdout_to_container=true', /stdout_logfile sends it to the container already; leave it out/u],
    ['stdout_to_container=true\nstdout_logfile=none', /for the container alone write stdout_logfile=\/dev\/stdout/u],
    ['stderr_to_container=true\nstderr_logfile=syslog', /stderr_logfile=\/dev\/stderr and stderr_syslog=true/u],
    ['stderr_to_container=true\nstderr_logfile=/a\nredirect_stderr=true', /write stdout_to_container for both/u],
  ] as const)
    assert.match(messagesOf(`[program:p]\ncommand=true\n${options}\n`).join('\n'), words);
});

test('the time: iso where lines have fields or the prefix has a place for it, else none', () => {
  assert.equal(shapeOf('log_format=logfmt')?.time, 'iso');
  assert.equal(shapeOf('log_format=json\nlog_timestamp=none')?.time, 'none');
  assert.equal(shapeOf('log_timestamp=unix_ms')?.time, 'unix_ms');
  assert.equal(shapeOf('log_prefix={time} |')?.time, 'iso');
  assert.equal(shapeOf('log_prefix={time} |\nlog_timestamp=none')?.time, 'iso');
  assert.equal(shapeOf('log_prefix={time} |\nlog_timestamp=local')?.time, 'local');
  assert.equal(shapeOf('log_prefix={program} |')?.time, 'none');
  assert.equal(shapeOf('log_format=raw\nlog_limit=1/s\nlog_timestamp=iso')?.time, 'none');
});

test('a prefix is text and words; a blank stands behind it unless it is in quotes', () => {
  assert.deepEqual(shapeOf('log_prefix=[{program:*}] {stream:6}|')?.prefix, [
    '[',
    { word: 'program', width: 'longest' },
    '] ',
    { word: 'stream', width: 6 },
    '| ',
  ]);
  assert.deepEqual(shapeOf('log_prefix="{pid}"')?.prefix, [{ word: 'pid', width: 0 }]);
  assert.deepEqual(shapeOf('log_prefix=""')?.prefix, []);
  assert.deepEqual(shapeOf('log_prefix=')?.prefix, []);
  assert.deepEqual(shapeOf('log_prefix={{%(program_name)s}} {group}')?.prefix, ['{', 'p', '}', ' ', { word: 'group', width: 0 }, ' ']);
});

test('labels come from text and from the environment', () => {
  const world = { environment: { POD_NAME: 'web-1', QUOTED: 'a "b", c' } };
  const labels = (text: string) => shapeOf(`log_format=json\nlog_labels=${text}`, { world })?.labels;
  assert.deepEqual(labels('pod=%(ENV_POD_NAME)s, team = "a, \\"b\\"" ,zone=,POD_NAME, QUOTED, NOT_THERE, k8s.io-x=1'), [
    ['pod', 'web-1'],
    ['team', 'a, "b"'],
    ['zone', ''],
    ['POD_NAME', 'web-1'],
    ['QUOTED', 'a "b", c'],
    ['k8s.io-x', '1'],
  ]);
  assert.deepEqual(labels(''), []);
  assert.deepEqual(shapeOf('log_format=raw\nlog_labels=a=1')?.labels, []);
});

test('a limit and what becomes of overflow', () => {
  assert.deepEqual(shapeOf('log_limit=100/s'), { ...PLAIN, linesPerSecond: 100 });
  assert.deepEqual(shapeOf('log_overflow=drop\nlog_limit=1 / S'), { ...PLAIN, linesPerSecond: 1, overflow: 'drop' });
});

const refused: readonly (readonly [string, RegExp])[] = [
  [
    'log_format=jsn',
    /cannot read log_format of \[program:p\] \(\/etc\/t\.conf:3\): 'jsn' is no log format \(did you mean json\?\); write one of prefix, raw, json, logfmt/u,
  ],
  ['log_timestamp=utc', /'utc' is no kind of time/u],
  ['log_overflow=lose', /'lose' is no way with overflow/u],
  ['log_limit=100', /100 is no limit of lines; write lines per second as in 100\/s, from 1\/s to 1000000\/s/u],
  ['log_limit=0/s', /0\/s is no limit/u],
  ['log_limit=1000001/s', /is no limit/u],
  [
    'log_prefix={programm}',
    /\{programm\} is no part of a prefix \(did you mean \{program\}\?\); write one of \{program\}, \{group\}, \{stream\}, \{pid\}, \{time\}/u,
  ],
  ['log_prefix={xyzzyx}', /\{xyzzyx\} is no part of a prefix; write one of/u],
  ['log_prefix={}', /\{\} is no part of a prefix/u],
  ['log_prefix={Program', /a single \{ stands for nothing; write \{\{, or a word in braces/u],
  ['log_prefix=a}', /a single \} stands for nothing/u],
  ['log_prefix={pid:101}', /\{pid:101\} is too wide; 100 characters are the most/u],
  [`log_prefix=${'x'.repeat(200)}`, /the prefix has 201 characters; write 200 at most/u],
  ['log_prefix=a\u001bb', /holds a control character/u],
  ['log_format=json\nlog_labels=1=2', /cannot read '1=2'; write labels as in pod="web-1", NODE_NAME/u],
  ['log_format=json\nlog_labels=a="b', /cannot read 'a="b'/u],
  ['log_format=json\nlog_labels=a=1,line=2', /line is a field that every line has; choose another name/u],
  [`log_format=json\nlog_labels=a=${'é'.repeat(250)}`, /the labels have \d+ bytes; 500 at most go into every line/u],
];

test('each wrong value gets a sentence with its place', () => {
  for (const [options, expected] of refused) {
    const messages = messagesOf(`[program:p]\ncommand=true\n${options}\n`);
    assert.equal(messages.length, 1, `${options}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
    assert.match(messages[0] ?? '', /\/etc\/t\.conf:[34]/u);
  }
});

test('an option that says nothing is worth a warning, where a program has it of its own', () => {
  const warned = (options: string): readonly string[] => messagesOf(`[program-default]\nlog_labels=a=1\n[program:p]\ncommand=true\n${options}\n`);
  assert.deepEqual(warned(''), []);
  assert.deepEqual(warned('log_labels=b=2'), [
    'log_labels of [program:p] (/etc/t.conf:5) says nothing with log_format=prefix; leave it out, or choose another log_format',
  ]);
  assert.match(warned('log_format=json\nlog_prefix=x').join(), /^log_prefix of \[program:p\] \(\/etc\/t\.conf:6\) says nothing with log_format=json/u);
  assert.equal(warned('log_format=raw\nlog_prefix=x\nlog_timestamp=iso\nlog_labels=a=1').length, 3);
});

test('the lines of tsinit itself', () => {
  const own = (options: string) => modelOf(`[tsinit]\n${options}\n[program:p]\ncommand=true\n`).supervisor.logShape;
  assert.equal(own(''), null);
  assert.equal(own('log_labels=a=1'), null);
  assert.equal(own('log_format=raw\nlog_limit=1/s\nlog_overflow=drop'), null);
  assert.deepEqual(own('log_prefix="{program}> "')?.prefix, [{ word: 'program', width: 0 }, '> ']);
  assert.deepEqual(own('log_format=json\nlog_labels=a=1'), { ...PLAIN, format: 'json', time: 'iso', labels: [['a', '1']] });
  assert.deepEqual(own('log_timestamp=iso'), { ...PLAIN, time: 'iso' });
  assert.match(
    messagesOf('[tsinit]\nlog_format=row\n[program:p]\ncommand=true\n').join('|'),
    /^cannot read log_format of \[tsinit\] \(\/etc\/t\.conf:2\): 'row' is no log format[^|]*$/u,
  );
});

test('[tsinit] is the place for all programs: [program-default] comes before it, and a program of its own before both', () => {
  const shapes = (head: string, settings: Parameters<typeof modelOf>[1] = {}) =>
    modelOf(`${head}[program:a]\ncommand=true\n[program:b]\ncommand=true\nlog_format=raw\n`, settings).groups.map(
      ({ processes }) => processes[0]?.stdout.shape ?? null,
    );
  const json = { ...PLAIN, format: 'json', time: 'unix', labels: [['a', '1']], linesPerSecond: 5, overflow: 'drop' } as const;
  const whole = '[tsinit]\nlog_format=json\nlog_timestamp=unix\nlog_labels=a=1\nlog_limit=5/s\nlog_overflow=drop\n';
  assert.deepEqual(shapes(whole), [json, { ...json, format: 'raw', time: 'none', labels: [] }]);
  assert.deepEqual(shapes(`${whole}[program-default]\nlog_format=prefix\n`)[0], { ...json, format: 'prefix', labels: [] });
  assert.deepEqual(shapes('[tsinit]\nlog_prefix="{program}> "\n')[0]?.prefix, [{ word: 'program', width: 0 }, '> ']);
  assert.equal(shapes('[supervisord]\nlog_format=json\n', { personality: 'supervisord' })[0]?.format, 'json');
});
