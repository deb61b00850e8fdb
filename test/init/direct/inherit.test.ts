/** What the child of direct mode is given: masks, dispositions, descriptors, process group, environment. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder, tsinit } from '../../support/container.ts';
import { fixture, withPython } from '../../support/fixtures.ts';
import { runAsPid1 } from '../../support/init.ts';

const report = fixture('report');
const shell = (script: string): readonly string[] => ['bash', '-c', `${script}; exec "$@"`, 'bash'];
const lines = (text: string, start: string): readonly string[] => text.split('\n').filter((line) => line.startsWith(start));

test('no signal is blocked or ignored in the child, as started normally and with signals ignored', () => {
  for (const script of ['true', 'trap "" PIPE HUP INT CHLD RTMIN RTMAX']) {
    const { stdout } = runAsPid1(['--', report, 'signals'], { before: shell(script) });
    assert.deepEqual(lines(stdout, 'Sig'), ['SigBlk 0000000000000000', 'SigIgn 0000000000000000'], script);
  }
});

test('blocked and ignored signals of whoever started tsinit: none in the child; under another name as that program has it', withPython, (t) => {
  const leftover = [
    'import os, signal, sys',
    'signal.pthread_sigmask(signal.SIG_BLOCK, {10, 15})',
    'for each in (1, 2, 13, 25): signal.signal(each, signal.SIG_IGN if each in (1, 2) else signal.SIG_DFL)',
    'os.execv(sys.argv[1], sys.argv[1:])',
  ].join('\n');
  const before = ['python3', '-c', leftover];
  const folder = temporaryFolder(t);
  const kept = ['SigBlk 0000000000004200', 'SigIgn 0000000000000003'];
  const fresh = ['SigBlk 0000000000000000', 'SigIgn 0000000000000000'];
  for (const [name, expected] of [
    ['tsinit', fresh],
    ['dumb-init', fresh],
    ['tini', kept],
    ['catatonit', kept],
  ] as const) {
    const file = join(folder, name);
    symlinkSync(tsinit, file);
    assert.deepEqual(lines(runAsPid1(['--', report, 'signals'], { before, file }).stdout, 'Sig'), expected, name);
  }
});

test('descriptors from 3 up do not leak into the child, nor does ours', () => {
  const { stdout } = runAsPid1([report, 'fds'], { before: shell('exec 3</etc/passwd 7</etc/passwd 200</etc/passwd') });
  assert.deepEqual(
    lines(stdout, 'fd ').map((line) => line.split(' ')[1]),
    ['0', '1', '2'],
  );
});

test('--keep-descriptors, and links to inits that passed them on, leave them open', (t) => {
  const before = shell('exec 7</etc/passwd');
  const file = join(temporaryFolder(t), 'tini');
  symlinkSync(tsinit, file);
  assert.match(runAsPid1(['--keep-descriptors', report, 'fds'], { before }).stdout, /^fd 7 \/etc\/passwd$/m);
  assert.match(runAsPid1([report, 'fds'], { before, file }).stdout, /^fd 7 \/etc\/passwd$/m);
});

test('socket activation of ours becomes the child’s: descriptors stay, LISTEN_PID is its pid', () => {
  const outcome = runAsPid1([report, 'pid', 'env:LISTEN_PID', 'fds'], {
    before: shell('exec 3</etc/passwd 4</etc/group 5</etc/hostname'),
    env: { PATH: '/usr/bin:/bin', LISTEN_PID: '1', LISTEN_FDS: '2' },
  });
  const pid = /^pid (\d+)$/m.exec(outcome.stdout)?.[1];
  assert.equal(lines(outcome.stdout, 'env ')[0], `env ${Buffer.from(`LISTEN_PID=${pid}`).toString('hex')}`);
  assert.deepEqual(
    lines(outcome.stdout, 'fd ').map((line) => line.split(' ')[1]),
    ['0', '1', '2', '3', '4'],
  );
});

test('socket activation of somebody else is left alone', () => {
  const { stdout } = runAsPid1([report, 'env:LISTEN_PID', 'fds'], {
    before: shell('exec 3</etc/passwd'),
    env: { PATH: '/usr/bin:/bin', LISTEN_PID: '77', LISTEN_FDS: '1' },
  });
  assert.equal(lines(stdout, 'env ')[0], `env ${Buffer.from('LISTEN_PID=77').toString('hex')}`);
  assert.equal(lines(stdout, 'fd ').length, 3);
});

for (const closed of [[0], [1], [2], [0, 1, 2], [0, 2]]) {
  test(`closed at the start, /dev/null for the child: ${closed.join(', ')}`, () => {
    const launcher = closed.flatMap((fd) => ['--close', String(fd)]);
    const script = 'for n in 0 1 2; do readlink /proc/$$/fd/$n >&7; done'; // bash: it redirects in the forked child alone
    const outcome = runAsPid1(['--keep-descriptors', 'bash', '-c', script], { launcher, before: shell('exec 7>&1 < /etc/passwd') });
    const isNull = outcome.stdout
      .trim()
      .split('\n')
      .map((target) => target === '/dev/null');
    assert.deepEqual(
      isNull,
      [0, 1, 2].map((fd) => closed.includes(fd)),
    );
  });
}

test('the child leads a process group of its own; the environment is untouched', () => {
  const { stdout } = runAsPid1([report, 'pid', 'pgid', 'env'], { env: { PATH: '/bin', ODD: 'a=b\nc', NODE_OPTIONS: '--bad' } });
  assert.equal(/^pid (\d+)$/m.exec(stdout)?.[1], /^pgid (\d+)$/m.exec(stdout)?.[1]);
  const seen = lines(stdout, 'env ').map((line) => Buffer.from(line.slice(4), 'hex').toString());
  assert.deepEqual(seen.toSorted(), ['NODE_OPTIONS=--bad', 'ODD=a=b\nc', 'PATH=/bin']);
});
