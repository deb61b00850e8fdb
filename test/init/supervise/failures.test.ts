/** A spawn that fails says at which step and why, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../../support/fake-supervisor.ts';
import { forRoot } from '../../support/root.ts';

const failures: readonly (readonly [what: string, attributes: string, told: RegExp])[] = [
  ['exec, not found', '-- no-such-program', /stage=17 errno=2 reason=1 path='no-such-program'/],
  ['exec, path not found', '-- /no/such/program', /stage=17 errno=2 reason=1 path='\/no\/such\/program'/],
  ['exec, not executable', '-- /etc/passwd', /stage=17 errno=13 reason=2 path='\/etc\/passwd'/],
  ['exec, a directory', '-- /etc', /stage=17 errno=13 reason=3 path='\/etc'/],
  ['limit beyond the hard one', 'uid=5 limit=7:5000000000:5000000000 -- true', /stage=7 errno=1 /],
  ['chroot', 'chroot=/no/such/root -- true', /stage=9 errno=2 /],
  ['directory', 'directory=/no/such/directory -- true', /stage=15 errno=2 /],
  ['directory that the user may not enter', 'uid=1234 directory=/root -- true', /stage=15 errno=13 /],
  ['request: bad umask', 'umask=01000 -- true', /stage=18 errno=22 .*out of range/],
  ['request: bad nice', 'nice=20 -- true', /stage=18 /],
  ['request: bad oom score', 'oom=1001 -- true', /stage=18 /],
  ['request: uid of all ones', 'uid=0xffffffff -- true', /stage=18 /],
  ['request: unknown resource', 'limit=16:1:1 -- true', /stage=18 .*no such resource/],
  ['request: bad stream', 'stdin=3 -- true', /stage=18 /],
  ['request: bad group', 'group=3 -- true', /stage=18 /],
  ['request: bad stop signal', 'stop=65:1:1 -- true', /stage=18 /],
  ['request: bad death signal', 'pdeath=0 -- true', /stage=18 /],
  ['request: no argv', '--', /stage=18 .*ARGV is missing/],
];

test('each stage that can be reached', forRoot, async (t) => {
  const { container, tell, line } = await converse(t, { launcher: ['--nofile', '100:4000'] });
  for (const [index, [what, attributes, told]] of failures.entries()) {
    tell(`spawn ${index + 1} ${attributes}`);
    const [text] = await line(new RegExp(`^(SPAWN_FAILED|SPAWNED) ${index + 1} .*$`));
    assert.match(text, told, what);
  }
  assert.deepEqual(
    container.processes().filter(({ state }) => state === 'Z'),
    [],
  );
});

test('steps that need a privilege fail without it, and say which they are', forRoot, async (t) => {
  const { tell, line } = await converse(t, { launcher: ['--uid', '1234'] });
  const denied: readonly (readonly [string, number])[] = [
    ['uid=0', 12],
    ['gid=0', 11],
    ['groups=0,7', 10],
    ['nice=-5', 6],
    ['oom=-900', 8],
    ['chroot=/', 9],
    ['caps=1', 13],
  ];
  for (const [index, [attribute, stage]] of denied.entries()) {
    tell(`spawn ${index + 1} ${attribute} -- true`);
    const [text] = await line(new RegExp(`^(SPAWN_FAILED|SPAWNED) ${index + 1} .*$`));
    assert.match(text, new RegExp(` stage=${stage} errno=(1|13) `), attribute);
  }
  tell('spawn 90 uid=1234 gid=1234 groups=1234 -- true'); // what is so already needs no right
  await line(/^EXITED 90 .* status=0 /);
});

test('no descriptor left: the pipe is the stage, and later spawns work again', async (t) => {
  const { tell, line } = await converse(t, { launcher: ['--nofile', '24:24'] });
  for (let run = 1; run <= 6; run++) tell(`spawn ${run} stdin=1 stdout=1 stderr=1 -- sleep 1000`);
  await line(/^SPAWN_FAILED \d stage=1 errno=24 /);
  tell('kill 1 9 1');
  tell('release 1');
  await line(/^EXITED 1 /);
  tell('spawn 50 -- true');
  await line(/^EXITED 50 .* status=0 /);
});
