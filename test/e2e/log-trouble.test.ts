/** Logs that cannot be written: the program runs on, the loss is told once and counted, and the log goes on as soon as it can. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Container, namedPipe, temporaryFolder, until } from '../support/container.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };
/** Of our own: the prefix is as wide as the longest name. */
const OWN = /^tsinit \| (?:\w+: )?/;

type Echo = {
  readonly container: Container;
  /** The program writes it to its log, then says on the container's stderr that it has. */
  readonly write: (text: string) => Promise<unknown>;
  readonly told: (pattern: RegExp) => readonly string[];
};

/** A program that repeats the lines it is given into a log. */
const echo = async (t: TestContext, log: string, launcher: readonly string[] = []): Promise<Echo> => {
  const folder = temporaryFolder(t);
  const [script, pipe] = [join(folder, 'echo'), join(folder, 'lines')];
  writeFileSync(script, `exec 3<> ${pipe}\necho up >&2\nwhile read -r x <&3; do echo "$x"; echo "did $x" >&2; done\n`);
  execFileSync('mkfifo', ['-m', '666', pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  const container = await supervise(t, steady('a', `/bin/sh ${script}`, `stdout_logfile=${log}\nstdout_logfile_maxbytes=0`), { launcher });
  await container.stderr.line(/a +\| up$/);
  return {
    container,
    write: (text) => {
      writeSync(fd, `${text}\n`);
      return container.stderr.line(new RegExp(`a +\\| did ${text}$`));
    },
    told: (pattern) => container.stderr.lines.filter((line) => OWN.test(line) && pattern.test(line)),
  };
};

const stop = async ({ container }: Echo): Promise<void> => {
  container.signal('SIGTERM');
  await container.ended;
};

test('a device that is full: told once, the program runs on', limit, async (t) => {
  const program = await echo(t, '/dev/full');
  await program.write('one');
  await program.container.stderr.line(/cannot write to the log file \/dev\/full: no space/);
  await program.write('two');
  await program.write('three');
  await stop(program);
  assert.equal(program.told(/cannot write/).length, 1, program.container.stderr.text());
  assert.deepEqual(
    program.told(/dropped$/).map((line) => line.replace(OWN, '')),
    ['14 bytes for the log file /dev/full were dropped'],
  );
});

test('a full disk: what was lost is counted once there is room again', asRoot, async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'tsinit-test-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=777', 'tmpfs', disk]);
  t.after(() => {
    execFileSync('umount', ['-l', disk]);
    rmdirSync(disk);
  });
  const [log, filler] = [join(disk, 'log'), join(disk, 'filler')];
  writeFileSync(log, '');
  assert.throws(() => writeFileSync(filler, new Uint8Array(128 * 1024)), /ENOSPC/);
  const program = await echo(t, log);
  await program.write('one');
  await program.container.stderr.line(/cannot write to the log file .*: no space/);
  await program.write('two');
  rmSync(filler);
  await program.write('three');
  const [, lost] = await program.container.stderr.line(/is written again; (\d+) bytes were dropped$/);
  await stop(program);
  // Whether the second line came before or after there was room is a matter of chance; that nothing is missing from the count is not.
  assert.equal(Number(lost) + statSync(log).size, 'one\ntwo\nthree\n'.length);
  assert.equal(program.told(/cannot write/).length, 1, program.container.stderr.text());
});

test('a folder that is gone when logs are opened again, and comes back', limit, async (t) => {
  const folder = join(temporaryFolder(t), 'logs');
  mkdirSync(folder);
  const log = join(folder, 'a.log');
  const program = await echo(t, log);
  await program.write('kept');
  await until(() => existsSync(log) && readFileSync(log, 'latin1') === 'kept\n');
  rmSync(folder, { recursive: true });
  program.container.signal('SIGUSR2');
  await program.container.stderr.line(/cannot open the log file .*: its directory does not exist; output for it is dropped/);
  await program.write('lost');
  mkdirSync(folder);
  program.container.signal('SIGUSR2');
  await program.container.stderr.line(/opening log files again: SIGUSR2/, 2);
  await program.write('again');
  const [, lost] = await program.container.stderr.line(/is written again; (\d+) bytes were dropped$/);
  await stop(program);
  assert.equal(Number(lost) + statSync(log).size, 'lost\nagain\n'.length);
  assert.match(readFileSync(log, 'latin1'), /again\n$/);
  assert.equal(program.told(/cannot open/).length, 1, program.container.stderr.text());
});

