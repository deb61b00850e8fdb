/** The small parts that stand alone: expansion, nearest words, client section, differences, search paths. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSlips, nearest } from '../../src/base/nearest.ts';
import { quoteLikePython } from '../../src/base/python-quote.ts';
import { isWhiteSpace, strip } from '../../src/config/dialect/white-space.ts';
import { diff } from '../../src/config/model/diff.ts';
import { expand } from '../../src/config/read/expand.ts';
import { NO_NAMES, overNames } from '../../src/config/model/names.ts';
import { placeOfOption } from '../../src/config/read/raw.ts';
import { searchPaths } from '../../src/config/read/search-paths.ts';
import { loadText, modelOf } from './world.ts';

const NAMES = overNames(NO_NAMES, { n: 11, minus: -5, text: "it's", one: 'x', huge: 0x110000, long: 'y'.repeat(600_000) });

const expansions: readonly (readonly [text: string, expanded: string | { readonly reason?: string; readonly name?: string }])[] = [
  ['plain', 'plain'],
  ['a%%b', 'a%b'],
  ['%(n)d|%(n)5d|%(n)-5d|%(n)05d', '11|   11|11   |00011'],
  ['%(n)x %(n)X %(n)o %(n)#x', 'b B 13 0xb'],
  ['%(n)+d %(n) d %(minus)05d %(n).4d %(n)i %(n)u', '+11  11 -0005 0011 11 11'],
  ['%(text)s %(text).2s %(text)6s|%(text)-6s|', "it's it   it's|it's  |"],
  ['%(text)r %(n)r %(n)s %(n)ls', '"it\'s" 11 11 11'],
  ['%(one)c%(n)c', 'x\v'],
  ['%(one)5%', '%'],
  ['%', { reason: 'incomplete format' }],
  ['%(n', { reason: 'incomplete format key' }],
  ['%(n)', { reason: 'incomplete format' }],
  ['%(nope)s', { name: 'nope' }],
  ['%(a(b)c)s', { name: 'a(b)c' }],
  ['%(n)y', { reason: "unsupported format character 'y' (0x79) at index 4" }],
  ['%(text)d', { reason: '%d format: a real number is required, not str' }],
  ['%(text)x', { reason: '%x format: an integer is required, not str' }],
  ['%s', { reason: 'format requires a mapping' }],
  ['%d', { reason: '%d format: a real number is required, not dict' }],
  ['%c', { reason: '%c requires int or char' }],
  ['%(n)d %d', { reason: 'not enough arguments for format string' }],
  ['%(text)c', { reason: '%c requires int or char' }],
  ['%(huge)c', { reason: '%c arg not in range(0x110000)' }],
  ['%(minus)c', { reason: '%c arg not in range(0x110000)' }],
  ['%(n)99999d', { reason: 'field is too wide' }],
  ['%(text).99999s', { reason: 'field is too wide' }],
  ['%(long)s%(long)s', { reason: 'result is longer than 1 MiB' }],
];

for (const [text, expected] of expansions) {
  test(`expands ${text}`, () => {
    const result = expand(text, NAMES);
    if (typeof expected === 'string') assert.equal(result.ok && result.value.text, expected);
    else assert.deepEqual(result, { ok: false, error: { kind: expected.name === undefined ? 'badFormat' : 'unknownName', ...expected } });
  });
}

test('what a name has brought is told with its place; %(name)r writes quotes that are meant', () => {
  const names = overNames(NO_NAMES, { ENV_A: 'a"b', ENV_EMPTY: '', n: 7 });
  const expanded = expand('x %(ENV_A)s%(ENV_EMPTY)s %% %(n)d %(ENV_A)r%(n)s', names);
  assert.ok(expanded.ok);
  const { text, given } = expanded.value;
  assert.equal(text, `x a"b % 7 'a"b'7`);
  assert.deepEqual(given, [
    { start: 2, end: 5, name: 'ENV_A' },
    { start: 15, end: 16, name: 'n' },
  ]);
});

test('slips are counted, and near words found', () => {
  assert.deepEqual([countSlips('abc', 'abc'), countSlips('abc', 'acb'), countSlips('', 'ab'), countSlips('kitten', 'sitting')], [0, 1, 2, 3]);
  assert.equal(nearest('autostrat', ['autorestart', 'autostart']), 'autostart');
  assert.equal(nearest('x', ['abc']), null);
  assert.equal(nearest('x'.repeat(65), ['x'.repeat(64)]), null);
});

test('white space is what Python takes for it', () => {
  assert.equal(strip(' \t\v\x1c\x1f\x85\u00a0a\x08\x0e\ufeff \u3000'), 'a\x08\x0e\ufeff');
  assert.deepEqual(['\x0e', '\x1b', '\x20', '\x21', '\x84'].map(isWhiteSpace), [false, false, true, false, false]);
});

test('Python quotes', () => {
  assert.deepEqual(['a', "it's", '\'"', '\\\n\r\t', '\x01\u2028', '\u{e0001}é'].map(quoteLikePython), [
    "'a'",
    '"it\'s"',
    "'\\'\"'",
    "'\\\\\\n\\r\\t'",
    "'\\x01\\u2028'",
    "'\\U000e0001é'",
  ]);
});

test('differences between two models', () => {
  const before = modelOf(
    '[program:a]\ncommand=x\n[program:b]\ncommand=x\n[program:c]\ncommand=x\n[program:d]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)d\n',
  );
  const after = modelOf(
    ';moved\n[program:a]\ncommand=x\n[program:b]\ncommand=y z\npriority=3\nenvironment=A=1\nuser=root\nstdout_logfile=none\n[program:d]\ncommand=x\n[program:e]\ncommand=x\n',
  );
  assert.deepEqual(diff(before, after), {
    added: ['e'],
    changed: [
      { name: 'b', differences: ['priority', 'b.priority', 'b.command', 'b.argv', 'b.user', 'b.environment', 'b.stdout'], leaving: ['b'], isWhole: true },
      { name: 'd', differences: ['0', '1', 'd'], leaving: ['0', '1'], isWhole: true },
    ],
    removed: ['c'],
  });
  assert.deepEqual(diff(before, before), { added: [], changed: [], removed: [] });
  const listener = '[eventlistener:b]\ncommand=x\npriority=999\nevents=TICK_5\nstdout_logfile=auto\n';
  assert.deepEqual(diff(modelOf('[program:b]\ncommand=x\n'), modelOf(listener)).changed[0]?.differences, ['kind', 'bufferSize', 'events']);
});

test('which processes of a changed group cannot go on', () => {
  const many = (count: number, kind = 'program:w', more = ''): string => `[${kind}]\ncommand=x\nnumprocs=${count}\nprocess_name=w%(process_num)d\n${more}`;
  const changeOf = (from: string, to: string): unknown => {
    const { leaving, isWhole } = diff(modelOf(from), modelOf(to)).changed[0] ?? { leaving: null, isWhole: null };
    return [leaving, isWhole];
  };
  assert.deepEqual(changeOf(many(3), many(5)), [[], false]);
  assert.deepEqual(changeOf(many(5), many(3)), [['w3', 'w4'], false]);
  assert.deepEqual(changeOf(many(2), many(2, 'program:w', 'startsecs=5\n')), [['w0', 'w1'], true]);
  assert.deepEqual(changeOf(many(2), many(2, 'program:w', 'priority=5\n')), [['w0', 'w1'], true]);
  const pair = (command: string): string => `[group:g]\nprograms=a,b\n[program:a]\ncommand=x\n[program:b]\ncommand=${command}\n`;
  assert.deepEqual(changeOf(pair('x'), pair('y')), [['b'], false]);
  const events = 'events=TICK_5\n';
  assert.deepEqual(changeOf(many(1, 'eventlistener:w', events), many(2, 'eventlistener:w', events)), [['w0'], true], 'a pool begins anew as a whole');
});

test('what a listener says to its standard output is logged where that is asked for', () => {
  const targetOf = (more: string): unknown => modelOf(`[eventlistener:l]\ncommand=x\nevents=TICK_5\n${more}`).groups[0]?.processes[0]?.stdout.target;
  assert.deepEqual([targetOf(''), targetOf('stdout_logfile=auto\n')], [{ kind: 'none' }, { kind: 'container', stream: 'stdout' }]);
});

test('an option that was not written stands where its section does', () => {
  const section = { name: 's', kind: 's', label: '', place: { file: 'f', line: 3 }, options: new Map() };
  const config = { main: 'f', here: '/', sections: [section], defaults: new Map(), programDefaults: new Map() };
  assert.deepEqual(placeOfOption(config, section, 'x'), { file: 'f', line: 3 });
});

test('search paths', () => {
  assert.deepEqual(searchPaths('tsinit').slice(0, 3), ['/etc/tsinit.conf', '/etc/tsinit/tsinit.conf', 'supervisord.conf']);
  assert.deepEqual(searchPaths('supervisord', '/usr/bin'), [
    '/usr/bin/../etc/supervisord.conf',
    '/usr/bin/../supervisord.conf',
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ]);
});

test('a deprecated syslog target is told to supervisord alone', () => {
  const text = '[supervisord]\n[program:p]\ncommand=true\nstdout_logfile=syslog\n';
  const warningsOf = (personality: 'tsinit' | 'supervisord'): readonly string[] => {
    const result = loadText(text, { personality });
    assert.ok(result.ok);
    return result.warnings.map(({ message }) => message);
  };
  assert.ok(warningsOf('supervisord').some((message) => message.includes('stdout_logfile=syslog but this is deprecated')));
  assert.ok(!warningsOf('tsinit').some((message) => message.includes('deprecated')));
});

test("a refused value of a flag names the flag, but for supervisord's user", () => {
  const problemOf = (flag: string, option: string): string => {
    const result = loadText('[supervisord]\n[program:p]\ncommand=true\n', {
      personality: 'supervisord',
      overrides: [{ option, flag, text: 'nobody-of-that-name' }],
    });
    assert.ok(!result.ok);
    return result.problems[0]?.message ?? '';
  };
  assert.match(problemOf('-u', 'user'), /^Invalid user name nobody-of-that-name/);
  assert.match(problemOf('-e', 'loglevel'), /^invalid value for -e /);
});
