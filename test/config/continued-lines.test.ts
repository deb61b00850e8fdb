/** Indented lines that are written as options: told about where the option would be known, and no value is changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Personality } from '../../src/config/model/settings.ts';
import { loadText } from './world.ts';

const warnings = (text: string, personality: Personality = 'tsinit'): readonly string[] => {
  const result = loadText(text, { personality });
  return (result.ok ? result.warnings : result.problems).map(({ message }) => message).filter((message) => message.includes('is indented'));
};
const SAID = "the line 'autostart=...' in [program:x] (/etc/t.conf:3) is indented, so it continues the value of command and sets nothing";

test('an indented option of the section is warned of, in both personalities', () => {
  const text = '[program:x]\ncommand=/x\n  autostart = true\n[supervisord]\n';
  assert.deepEqual(warnings(text), [`${SAID}; begin it at the left margin if it is an option`]);
  assert.deepEqual(warnings(text, 'supervisord'), [SAID]);
});

test('sections whose options are known, by whatever name', () => {
  const indented = '\nlogfile=/tmp/x\n  loglevel=info\n[program:x]\ncommand=/x\n[supervisord]\n';
  assert.equal(warnings(`[supervisord]${indented}`).length, 1);
  assert.equal(warnings(`[tsinit]${indented}`).length, 1);
  assert.equal(warnings(`[tsinit]${indented}`, 'supervisord').length, 0, 'a section that supervisord does not know');
  assert.equal(warnings(`[DEFAULT]${indented}`).length, 0);
  assert.equal(warnings('[rpcinterface:y]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n  user=1\n').length, 0);
});

test('quotes, names of environment and words of other shapes are left alone', () => {
  for (const command of [
    "command=/bin/sh -c '\n  user=me\n  autostart=true'",
    'command=/bin/sh -c "it\'s\n  user=me"',
    'command=/bin/sh -c "a\\"\n  user=me"',
    'command=/x\n  --user=me\n  USER=me\n  other=1\n  user:me',
    'command=/x\nenvironment=A="1",\n  user="2"',
  ]) {
    assert.deepEqual(warnings(`[program:x]\n${command}\n`), [], command);
  }
  assert.equal(warnings("[program:x]\ncommand=/bin/sh -c 'a\n  b'\n  user=root\n").length, 1, 'behind the closing quote');
});

test('the personality decides how patterns of an include are read', () => {
  const styles: string[] = [];
  const glob = (_pattern: string, style: string): readonly string[] => {
    styles.push(style);
    return [];
  };
  for (const personality of ['tsinit', 'supervisord'] as const) loadText('[supervisord]\n[include]\nfiles=x\n', { personality, world: { glob } });
  assert.deepEqual(styles, ['full', 'fnmatch']);
});
