/** A container that is paused for longer than any of its deadlines, in either mode: frozen time counts for none of them. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Container, killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { type Freezer, freezerOf } from '../support/freezer.ts';
import { remoteControl } from '../support/remote.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const notify = fixture('notify');

const DEADLINE_S = 12;
const PAUSE_MS = (DEADLINE_S + 2) * 1000;

/** Longer than the deadlines, by the clock of everybody else. What is waited for has come when the pause is over: there was nobody to do it meanwhile. */
const pause = async (freezer: Freezer, go: string): Promise<void> => {
  await freezer.freeze();
  await new Promise((resolve) => void setTimeout(resolve, PAUSE_MS));
  writeFileSync(go, '');
  await freezer.thaw();
};

/** Waits for the file, in small steps: a single long sleep would be over at the end of the pause. */
const waitFor = (go: string): string => `while [ ! -e ${go} ]; do sleep 0.1; done`;

test('health checks, hooks, readiness, watchdogs and stops have their whole time after a pause', limit, async (t) => {
  const folder = temporaryFolder(t);
  const [go, socket] = [join(folder, 'go'), join(folder, 's')];
  const alive = `${notify} READY=1; while :; do ${notify} WATCHDOG=1; sleep 0.2; done`;
  const slow = `trap '${waitFor(go)}; echo has ended; exit 0' TERM; echo ready; while :; do sleep 0.1; done`;
  const container = await supervise(
    t,
    [
      `[unix_http_server]\nfile=${socket}\n[tsinit]\nexit_policy=never\nstop_window=60\n`,
      steady(
        'checked',
        'sleep 1000',
        `health_command=sh -c "echo > ${folder}/asking; ${waitFor(go)}"\nhealth_timeout=${DEADLINE_S}\nhealth_retries=1\nhealth_interval=1`,
      ),
      steady('hooked', 'sleep 1000', `start_pre=sh -c "echo > ${folder}/preparing; ${waitFor(go)}"\nhook_timeout=${DEADLINE_S}`),
      steady('late', `sh -c "echo begun; ${waitFor(go)}; ${notify} READY=1; exec sleep 1000"`, `ready_on=notify\nready_timeout=${DEADLINE_S}`),
      steady('watched', `sh -c "${alive}"`, `ready_on=notify\nwatchdog=${DEADLINE_S}`),
      steady('slow', `sh -c "${slow}"`, `stopwaitsecs=${DEADLINE_S}`),
    ].join('\n'),
    { env: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', TSINIT_WATCHDOG_SECONDS: String(DEADLINE_S) } },
  );
  const { ask, states } = await remoteControl(t, socket);
  await container.stdout.line(/^late +\| begun$/);
  await container.stdout.line(/^slow +\| ready$/);
  await container.stderr.line(/ready: watched/);
  await until(() => existsSync(join(folder, 'preparing')) && existsSync(join(folder, 'asking')), 'the hook and the check to begin');
  const startOf = async (): Promise<unknown> => ((await ask('supervisor.getProcessInfo', 'watched')) as { start: number }).start;
  const before = { states: await states(), start: await startOf() };
  await ask('supervisor.stopProcess', 'slow', false);

  const freezer = freezerOf(t, container.pid);
  t.diagnostic(`frozen by ${freezer.kind}`);
  await pause(freezer, go);

  await container.stdout.line(/^slow +\| has ended$/);
  await container.stderr.line(/stopped: slow \(exit status 0/);
  await container.stderr.line(/ready: late/);
  await container.stderr.line(/spawned: 'hooked'/);
  const after = await states();
  for (const name of ['checked', 'late', 'watched']) assert.equal(after[name], before.states[name], name);
  assert.equal(await startOf(), before.start, 'a start is no later for a pause after it');
  assert.doesNotMatch(container.stderr.text(), /unhealthy|killed|not ready|timed out|within|supervisor ended|starting it again/);
  container.signal('SIGTERM');
  await container.ended;
});

test('a program that is ready in time is up, a run that was frozen is no long one', limit, async (t) => {
  const folder = temporaryFolder(t);
  const go = join(folder, 'go');
  const container = await supervise(
    t,
    `[program:short]\ncommand=sh -c "echo begun; ${waitFor(go)}; exit 3"\nstartsecs=${DEADLINE_S}\nstartretries=0\n${once('other', 'sleep 1000')}`,
  );
  await container.stdout.line(/^short +\| begun$/);
  await pause(freezerOf(t, container.pid), go);
  await container.stderr.line(/gave up: short/);
  assert.doesNotMatch(container.stderr.text(), /running: short/, 'it has not been up for startsecs');
  container.signal('SIGTERM');
  await container.ended;
});

const directStop = async (container: Container, freezer: Freezer, go: string): Promise<number> => {
  await container.stdout.line(/^ready$/);
  container.signal('SIGTERM');
  await container.stdout.line(/^asked$/);
  await pause(freezer, go);
  return container.ended;
};

test('direct mode: neither half of the stop timeout nor its end comes while all are frozen', limit, async (t) => {
  const go = join(temporaryFolder(t), 'go');
  const main = `trap 'echo asked; ${waitFor(go)}; exit 5' TERM; (trap 'echo the rest is asked; exit' TERM; while :; do sleep 0.1; done) & echo ready; while :; do sleep 0.1; done`;
  const container = await startContainer(t, [tsinit, '--stop-timeout', String(DEADLINE_S), '--', 'sh', '-c', main]);
  assert.equal(await directStop(container, freezerOf(t, container.pid), go), 5);
  const lines = container.stdout.lines;
  assert.ok(lines.includes('the rest is asked'), 'after the end of the main process');
  assert.doesNotMatch(container.stderr.text(), /half of the stop timeout/);
});

test('a stop of everything gives everyone the whole time', limit, async (t) => {
  const folder = temporaryFolder(t);
  const go = join(folder, 'go');
  const script = `trap 'echo asked; ${waitFor(go)}; echo has ended; exit 0' TERM; echo ready; while :; do sleep 0.1; done`;
  const container = await supervise(t, steady('slow', `sh -c "${script}"`, `stopwaitsecs=${DEADLINE_S}`));
  await container.stdout.line(/^slow +\| ready$/);
  container.signal('SIGTERM');
  await container.stdout.line(/^slow +\| asked$/);
  await pause(freezerOf(t, container.pid), go);
  await container.stdout.line(/^slow +\| has ended$/);
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a successor goes on with deadlines that its predecessor has set after a pause', limit, async (t) => {
  const folder = temporaryFolder(t);
  const [go, socket] = [join(folder, 'go'), join(folder, 's')];
  const slow = `trap '${waitFor(`${go}2`)}; echo has ended; exit 0' TERM; echo ready; while :; do sleep 0.1; done`;
  const container = await supervise(
    t,
    [
      `[unix_http_server]\nfile=${socket}\n[tsinit]\nexit_policy=never\n`,
      steady('slow', `sh -c "${slow}"`, `stopwaitsecs=${DEADLINE_S}`),
      // Its deadline is there to show the pause.
      steady('late', `sh -c "echo begun; ${waitFor(go)}; ${notify} READY=1; exec sleep 1000"`, `ready_on=notify\nready_timeout=${DEADLINE_S}`),
    ].join('\n'),
  );
  const { ask } = await remoteControl(t, socket);
  await container.stdout.line(/^late +\| begun$/);
  await container.stdout.line(/^slow +\| ready$/);
  await pause(freezerOf(t, container.pid), go);
  await container.stderr.line(/ready: late/);
  await ask('supervisor.stopProcess', 'slow', false);
  await killSupervisor(container);
  // On a clock that counted the pause the deadline would be over: the successor would have sent KILL before it listens.
  await ask('tsinit.getVersion');
  writeFileSync(`${go}2`, '');
  await container.stderr.line(/stopped: slow \(exit status 0/);
  assert.doesNotMatch(container.stderr.text(), /killed/);
  container.signal('SIGTERM');
  await container.ended;
});
