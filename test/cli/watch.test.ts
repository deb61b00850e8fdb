/** `check --watch` of the built file in a real terminal: a screen of its own, shown anew at changes, left however it ends. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { startInTerminal, type Terminal } from '../support/terminal.ts';
import { write } from './tool.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
const GOOD = '[program:web]\ncommand=/bin/web\n';
const limit = { timeout: 30_000 };

const times = (text: string, part: string): number => text.split(part).length - 1;

/** Started, its first screen shown; `pid` is the tool's. */
const watching = async (t: TestContext) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'a.conf', GOOD);
  const terminal = startInTerminal(t, [tsinit, 'check', '--watch', file]);
  await terminal.shown.line(/watching for changes; Ctrl-C ends this/u);
  const text = terminal.shown.text();
  assert.equal(text.indexOf(`${ENTER}${CLEAR}good: 1 process`), 0, JSON.stringify(text));
  return { folder, file, terminal, pid: pidOf(file) };
};

const pidOf = (file: string): number => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name) && commandOf(name).join(' ') === `${tsinit} check --watch ${file}`);
  assert.equal(pids.length, 1, 'the tool is one process, by the name it was called with');
  return Number(pids[0]);
};

const commandOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(0, -1);
  } catch {
    return [];
  }
};

const isLeft = async (terminal: Terminal): Promise<void> => {
  await terminal.ended;
  const text = terminal.shown.text();
  assert.deepEqual([times(text, ENTER), times(text, LEAVE)], [1, 1], JSON.stringify(text));
  assert.ok(text.indexOf(LEAVE) > text.lastIndexOf(CLEAR), 'nothing is drawn after it');
};

test('Ctrl-C ends it and the terminal is as it was', limit, async (t) => {
  const { terminal } = await watching(t);
  terminal.order('type \\x03');
  await terminal.shown.line(/shell killed 2/u);
  await isLeft(terminal);
});

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGINT', 2],
  ['SIGHUP', 1],
] as const) {
  test(`${signal} ends it and the terminal is as it was`, limit, async (t) => {
    const { terminal, pid } = await watching(t);
    process.kill(pid, signal);
    await terminal.shown.line(new RegExp(`shell killed ${number}`, 'u'));
    await isLeft(terminal);
  });
}

test('changes are shown: written in place, replaced, gone and back', limit, async (t) => {
  const { terminal, folder, file } = await watching(t);
  write(folder, 'a.conf', '[program:web]\ncommand=/bin/web\nstopsignal=TREM\n');
  await terminal.shown.line(/a\.conf:3: .*TREM/u);
  renameSync(write(folder, 'new', `${GOOD}[program:db]\ncommand=/bin/db\n`), file);
  await terminal.shown.line(/good: 2 processes/u);
  rmSync(file);
  await terminal.shown.line(/no such file/u);
  write(folder, 'a.conf', `${GOOD}[program:x]\ncommand=/bin/x\n[program:y]\ncommand=/bin/y\n`);
  await terminal.shown.line(/good: 3 processes/u);
  terminal.order('type \\x03');
  await isLeft(terminal);
});

test('a file that comes to be included is watched from then on', limit, async (t) => {
  const { terminal, folder, file } = await watching(t);
  const included = write(folder, 'more.ini', '[program:more]\ncommand=/bin/more\n');
  renameSync(write(folder, 'new', `${GOOD}[include]\nfiles=${included}\n`), file);
  await terminal.shown.line(/good: 2 processes/u);
  write(folder, 'more.ini', '[program:more]\ncommand=/bin/more\nstartsecs=never\n');
  await terminal.shown.line(/more\.ini:3: /u);
  terminal.order('type \\x03');
  await isLeft(terminal);
});

test('without a terminal it is plain text, once for each change', limit, async (t) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'a.conf', GOOD);
  const container = await startContainer(t, [tsinit, 'check', '--watch', file], { launcher: ['--no-namespace'] });
  await container.stdout.line(/^good: 1 process,/u);
  write(folder, 'a.conf', `${GOOD}[program:db]\ncommand=/bin/db\n`);
  await container.stdout.line(/^good: 2 processes,/u);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 128 + 15);
  assert.ok(!container.stdout.text().includes('\u001b'));
});

test('what is read belongs to the folder it lies in', limit, async (t) => {
  const folder = temporaryFolder(t);
  write(folder, 'here.conf', GOOD);
  const container = await startContainer(t, [tsinit, 'check', 'here.conf'], { cwd: folder });
  assert.equal(await container.ended, 0, container.stdout.text());
  assert.equal(join(folder, 'here.conf').startsWith(folder), true);
});
