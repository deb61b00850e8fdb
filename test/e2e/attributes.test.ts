/** What the kernel gives a program by its options, seen from inside. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { configFile, linesOf, once, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };

test('limits, scores, priorities, processors', asRoot, async (t) => {
  const config = [
    once('limits', 'cat /proc/self/limits', 'limit_nofile=55:66\nlimit_core=0\nlimit_as=1GB:unlimited'),
    once('nice', 'nice', 'nice=5'),
    once('oom', 'cat /proc/self/oom_score_adj', 'oom_score_adj=300'),
    once('disk', 'ionice', 'io_priority=best-effort:6'),
    once('status', 'cat /proc/self/status', 'cpu_affinity=0'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 0, container.stderr.text());
  const of = (name: string): string => linesOf(container.stdout.lines, name).join('\n');
  assert.match(of('limits'), /^Max open files +55 +66 /m);
  assert.match(of('limits'), /^Max core file size +0 +0 /m);
  assert.match(of('limits'), /^Max address space +1073741824 +unlimited /m);
  assert.equal(of('nice'), '5');
  assert.equal(of('oom'), '300');
  assert.equal(of('disk'), 'best-effort: prio 6');
  assert.match(of('status'), /^Cpus_allowed_list:\t0$/m);
});

test('capabilities that are kept work for another user; supplementary groups; no new privileges', asRoot, async (t) => {
  const options = 'user=65534:65534\ngroups=1,4\ncapabilities=net_bind_service,chown\nno_new_privileges=true';
  const container = await supervise(t, once('a', 'cat /proc/self/status', options));
  assert.equal(await container.ended, 0, container.stderr.text());
  const status = linesOf(container.stdout.lines, 'a').join('\n');
  for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) assert.match(status, new RegExp(`^Cap${set}:\\t0000000000000401$`, 'm'));
  assert.match(status, /^Uid:\t65534\t65534/m);
  assert.match(status, /^Groups:\t1 4 $/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
});

test('a step that fails is told by its name', limit, async (t) => {
  const container = await supervise(t, once('a', 'true', 'cpu_affinity=1023\nstartretries=0'));
  assert.equal(await container.ended, 126, container.stdout.text());
  assert.match(container.stderr.text(), /cannot bind it to its processors: invalid argument/);
});

test('a terminal of its own: all three streams, a size, lines as they are written', limit, async (t) => {
  const script = "test -t 0 && test -t 1 && test -t 2 && echo terminal; stty size; echo to stderr >&2; printf 'no newline'";
  const container = await supervise(t, once('a', `sh -c "${script}"`, 'tty=true'));
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 'a'), ['terminal', '24 80', 'to stderr', 'no newline']);
});

test('an environment of its own, from files', limit, async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'a.env'), 'FROM_FILE=1\nBOTH=file\n');
  const options = `clear_env=true\nenv_file=${join(folder, 'a.env')} -${join(folder, 'none')}\nenvironment=BOTH=own`;
  const container = await supervise(t, once('a', '/usr/bin/env', options), { env: { PATH: '/usr/bin:/bin', DROPPED: '1' } });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual([...linesOf(container.stdout.lines, 'a')].sort(), [
    'BOTH=own',
    'FROM_FILE=1',
    'PATH=/usr/bin:/bin',
    'SUPERVISOR_ENABLED=1',
    'SUPERVISOR_GROUP_NAME=a',
    'SUPERVISOR_PROCESS_NAME=a',
  ]);
});

test('another root: the command and the directory count from there', asRoot, async (t) => {
  const container = await supervise(t, once('a', `${fixture('report')} cwd`, 'chroot=/proc/self/root\ndirectory=/tmp'));
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 'a'), ['cwd /tmp', 'reported']);
});

test("standard input as it is tsinit's own", limit, async (t) => {
  const container = await supervise(t, once('a', 'readlink /proc/self/fd/0', 'stdin=inherit'));
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 'a'), ['/dev/null']);
});

test('every limit there is', asRoot, async (t) => {
  const rows: Readonly<Record<string, readonly [value: string, row: RegExp]>> = {
    limit_cpu: ['100', /^Max cpu time +100 +100 /m],
    limit_fsize: ['1MB', /^Max file size +1048576 +1048576 /m],
    limit_data: ['1GB', /^Max data size +1073741824 +1073741824 /m],
    limit_stack: ['4MB', /^Max stack size +4194304 +4194304 /m],
    limit_rss: ['1GB', /^Max resident set +1073741824 +1073741824 /m],
    limit_nproc: ['1000', /^Max processes +1000 +1000 /m],
    limit_memlock: ['64KB', /^Max locked memory +65536 +65536 /m],
    limit_locks: ['10', /^Max file locks +10 +10 /m],
    limit_sigpending: ['11', /^Max pending signals +11 +11 /m],
    limit_msgqueue: ['1000', /^Max msgqueue size +1000 +1000 /m],
    limit_nice: ['0', /^Max nice priority +0 +0 /m],
    limit_rtprio: ['0', /^Max realtime priority +0 +0 /m],
    limit_rttime: ['1000', /^Max realtime timeout +1000 +1000 /m],
  };
  const options = Object.entries(rows).map(([name, [value]]) => `${name}=${value}`);
  const container = await supervise(t, once('a', 'cat /proc/self/limits', options.join('\n')));
  assert.equal(await container.ended, 0, container.stderr.text());
  const shown = linesOf(container.stdout.lines, 'a').join('\n');
  for (const [name, [, row]] of Object.entries(rows)) assert.match(shown, row, name);
});

test('minprocs raises the limit of processes, pdeathsig is set', { ...asRoot, skip: asRoot.skip || withPython.skip }, async (t) => {
  const script = join(temporaryFolder(t), 'ask.py');
  writeFileSync(script, 'import ctypes\nsignal = ctypes.c_int()\nctypes.CDLL(None).prctl(2, ctypes.byref(signal))\nprint(signal.value)\n');
  const config = `[tsinit]\nminprocs=300\n${once('limits', 'cat /proc/self/limits')}${once('death', `python3 ${script}`, 'pdeathsig=USR2')}`;
  const container = await startContainer(t, ['/usr/bin/prlimit', '--nproc=200:1000', tsinit, '-c', configFile(t, config)]);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(linesOf(container.stdout.lines, 'limits').join('\n'), /^Max processes +300 +1000 /m);
  assert.deepEqual(linesOf(container.stdout.lines, 'death'), ['12']);
});