test('a file that may not be written: told once, the program runs on', asRoot, async (t) => {
  const log = join(temporaryFolder(t), 'a.log');
  writeFileSync(log, 'of others\n');
  chmodSync(log, 0o444);
  const program = await echo(t, log, ['--uid', '65534']);
  await program.write('one');
  await program.container.stderr.line(/cannot open the log file .*: permission denied; output for it is dropped/);
  await program.write('two');
  await stop(program);
  assert.equal(readFileSync(log, 'latin1'), 'of others\n');
  assert.equal(program.told(/cannot open/).length, 1, program.container.stderr.text());
});

test("a link that a program puts in its log's place is not followed when logs are opened again", asRoot, async (t) => {
  const folder = temporaryFolder(t);
  const own = join(folder, 'own');
  mkdirSync(own);
  chownSync(own, 65_534, 65_534);
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'secret\n');
  const log = join(own, 'a.log');
  const go = namedPipe(t);
  const script = join(folder, 'script');
  writeFileSync(
    script,
    `echo kept; read x < ${go}; rm ${log}; ln -s ${secret} ${log}; echo linked >&2; read x < ${go}; echo evil; echo done >&2; exec sleep 1000\n`,
  );
  const container = await supervise(t, steady('a', `/bin/sh ${script}`, `stdout_logfile=${log}\nuser=65534`));
  await until(() => existsSync(log) && readFileSync(log, 'latin1') === 'kept\n');
  writeFileSync(go, '\n');
  await container.stderr.line(/a +\| linked$/);
  container.signal('SIGUSR2');
  await container.stderr.line(/cannot open the log file .*: a link on its way can be changed by others than root; output for it is dropped/);
  writeFileSync(go, '\n');
  await container.stderr.line(/a +\| done$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(readFileSync(secret, 'latin1'), 'secret\n');
});

test('a pid file is not written through a link that others made', asRoot, async (t) => {
  const folder = temporaryFolder(t);
  const own = join(folder, 'own');
  mkdirSync(own);
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'secret\n');
  symlinkSync(secret, join(own, 'pid'));
  chownSync(own, 65_534, 65_534);
  const container = await supervise(t, `[tsinit]\npidfile=${own}/pid\n${steady('a', 'sh -c "echo up; exec sleep 1000"')}`);
  await container.stderr.line(/could not write pidfile .*: a link on its way can be changed by others than root/);
  await container.stdout.line(/up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(readFileSync(secret, 'latin1'), 'secret\n');
});

test('a log file is never longer than its limit, whatever is written at once; no line is cut by a rotation', limit, async (t) => {
  const folder = temporaryFolder(t);
  const log = join(folder, 'a.log');
  const program = `stdout_logfile=${log}\nstdout_logfile_maxbytes=4KB\nstdout_logfile_backups=100`;
  const container = await supervise(t, once('a', 'seq 1 20000', program));
  assert.equal(await container.ended, 0, container.stderr.text());
  const files = readdirSync(folder).filter((name) => name.startsWith('a.log'));
  assert.ok(files.length > 20);
  for (const name of files) {
    const content = readFileSync(join(folder, name), 'latin1');
    assert.ok(content.length <= 4096 && /^(?:\d+\n)+$/.test(content), name);
  }
  const numbers = files
    .sort((left, right) => Number(right.slice(6)) - Number(left.slice(6)))
    .flatMap((name) => readFileSync(join(folder, name), 'latin1').trim().split('\n'));
  assert.deepEqual(
    numbers.map(Number),
    Array.from({ length: 20_000 }, (_, index) => index + 1),
  );
});
