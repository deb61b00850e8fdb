/** What `tsinit doctor` makes of a container: whole containers are played, one defect each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from '../../src/cli/doctor/facts.ts';
import type { Look, Process } from '../../src/cli/doctor/facts.ts';
import { findingsOf } from '../../src/cli/doctor/findings.ts';
import { runAsPid1 } from '../support/init.ts';

type Played = {
  readonly files?: Readonly<Record<string, string>>;
  readonly writable?: readonly string[];
  readonly process?: Partial<Process>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly found?: string;
  readonly terminal?: true;
};

const NO_SIGNALS = 'blocked 0000000000000000\nignored 0000000000000000\n';
const healthy: Readonly<Record<string, string>> = {
  '/proc/1/comm': 'tsinit\n',
  '/proc/self/status': 'Name:\ttsinit\nCapEff:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n',
  '/proc/self/limits': 'Limit  Soft  Hard\nMax open files            1024                 4096                 files\n',
  '/proc/self/mounts': 'overlay / overlay rw,relatime 0 0\nproc /proc proc rw 0 0\n',
  '/proc/sys/vm/overcommit_memory': '0\n',
  '/proc/sys/kernel/osrelease': '6.1.0\n',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:\n',
  '/sys/fs/cgroup/cgroup.controllers': 'memory pids\n',
  '/sys/fs/cgroup/memory.max': 'max\n',
  '/sys/fs/cgroup/memory.oom.group': '0\n',
  '/sys/fs/cgroup/pids.max': 'max\n',
  '/dev/null': '',
  '/tmp': '',
};

const look = ({ files = {}, writable = ['/tmp'], terminal }: Played): Look => {
  const all = { ...healthy, ...files };
  return {
    text: (path) => (path in all ? (all[path] ?? null) : null),
    link: (path) => (path === '/proc/self/fd/0' && terminal ? '/dev/pts/0' : '/dev/null'),
    isThere: (path) => path in all,
    mayWrite: (path) => writable.includes(path),
    isTerminal: (descriptor) => descriptor === 0 && terminal === true,
  };
};

const findings = (played: Played): ReturnType<typeof findingsOf> =>
  findingsOf(
    factsOf(
      look(played),
      { pid: 1, uid: 1000, gid: 1000, groups: [], directory: '/', ...played.process },
      played.environment ?? {},
      played.found ?? NO_SIGNALS,
      ['/etc/tsinit.conf'],
    ),
  );

const textOf = (played: Played, topic: string): string | undefined => findings(played).find((each) => each.topic === topic)?.text;

test('a healthy container has nothing that makes trouble', () => {
  assert.deepEqual(
    findings({}).filter(({ hint }) => hint !== null),
    [],
  );
});

const defects: readonly (readonly [string, string, RegExp, Played])[] = [
  ['another PID 1', 'process', /process 7; PID 1 is docker-init/, { process: { pid: 7 }, files: { '/proc/1/comm': 'docker-init\n' } }],
  ['overcommit', 'kernel', /vm\.overcommit_memory is 2/, { files: { '/proc/sys/vm/overcommit_memory': '2\n' } }],
  ['blocked signals', 'signals', /^blocked: 1, 15$/, { found: 'blocked 0000000000004001\nignored 0000000000000000\n' }],
  ['ignored signals', 'signals', /^ignored: 13, 64$/, { found: 'blocked 0\nignored 8000000000001000\n' }],
  ['closed stdout', 'stdout', /^was closed$/, { found: `${NO_SIGNALS}closed 1\n` }],
  ['a descriptor', 'descriptors', /^7 was left open: \/var\/log\/a b$/, { found: `${NO_SIGNALS}left 7 /var/log/a b\n` }],
  ['few files', 'limits', /^at most 16 open files, may be raised to 32$/, { files: { '/proc/self/limits': 'Max open files 16 32 files\n' } }],
  ['endless files', 'limits', /1073741816 open files/, { files: { '/proc/self/limits': 'Max open files 1073741816 1073741816 files\n' } }],
  ['no name', 'user', /^no name, uid 4711, gid 0/, { process: { uid: 4711, gid: 0 } }],
  ['all capabilities', 'privileges', /all of them$/, { files: { '/proc/self/status': 'CapEff:\t000001ffffffffff\n' } }],
  ['powerless root', 'privileges', /^capabilities none$/, { process: { uid: 0 }, files: { '/proc/self/status': 'CapEff:\t0000000000000000\n' } }],
  ['OOM of all', 'cgroup', /memory\.oom\.group is 1$/, { files: { '/sys/fs/cgroup/memory.oom.group': '1\n' } }],
  ['little memory', 'memory', /^at most 16 MiB$/, { files: { '/sys/fs/cgroup/memory.max': '16777216\n' } }],
  ['few processes', 'processes', /^at most 8, threads included$/, { files: { '/sys/fs/cgroup/pids.max': '8\n' } }],
  ['nothing writable', 'writable', /^nothing; the root is read-only$/, { writable: [], files: { '/proc/self/mounts': 'overlay / overlay ro,relatime 0 0\n' } }],
  ['no time zone data', 'time zone', /^TZ is Asia\/Tokyo,/, { environment: { TZ: 'Asia/Tokyo' } }],
];

for (const [title, topic, text, played] of defects) {
  test(`the doctor names ${title}, and only that`, () => {
    const wrong = findings(played).filter(({ hint }) => hint !== null);
    assert.deepEqual(
      wrong.map((each) => each.topic),
      [topic],
    );
    assert.match(wrong[0]?.text ?? '', text);
  });
}

test('what is no defect is told as it is', () => {
  assert.equal(textOf({ terminal: true }, 'stdin'), 'a terminal (/dev/pts/0)');
  assert.equal(textOf({ writable: ['/tmp', '/sys/fs/cgroup/cgroup.subtree_control'] }, 'cgroup'), 'version 2, delegated to us');
  assert.equal(textOf({ environment: { TZ: 'CET-1CEST,M3.5.0,M10.5.0/3' } }, 'time zone'), 'CET-1CEST,M3.5.0,M10.5.0/3');
  assert.match(
    textOf({ files: { '/proc/self/mounts': 'overlay / overlay rw 0 0\nproc /proc proc rw,hidepid=2 0 0\n' } }, 'kernel') ?? '',
    /hides the processes of others/,
  );
  assert.match(textOf({ files: { '/etc/tsinit.conf': '' } }, 'configuration') ?? '', /^\/etc\/tsinit\.conf /);
});

test('the built file tells what init saw before Node was there', { timeout: 60_000 }, () => {
  const { stdout } = runAsPid1(['doctor'], { launcher: ['--close', '0'], before: ['sh', '-c', 'trap "" HUP; exec 5</etc/passwd; "$@"', 'sh'] });
  assert.match(stdout, /^ {2}process +tsinit is PID 1$/m);
  assert.match(stdout, /^! signals +ignored: 1$/m);
  assert.match(stdout, /^! stdin +was closed$/m);
  assert.match(stdout, /^! descriptors +5 was left open: \/etc\/passwd$/m);
});
