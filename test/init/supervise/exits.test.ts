/** Exits, process groups, signals and their scopes as the supervisor is told of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';
import { runAsPid1 } from '../../support/init.ts';

const teller = fixture('tell_signals');
const send = (pid: number, signal: number): void => {
  runAsPid1([], { file: '/bin/true', before: ['bash', '-c', `kill -${signal} ${pid}`] });
};

test('an exit brings its status, the time and what was used', async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 -- false');
  const [text] = await line(/^EXITED 1 .*$/);
  assert.match(text, / status=100 flags=1 exited=1 cpu=[1-9]\d* rss=1$/);
  tell('spawn 2 -- sleep 1000');
  await line(/^SPAWNED 2 /);
  tell('kill 2 9 0');
  await line(/^EXITED 2 .* status=9 flags=1 /);
});

test('every signal that can be sent to init is told, with its sender, real-time ones counted', async (t) => {
  const { container, line } = await converse(t);
  const told = Array.from({ length: 64 }, (_, index) => index + 1).filter((each) => ![9, 17, 19].includes(each));
  for (const signal of told) {
    send(container.pid, signal);
    await line(new RegExp(`^SIGNAL ${signal} pid=-1 uid=0 count=1$`));
  }
});

test('signals that come faster than they are taken are counted, not lost', async (t) => {
  const { container, line, supervisor } = await converse(t);
  process.kill(supervisor(), 'SIGSTOP');
  runAsPid1([], { file: '/bin/true', before: ['bash', '-c', `for i in {1..50}; do kill -40 ${container.pid}; done`] });
  send(container.pid, 41);
  process.kill(supervisor(), 'SIGCONT');
  await line(/^SIGNAL 41 /);
  const counts = container.stdout.lines.flatMap((each) => /^SIGNAL 40 .* count=(\d+)$/.exec(each)?.[1] ?? []);
  assert.equal(
    counts.reduce((sum, each) => sum + Number(each), 0),
    50,
  );
});

test('KILL reaches the main process or its whole group, real-time signals too', async (t) => {
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --child --exit 50=3`);
  await line(/^main ready$/);
  tell('kill 1 40 0');
  await line(/^main signal 40$/);
  tell('kill 1 41 1');
  await Promise.all([line(/^main signal 41$/), line(/^main-child signal 41$/)]);
  assert.doesNotMatch(container.stdout.text(), /main-child signal 40/);
  tell('kill 1 50 0');
  await line(/^EXITED 1 .* status=300 flags=0 /);
  tell('kill 1 42 0'); // the main process is gone: nobody else gets it
  tell('kill 1 43 1');
  await line(/^main-child signal 43$/);
  assert.doesNotMatch(container.stdout.text(), /main-child signal 42/);
  tell('kill 1 9 1');
  await line(/^GROUP_ENDED 1$/);
  tell('kill 1 9 1');
  tell('kill 4711 9 1'); // of a run long gone: no mistake
  tell('spawn 2 -- true');
  await line(/^EXITED 2 /);
  assert.doesNotMatch(container.stdout.text(), /PROTOCOL_ERROR/);
});

test('orphans are reaped, however many', async (t) => {
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${fixture('orphans')} 20000 200`);
  await line(/^orphans 20000$/);
  await line(/^EXITED 1 .* status=0 /);
  tell('sweep 1000');
  await line(/^SWEPT 0$/);
  assert.deepEqual(
    container.processes().filter(({ state }) => state === 'Z'),
    [],
  );
});

test('EXIT ends everything with that code', async (t) => {
  for (const code of [0, 7, 255]) {
    const { tell, line, end } = await converse(t);
    tell(`spawn 1 stdout=2 -- ${teller} --child --orphan`);
    await line(/^main ready$/);
    assert.equal(await end(code), code);
  }
});
