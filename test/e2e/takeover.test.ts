/** The supervisor dies: programs run on, nothing they write is lost, and a successor goes on as if nothing had been. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Container, killSupervisor, supervisorPid, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const tell = fixture('tell_signals');

test('killed 100 times while programs write: no line is lost or torn, no program is started again', { timeout: 180_000 }, async (t) => {
  const writer = fixture('writer');
  const container = await supervise(t, steady('w', `${writer} w steady 80`) + steady('v', `${writer} v steady 333`, 'redirect_stderr=true'));
  await container.stdout.line(/w +\| w 0000000010/);
  await container.stdout.line(/v +\| v 0000000010/);
  for (let kill = 1; kill <= 100; kill++) {
    await killSupervisor(container);
    const seen = container.stdout.lines.length;
    if (kill % 10 !== 0) await until(() => container.stdout.lines.length > seen); // it has taken over; else it dies while it does
  }
  container.signal('SIGTERM');
  await container.ended;
  for (const [name, width] of [
    ['w', 80],
    ['v', 333],
  ] as const) {
    const lines = linesOf(container.stdout.lines, name);
    const last = Number(lines.at(-1)?.match(/^. last (\d+)$/)?.[1]);
    assert.ok(last > 0, `the writer was asked to stop and heard it: ${lines.at(-1)}`);
    let expected = 1;
    for (const line of lines.slice(0, -1)) {
      const number = Number(line.match(new RegExp(`^${name} (\\d{10}) x+\\.$`))?.[1]);
      assert.ok(number <= expected, `line ${expected} is missing before ${line}`);
      assert.equal(line.length, width - 1, `torn: ${line}`);
      if (number === expected) expected++; // a lower one is a repetition, which a kill during a write may cause
    }
    assert.equal(expected - 1, last, 'every line is there, and the count never began again');
  }
  const other = container.stdout.lines.filter((line) => !/^[wv] +\| /.test(line));
  assert.deepEqual(other, [], 'there is no torn line');
});

test('a successor takes over what it must stop, restart and report', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --exit 10=3 --exit 15=0`) + once('b', `${tell} --name b --exit 40=0 --exit 15=0`));
  await container.stdout.line(/main ready/);
  await container.stdout.line(/b ready/);
  await killSupervisor(container);
  container.signal('SIGUSR1');
  await container.stdout.line(/b signal 10/);
  // It ended, and was started again. A line alone is no proof: the crash may have repeated the first one (decision 4).
  await until(() => pidsOf(container, 'a').size === 2);
  await container.stdout.line(/main ready/, 2);
  await killSupervisor(container);
  container.signal(40);
  await container.stdout.line(/b signal 40/);
  await container.stdout.line(/main signal 40/);
  await killSupervisor(container);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(pidsOf(container, 'a').size, 2);
  assert.equal(pidsOf(container, 'b').size, 1, 'b ended for good');
});

test('a program that ends while there is no supervisor is dealt with by the next', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --exit 15=0`));
  await container.stdout.line(/main ready/);
  const victim = supervisorPid(container.pid);
  assert.ok(victim !== null);
  process.kill(victim, 'SIGSTOP');
  const outer = outerPid(container, 'tell_signals');
  process.kill(outer, 'SIGKILL');
  process.kill(victim, 'SIGKILL');
  await until(() => pidsOf(container, 'a').size === 2);
  await container.stdout.line(/main ready/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a supervisor killed during a stop is replaced, and the stop goes on', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --exit 10=0`, 'stopwaitsecs=30') + steady('b', `${tell} --name b --exit 15=0`, 'priority=1'));
  await container.stdout.line(/main ready/);
  await container.stdout.line(/b ready/);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  await killSupervisor(container);
  container.signal('SIGUSR1'); // a ends; it must not be started again, and b is next
  await container.stdout.line(/b signal 15/);
  await container.ended;
  assert.equal(pidsOf(container, 'a').size, 1);
});

/** Pids that a program was started with. A line may come twice when the supervisor is killed while it writes; a pid tells. */
const pidsOf = (container: Container, name: string): ReadonlySet<string> =>
  new Set(container.stderr.lines.flatMap((line) => line.match(new RegExp(`spawned: '${name}' with pid (\\d+)`))?.[1] ?? []));

/** Pid, as seen from here, of the child of PID 1 with that word in its command line. */
const outerPid = (container: Container, word: string): number => {
  for (const child of childrenOf(container.pid)) if (commandOf(child).includes(word) && child !== String(supervisorPid(container.pid))) return Number(child);
  throw new Error(`no ${word} among the children of PID 1`);
};

const childrenOf = (pid: number): readonly string[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
const commandOf = (pid: string): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');
