/** `simulate`: the time line of a configuration and a scenario, and every mistake with its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { tool, write } from './tool.ts';

const CONFIG = '[program:db]\ncommand=db\nready_on=log:up\n[program:web]\ncommand=web\nstartsecs=0\ndepends_on=db:ready\n';

test('a life on a virtual clock', (t) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'a.conf', CONFIG);
  const scenario = write(folder, 's.txt', 'db: ready after 2h\nat 3h signal TERM\nuntil 4h\n');
  const { code, stdout, stderr } = tool(['simulate', '-c', file, '--scenario', scenario]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^ +0\.000 {2}web {5}waits for db:ready$/m);
  assert.match(stdout, /^ +7200\.001 {2}web {5}STARTING \(run 1\)$/m);
  assert.match(stdout, /^ +10800\.004 {2}tsinit {2}exits with code 0\n$/m);
  const without = tool(['simulate', '-c', file]);
  assert.match(without.stdout, /web {5}RUNNING\n(?:.*\n)*it lives on after 3600 seconds\n$/);
});

test('mistakes', (t) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'a.conf', CONFIG);
  const said = (...argv: readonly string[]): string => {
    const { code, stdout, stderr } = tool(['simulate', ...argv]);
    assert.deepEqual([code, stdout], [2, '']);
    return stderr;
  };
  assert.match(said('-c', file, '-s', write(folder, 'bad.txt', '\nnonsense\n')), /^tsinit: .*bad\.txt:2: cannot read 'nonsense'/);
  assert.match(said('-c', file, '-s', write(folder, 'who.txt', 'wbe: runs\n')), /^tsinit: .*who\.txt:1: there is no program wbe .*did you mean web\?/);
  assert.match(said('-c', file, '-s', 'none.txt'), /^tsinit: cannot read the scenario none\.txt: there is no such file/);
  assert.match(said('-c', write(folder, 'b.conf', '[program:a]\n')), /has no command/);
  assert.match(said('--what'), /^tsinit: simulate: unknown option '--what'/);
  assert.match(said('word'), /'word' is one word too many/);
  assert.match(tool(['simulate', '--help']).stdout, /A scenario has one statement a line/);
});
