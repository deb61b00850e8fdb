/** Our own lines: their form, their levels, their ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOwnLog, datedLine } from '../../../src/logs/own/own-log.ts';
import type { OwnLogSettings } from '../../../src/logs/own/own-log.ts';

const NOON = new Date(2026, 0, 2, 3, 4, 5, 6);

const play = (settings: OwnLogSettings, hasFile = true): { readonly write: ReturnType<typeof createOwnLog>['write']; readonly said: readonly string[] } => {
  const said: string[] = [];
  const way = (name: string) => (text: string) => void said.push(`${name}: ${text}`);
  const notice = (text: string, level: string) => void said.push(`notice: ${level}: ${text}`);
  const log = createOwnLog(settings, { notice, stdout: way('stdout'), file: hasFile ? way('file') : null, syslog: way('syslog') }, () => NOON);
  return { write: log.write, said };
};

test('a dated line is what readers of supervisord logs know', () => {
  assert.equal(datedLine(NOON, 'info', 'text'), '2026-01-02 03:04:05,006 INFO text\n');
  const names = (['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'] as const).map((level) => datedLine(NOON, level, '').slice(24, 28));
  assert.deepEqual(names, ['CRIT', 'ERRO', 'WARN', 'INFO', 'DEBG', 'TRAC', 'BLAT']);
});

test('notices carry their level; what is less important than the level is not said', () => {
  const { write, said } = play({ level: 'info', copies: 'notices' }, false);
  write('debug', 'no');
  write('info', 'yes');
  write('warn', 'doubtful');
  assert.deepEqual(said, ['notice: info: yes', 'syslog: yes', 'notice: warn: doubtful', 'syslog: doubtful']);
});

test('file and stdout get the same line', () => {
  const { write, said } = play({ level: 'debug', copies: 'stdout' });
  write('debug', 'x');
  assert.deepEqual(said, ['syslog: x', 'file: 2026-01-02 03:04:05,006 DEBG x\n', 'stdout: 2026-01-02 03:04:05,006 DEBG x\n']);
});

test('without copies and without a file nothing is written', () => {
  const { write, said } = play({ level: 'debug', copies: 'none' }, false);
  write('critical', 'x');
  assert.deepEqual(said, ['syslog: x']);
});

test('what a way out says while it takes a line goes to the others, never to itself', () => {
  const said: string[] = [];
  const log = createOwnLog(
    { level: 'info', copies: 'stdout' },
    {
      notice: assert.fail,
      stdout: (line) => void said.push(`stdout: ${line.slice(24)}`),
      file: (line) => {
        said.push(`file: ${line.slice(24)}`);
        log.write('warn', 'the file fails');
      },
      syslog: () => log.write('warn', 'syslog fails'),
    },
    () => NOON,
  );
  log.write('info', 'x');
  assert.deepEqual(said, [
    'file: WARN syslog fails\n',
    'stdout: WARN the file fails\n',
    'stdout: WARN syslog fails\n',
    'file: INFO x\n',
    'stdout: WARN syslog fails\n',
    'stdout: WARN the file fails\n',
    'stdout: INFO x\n',
  ]);
});

test('lines for syslog: dated as those of supervisord, or with their level alone; one message for each line', () => {
  const linesFor = (isSyslogDated: boolean): readonly string[] => {
    const said: string[] = [];
    const syslog = (text: string, level: string) => void said.push(`${level}: ${text}`);
    const log = createOwnLog({ level: 'info', copies: 'none' }, { notice: assert.fail, stdout: assert.fail, file: null, syslog, isSyslogDated }, () => NOON);
    log.write('warn', 'one\ntwo\n');
    return said;
  };
  assert.deepEqual(linesFor(true), ['warn: 2026-01-02 03:04:05,006 WARN one\n', 'warn: 2026-01-02 03:04:05,006 WARN two\n']);
  assert.deepEqual(linesFor(false), ['warn: one', 'warn: two']);
});

test('where somebody asks for it the dated line is kept, too', () => {
  const kept: string[] = [];
  const log = createOwnLog(
    { level: 'info', copies: 'notices' },
    { notice: () => {}, stdout: assert.fail, file: null, syslog: null, memory: (line) => void kept.push(line) },
    () => NOON,
  );
  log.write('info', 'x');
  assert.deepEqual(kept, ['2026-01-02 03:04:05,006 INFO x\n']);
});
