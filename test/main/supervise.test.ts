/** The whole supervise role from the sources, with init and programs played: what it asks for, prints and exits with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { write } from '../cli/tool.ts';
import { temporaryFolder } from '../support/container.ts';

const script = join(import.meta.dirname, 'support/played-init.ts');
const limitMs = 20_000;
/** TERM, INT, QUIT and PWR; RTMIN+3 is in the other half of the number. */
const STOPS = '> STOP_SIGNALS 536887302';

const play = (t: TestContext, config: string, env: Readonly<Record<string, string>> = {}) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'tsinit.conf', config);
  const again = (more: Readonly<Record<string, string>> = {}) => {
    const words = ['--disable-warning=ExperimentalWarning', script, '-c', file];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: limitMs,
      env: { ...process.env, ...env, ...more },
    });
    return { code: status, lines: stdout.split('\n').slice(0, -1), stderr };
  };
  return { folder, file, again, ...again() };
};

const job = (name: string, command: string, more = ''): string => `[program:${name}]\ncommand=${command}\nstartsecs=0\nautorestart=false\n${more}\n`;

/** Frames and the programs' lines; our own lines go to stderr. */
const withoutNotices = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith('tsinit |'));

test('a job: asked for, read to the end, released, and its code is the exit code', (t) => {
  const { code, lines, stderr } = play(t, job('greet', 'say "hello there" 3'));
  assert.equal(code, 3, stderr);
  assert.deepEqual(withoutNotices(lines), [
    STOPS,
    '> READY 1',
    '> SPAWN 1 say',
    '> STOPPING 1',
    '> SWEEP 2000',
    '> RELEASE 1',
    'greet  | hello there',
    '> EXIT 3',
  ]);
  assert.match(stderr, /tsinit \| exiting with code 3: greet has ended/u);
});

test('TERM for the container: every program is stopped, then swept, then exited with 0', (t) => {
  const { code, lines, stderr } = play(t, job('a', 'stay') + job('b', 'term'));
  assert.equal(code, 0, stderr);
  const asked = lines.filter((line) => line.startsWith('> '));
  assert.deepEqual(asked.slice(0, 5), [STOPS, '> READY 1', '> SPAWN 1 stay', '> SPAWN 2 term', '> STOPPING 1']);
  assert.deepEqual(
    asked.filter((line) => line.includes('KILL')),
    ['> KILL 2', '> KILL 1'],
  );
  assert.deepEqual(asked.at(-1), '> EXIT 0');
  assert.ok(asked.indexOf('> SWEEP 2000') > asked.indexOf('> KILL 1'));
});

test('a command that is not there: said, and 127', (t) => {
  const { code, stderr } = play(t, job('gone', 'missing', 'startretries=0'));
  assert.equal(code, 127, stderr);
  assert.match(stderr, /cannot run 'missing': not found in PATH \(\/bin\)/u);
});

test('a process group that outlives its main process', (t) => {
  const { code, lines, stderr } = play(t, job('l', 'linger "the end" 0'));
  assert.equal(code, 0, stderr);
  assert.ok(lines.includes('l      | the end'), lines.join('\n'));
});

test('a bad configuration: every problem, and 2 before anything starts', (t) => {
  const { code, lines, stderr } = play(t, '[program:x]\ncommnad=stay\nstopsignal=TREM\n');
  assert.equal(code, 2);
  assert.deepEqual(lines, ['> EXIT 2']);
  assert.match(stderr, /tsinit\.conf:2: .*commnad/u);
  assert.match(stderr, /tsinit\.conf:3: .*TREM/u);
});

test('a successor reads what its predecessor had read, prints what is still in the pipe, and decides as it would have', (t) => {
  const box = join(temporaryFolder(t), 'box');
  const { again, file, folder, lines, code } = play(t, job('greet', 'say "first, " 0'), { BOX: box, DIE_AT: 'SWEEP' });
  assert.deepEqual([code, lines.at(-1)], [137, '> SWEEP 2000']);
  write(folder, 'tsinit.conf', 'this is no configuration any more');
  const successor = again({ DIE_AT: '' });
  assert.equal(successor.code, 0, `${file}\n${successor.stderr}`);
  assert.deepEqual(withoutNotices(successor.lines), [STOPS, '> READY 1', '> SWEEP 2000', '> RELEASE 1', 'greet  | first, last words', '> EXIT 0']);
});
