/** What came from a run is known to be of it wherever it went: told about, signalled, ended. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { temporaryFolder, until } from '../../support/container.ts';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';
import { forRoot } from '../../support/root.ts';

const teller = fixture('tell_signals');
/** Writes a shell script; gives its path. */
const scripts = (t: TestContext) => {
  const folder = temporaryFolder(t);
  return (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `${text}\n`);
    return path;
  };
};

const limit = { timeout: 30_000 };

test('a daemon is told about by name, hears signals to the tree, and its end is told', limit, async (t) => {
  const { tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --daemon`);
  await line(/^EXITED 1 .* status=0 flags=3 .* left='tell_signals/);
  tell('release 1');
  tell('kill 1 15 1'); // its group is gone
  tell('kill 1 10 2');
  await line(/^main-daemon signal 10$/);
  tell('kill 1 9 2');
  await line(/^TREE_ENDED 1$/);
});

test('a signal to the tree reaches main process, group and strangers once; KILL ends them all', limit, async (t) => {
  const { tell, line, container } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --child --orphan`);
  tell(`spawn 2 stdout=2 -- ${teller} --name other --child --orphan`);
  await Promise.all([line(/^main ready$/), line(/^other ready$/)]);
  tell('kill 1 40 2');
  await Promise.all(['main', 'main-child', 'main-session'].map((name) => line(new RegExp(`^${name} signal 40$`))));
  tell('kill 1 9 2');
  await line(/^(EXITED 1 .* flags=1 .*|GROUP_ENDED 1|TREE_ENDED 1)$/);
  tell('kill 2 41 2');
  await Promise.all(['other', 'other-child', 'other-session'].map((name) => line(new RegExp(`^${name} signal 41$`))));
  assert.doesNotMatch(container.stdout.text(), /other.* signal 40/);
  assert.equal(container.stdout.lines.filter((each) => each.endsWith(' signal 40')).length, 3);
  tell('sweep 0');
  await line(/^LEFT 1 of 3 pid=1 run=2 killed=1 name='tell_signals/);
});

test('programs of another user, without the right to look at their limits', { ...limit, ...forRoot }, async (t) => {
  const { tell, line } = await converse(t, { launcher: ['--drop', '24'] });
  tell(`spawn 1 uid=65534 stdout=2 -- ${teller} --daemon`);
  await line(/^EXITED 1 .* flags=3 .* left='tell_signals/);
  tell('kill 1 9 2');
  await line(/^TREE_ENDED 1$/);
});

test('a daemon is followed: it is the main process from then on, by its own process group too', limit, async (t) => {
  const { tell, line } = await converse(t);
  const script = scripts(t);
  // The daemon says where it is when it hears signals; then what started it ends.
  const daemon = script('daemon', 'trap "echo heard; exit 5" USR1; echo "up $$"; echo > "$1"; while :; do sleep 0.05; done');
  const begin = script('begin', `mkfifo "$0.up"; setsid /bin/sh ${daemon} "$0.up" & read _ < "$0.up"`);
  tell(`spawn 1 stdout=2 -- /bin/sh ${begin}`);
  const pid = Number((await line(/^up (\d+)$/))[1]);
  await line(/^EXITED 1 .* status=0 flags=3/);
  tell(`spawn 2 stdout=2 -- /bin/sh ${script('other', 'echo "other $$"; exec sleep 1000')}`);
  const other = Number((await line(/^other (\d+)$/))[1]);
  tell(`follow 1 ${other}`);
  await line(/^FOLLOWED 1 pid=0$/);
  tell('follow 1 1');
  await line(/^FOLLOWED 1 pid=0$/, 2);
  tell('follow 1 4000000');
  await line(/^FOLLOWED 1 pid=0$/, 3);
  tell(`follow 1 ${pid}`);
  await line(new RegExp(`^FOLLOWED 1 pid=${pid}$`));
  tell('kill 1 10 0');
  await line(/^heard$/);
  await line(new RegExp(`^EXITED 1 pid=${pid} status=500 flags=1`));
});

test('while the main process lives, signals to it go to the followed process, and KILL to both', limit, async (t) => {
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --child`);
  await line(/^main ready$/);
  tell('follow 1 0x7ffffff0');
  await line(/^FOLLOWED 1 pid=0$/);
  tell(`spawn 2 stdout=2 -- /bin/sh ${scripts(t)('parent', 'sleep 1000 & echo "child $!"; wait; echo waited')}`);
  const child = Number((await line(/^child (\d+)$/))[1]);
  tell(`follow 2 ${child}`);
  await line(new RegExp(`^FOLLOWED 2 pid=${child}$`));
  tell('kill 2 15 0');
  await line(/^waited$/);
  await line(/^EXITED 2 .* status=0/);
  tell(`spawn 3 stdout=2 -- /bin/sh ${scripts(t)('both', "setsid sh -c 'echo other $$; exec sleep 1000' & wait")}`);
  const other = Number((await line(/^other (\d+)$/))[1]);
  tell(`follow 3 ${other}`);
  await line(new RegExp(`^FOLLOWED 3 pid=${other}$`));
  tell('kill 3 9 0');
  await line(/^EXITED 3 .* status=9/);
  await until(() => !container.processes().some(({ pid }) => pid === other));
});

test('without marks: by parents, and by the session of an orphan', limit, async (t) => {
  const { tell, line } = await converse(t);
  tell(`spawn 1 limit=10:5:5 stdout=2 -- ${teller} --orphan --exit 40=0`);
  await line(/^main ready$/);
  tell('kill 1 10 2');
  await Promise.all([line(/^main signal 10$/), line(/^main-session signal 10$/)]);
  tell('kill 1 9 2');
  await line(/^(EXITED 1 .* flags=1 .*|GROUP_ENDED 1|TREE_ENDED 1)$/);
});

test('one that forks while it is being killed does not get away', limit, async (t) => {
  const { tell, line, container } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --fleeing --exit 40=0`);
  await line(/^main ready$/);
  tell('kill 1 40 0');
  await line(/^EXITED 1 .* status=0 /);
  const ended = line(/^(TREE|GROUP)_ENDED 1$/);
  const again = setInterval(() => tell('kill 1 9 2'), 50);
  t.after(() => clearInterval(again));
  await ended;
  clearInterval(again);
  tell('sweep 0');
  await line(/^SWEPT 0$/);
  assert.equal(container.processes().length, 1);
});

test('a successor is told of strays', limit, async (t) => {
  const { tell, line } = await converse(t);
  tell('ready');
  tell(`spawn 1 stdout=2 -- ${teller} --daemon`);
  await line(/^EXITED 1 .* flags=3 /);
  tell('die 1');
  await line(/^RUN 1 .* state=14 /);
  await line(/^SYNCED$/, 2);
  tell('kill 1 9 2');
  await line(/^TREE_ENDED 1$/);
});

test('EXIT may leave alone what lives on', limit, async (t) => {
  const { tell, line, container } = await converse(t, { launcher: ['--no-namespace'] });
  tell(`spawn 1 stdout=2 -- ${teller} --daemon`);
  await line(/^EXITED 1 .* flags=3 /);
  const daemon = container.processes().find(({ command, parent }) => command.includes('--daemon') && parent === container.pid);
  assert.ok(daemon !== undefined);
  tell('exit 261');
  const code = container.ended;
  t.after(() => void spawnSync('kill', ['-9', String(daemon.pid)]));
  await until(() => !existsSync(`/proc/${container.pid}`));
  process.kill(daemon.pid, 'SIGKILL'); // it lives, and holds the streams
  assert.equal(await code, 5);
});
