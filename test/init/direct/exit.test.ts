/** Direct mode hands on how its child ended: every code, every signal, and why a program could not be run at all. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../support/container.ts';
import { runAsPid1, runAsSubreaper, searchPath } from '../../support/init.ts';

test('every exit code of the child becomes ours', () => {
  for (let code = 0; code < 256; code++) assert.equal(runAsPid1(['--', 'sh', '-c', `exit ${code}`]).code, code);
});

test('a child ended by a signal gives 128 plus its number', () => {
  for (const signal of [1, 2, 6, 9, 11, 15, 31, 34, 64]) {
    const outcome = runAsPid1(['bash', '-c', `kill -${signal} $$; exit 200`]);
    assert.equal(outcome.code, 128 + signal, `signal ${signal}`);
  }
});

test('-e turns the listed codes, and only those, into 0', () => {
  const exitWith = (code: number): number => runAsSubreaper(['-e', '3', '-e143', '--expect=255', 'sh', '-c', `exit ${code}`]).code;
  assert.deepEqual([0, 1, 3, 4, 143, 254, 255].map(exitWith), [0, 1, 0, 4, 0, 254, 0]);
  assert.equal(runAsSubreaper(['-e', '143', 'sh', '-c', 'kill -TERM $$']).code, 0);
});

test('a process that was started with CHLD ignored still learns the exit code', () => {
  const outcome = runAsSubreaper(['sh', '-c', 'exit 7'], { before: ['sh', '-c', 'trap "" CHLD; exec "$@"', 'sh'] });
  assert.equal(outcome.code, 7);
});

type Refusal = { readonly name: string; readonly content?: Buffer | string; readonly mode?: number; readonly says: RegExp; readonly code: number };

const elf = (machine: number): Buffer => {
  const copy = Buffer.from(readFileSync('/bin/true'));
  copy.writeUInt16LE(machine, 18);
  return copy;
};

const otherMachine = process.arch === 'arm64' ? { number: 62, name: 'x86-64' } : { number: 183, name: 'aarch64' };

const withLoader = (loader: string): Buffer => {
  const copy = Buffer.from(readFileSync('/bin/true'));
  const at = copy.indexOf('/lib');
  copy.write(`${loader}\0`, at, 'latin1');
  return copy;
};

const refusals: readonly Refusal[] = [
  { name: 'absent', says: /cannot run '\.\/absent': no such file$/m, code: 127 },
  { name: 'plain', content: '#!/bin/sh\n', mode: 0o644, says: /\.\/plain is not executable for this user/, code: 126 },
  { name: 'dos', content: '#!/bin/sh\r\nexit 0\r\n', says: /its first line ends in CR LF, so the interpreter '\/bin\/sh' is not found/, code: 126 },
  { name: 'perl', content: '#! /no/such/perl -w\n', says: /its first line names the interpreter '\/no\/such\/perl', which does not exist/, code: 126 },
  { name: 'foreign', content: elf(otherMachine.number), says: new RegExp(`it is built for ${otherMachine.name}, this machine is`), code: 126 },
  {
    name: 'glibc',
    content: withLoader('/no/ld-linux.so.2'),
    says: /its loader \/no\/ld-linux\.so\.2 does not exist; this looks like a glibc program/,
    code: 126,
  },
  { name: 'musl', content: withLoader('/no/ld-musl.so.1'), says: /its loader \/no\/ld-musl\.so\.1 does not exist; this looks like a musl program/, code: 126 },
  { name: 'windows', content: Buffer.from('MZ\x90\0\x03\0', 'latin1'), says: /it is a Windows program, not a program for Linux/, code: 126 },
  { name: 'cut', content: Buffer.from('\x7fELF\x02\x01', 'latin1'), says: /it is a damaged ELF file/, code: 126 },
  { name: 'noise', content: Buffer.from([1, 0, 2, 0, 3]), says: /it is binary data, not a program for Linux/, code: 126 },
];

const folderWith = (t: TestContext, refusal: Refusal): string => {
  const folder = temporaryFolder(t);
  if (refusal.content === undefined) return folder;
  writeFileSync(join(folder, refusal.name), refusal.content);
  chmodSync(join(folder, refusal.name), refusal.mode ?? 0o755);
  return folder;
};

for (const refusal of refusals) {
  test(`what cannot be run is explained: ${refusal.name}`, (t) => {
    const cwd = folderWith(t, refusal);
    for (const command of [`./${refusal.name}`, refusal.name]) {
      if (command === 'absent') continue;
      const outcome = runAsPid1(['--', command], { cwd, env: { PATH: `/nowhere:${cwd}` } });
      assert.match(outcome.stderr.replaceAll(`${cwd}/`, './'), refusal.says);
      assert.equal(outcome.stderr.split('\n').length, 2, 'one line');
      assert.equal(outcome.code, refusal.code);
    }
  });
}

test('a name in no directory of PATH: the message shows PATH', () => {
  const outcome = runAsPid1(['no-such-program']);
  assert.equal(outcome.stderr, `tsinit: cannot run 'no-such-program': not found in PATH (${searchPath})\n`);
  assert.equal(outcome.code, 127);
});

test('a directory is called a directory', (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'folder'));
  const outcome = runAsPid1(['./folder'], { cwd });
  assert.equal(outcome.stderr, "tsinit: cannot run './folder': it is a directory\n");
  assert.equal(outcome.code, 126);
});

test('a mistyped tool is offered', () => {
  assert.match(runAsPid1(['chekc']).stderr, /did you mean 'tsinit check'\?/);
});

test('a script without a first line runs as the shells run it', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'script'), 'echo "$0 $1 $2"; exit 9\n', { mode: 0o755 });
  const outcome = runAsPid1(['./script', 'one', 'two words'], { cwd });
  assert.deepEqual(outcome, { code: 9, stdout: './script one two words\n', stderr: '' });
});

test('a program behind a broken one in PATH is still found', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'sh'), 'not executable');
  symlinkSync('/nowhere', join(cwd, 'true'));
  assert.equal(runAsPid1(['sh', '-c', 'true; exit 4'], { cwd, env: { PATH: `${cwd}:/bin:/usr/bin` } }).code, 4);
});
