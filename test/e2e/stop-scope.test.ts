/** How far a stop reaches, what becomes of programs that put themselves into the background, and what is said of it at the end. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, once, steady, supervise } from '../support/supervise.ts';

const tell = fixture('tell_signals');
const limit = { timeout: 60_000 };
const others = `${tell} --name other --exit 15=0`;

test('stop_scope=tree: every descendant hears the stop signal, those in sessions of their own too', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --child --orphan --exit 15=0`, 'stop_scope=tree\nstopwaitsecs=1'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.ended;
  for (const name of ['main', 'main-child', 'main-session']) assert.match(container.stdout.text(), new RegExp(`${name} signal 15`));
  assert.match(container.stderr.text(), /killing what is left of 'a' with SIGKILL/);
  assert.doesNotMatch(container.stderr.text(), /warn: left behind/, 'nothing remains for the sweep');
});

test('stop_scope=process: the main process alone; what is left then is told, and killed', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --child --orphan --exit 15=0`, 'stop_scope=process\nstopwaitsecs=600'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stderr.text(), /stopping what a has left behind: process \d+ \("tell_signals/);
  assert.match(container.stderr.text(), /killing what is left of 'a' with SIGKILL/);
  assert.doesNotMatch(container.stderr.text(), /warn: left behind/);
});

test('stop_scope_signal=main: the others are waited for, and not told', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --child --exit 15=0`, 'stop_scope=tree\nstop_scope_signal=main\nstopwaitsecs=1'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /main signal 15/);
  assert.doesNotMatch(container.stdout.text(), /main-child signal/);
  assert.match(container.stderr.text(), /killing what is left of 'a' with SIGKILL/);
});

test('a program that daemonises: told about by name, and in the end swept and named, in the exit report too', limit, async (t) => {
  const report = join(temporaryFolder(t), 'report.json');
  const head = `[tsinit]\nexit_report=${report}\nexit_policy=never\n`;
  const container = await supervise(t, head + once('d', `${tell} --daemon`) + steady('s', others));
  await container.stderr.line(
    /in the background: process \d+ \("tell_signals.*"\), which d has left there, lives on and is not supervised; let d run in the foreground/,
  );
  await container.stdout.line(/other ready/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /main-daemon signal 15/);
  assert.match(container.stderr.text(), /left behind: process \d+ \("tell_signals.*"\), which came from d, had to be killed/);
  const { left } = JSON.parse(readFileSync(report, 'utf8')) as { readonly left: readonly unknown[] };
  assert.partialDeepStrictEqual(left, [{ program: 'd', killed: true }]);
});

test('no two of a program that daemonises live at the same time', limit, async (t) => {
  const restless = `[program:e]\ncommand=${tell} --name e --daemon\nautorestart=true\nstartsecs=0\nrestart_budget=2/600\n`;
  const container = await supervise(t, `[tsinit]\nexit_policy=never\n${restless}`);
  await container.stderr.line(/which e has left there/, 3);
  await container.stderr.line(/gave up: e,/);
  await until(() => container.processes().filter(({ command }) => command.includes('--name e')).length === 0);
  container.signal('SIGTERM');
  await container.ended;
});

test('a reload ends the daemon before its program starts again, also under a supervisor that has not seen it go', limit, async (t) => {
  const config = (exitCodes: string): string => `[tsinit]\nexit_policy=never\n${once('d', `${tell} --daemon --exit 15=0`, `exitcodes=${exitCodes}`)}`;
  const file = configFile(t, config('0'));
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stderr.line(/which d has left there/);
  await container.stdout.line(/main-daemon ready/);
  await killSupervisor(container);
  writeFileSync(file, config('0,1'));
  container.signal('SIGHUP');
  await container.stdout.line(/main-daemon signal 15/);
  await container.stdout.line(/main-daemon ready/, 2);
  assert.ok(container.stderr.lines.findIndex((line) => /stopping what d has left behind/.test(line)) >= 0);
  container.signal('SIGTERM');
  await container.ended;
  assert.equal(container.stdout.lines.filter((line) => /main-daemon signal 15/.test(line)).length, 2);
});

test('leave_nothing=false: nobody is told or waited for at the end', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nleave_nothing=false\nexit_policy=never\n${once('d', `${tell} --daemon`)}${steady('s', others)}`);
  await container.stderr.line(/which d has left there/);
  await container.stdout.line(/other ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stdout.text(), /main-daemon signal/);
  assert.doesNotMatch(container.stderr.text(), /warn: left behind/);
});
