/** What holds for the whole container: a start that has to come to its end, failures that are not to be too many, turns, and who asked for the end. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Container, killSupervisor, temporaryFolder } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { linesOf, steady, supervise } from '../support/supervise.ts';

const tell = `${fixture('tell_signals')} --exit 15=0`;
const limit = { timeout: 60_000 };

type Report = {
  readonly code: number;
  readonly cause: string;
  readonly by: Readonly<Record<string, unknown>>;
  readonly program: { readonly name: string } | null;
};

/** The last line of all. */
const reportOf = async (container: Container): Promise<Report> => {
  await container.ended;
  return JSON.parse(container.stderr.lines.at(-1) ?? '') as Report;
};

test('crash_budget: programs that fail too often end everything, with a code of its own', limit, async (t) => {
  const config = `[tsinit]\nexit_report=stderr\ncrash_budget=3/600\n${steady('web', tell)}${steady('loop', "sh -c 'exit 3'")}`;
  const container = await supervise(t, config);
  assert.equal(await container.ended, 69);
  assert.match(container.stderr.text(), /exiting with code 69: more than 3 failures within 600 seconds, the last one of loop \(crash_budget\)/);
  const { cause, by, program } = await reportOf(container);
  assert.deepEqual([cause, by, program?.name], ['crash_budget', { rule: 'crash_budget' }, 'loop']);
});

test('start_timeout: whoever is not up in time ends everything, by name; a takeover does not make the time longer', limit, async (t) => {
  const config = `[tsinit]\nexit_report=stderr\nstart_timeout=2\n${steady('db', tell, 'ready_on=log:never said')}${steady('app', tell, 'depends_on=db:ready')}`;
  const container = await supervise(t, config);
  await container.stderr.line(/running: (?:\w+:)?db/);
  await killSupervisor(container);
  assert.equal(await container.ended, 75);
  assert.match(container.stderr.text(), /code 75: not everything is up within 2 seconds: app waits for db:ready, db is not ready \(start_timeout\)/);
  assert.equal((await reportOf(container)).cause, 'start_timeout');
});

test('start_timeout says nothing once everything is up', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nstart_timeout=1\n${steady('web', tell)}${steady('late', 'sh -c "sleep 2; echo later; sleep 1000"')}`);
  await container.stdout.line(/later/);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stderr.text(), /start_timeout/);
});

test('parallel_start: one after the other, whoever supervises them', limit, async (t) => {
  const names = ['a', 'b', 'c'];
  const programs = names.map((name) => `[program:${name}]\ncommand=${tell}\nstartsecs=1\n`).join('');
  const container = await supervise(t, `[tsinit]\nparallel_start=1\n${programs}`);
  await container.stderr.line(/spawned: 'a'/);
  await killSupervisor(container);
  await container.stderr.line(/running: (?:\w+:)?c/);
  const told = container.stderr.lines.flatMap((line) => line.match(/spawned: '\w'|running: \w/)?.[0] ?? []);
  assert.deepEqual(
    [...new Set(told)],
    names.flatMap((name) => [`spawned: '${name}'`, `running: ${name}`]),
  );
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('who asked for the stop: somebody outside, a program, a client', limit, async (t) => {
  const outside = await supervise(t, `[tsinit]\nexit_report=stderr\n${steady('web', tell)}`);
  await outside.stdout.line(/main ready/);
  outside.signal('SIGTERM');
  const uid = process.getuid?.() ?? 0;
  assert.deepEqual((await reportOf(outside)).by, { signal: 15, name: 'SIGTERM', pid: null, uid });
  assert.match(outside.stderr.text(), new RegExp(`stopping everything: SIGTERM, sent by user ${uid} from outside of this container`));

  const inside = await supervise(t, `[tsinit]\nexit_report=stderr\n${steady('web', `sh -c 'echo I am $$; kill -INT 1; sleep 1000'`)}`);
  const { by } = await reportOf(inside);
  const pid = Number(linesOf(inside.stdout.lines, 'web')[0]?.replace(/\D/g, ''));
  assert.deepEqual([by['name'], by['pid']], ['SIGINT', pid]);
  assert.match(inside.stderr.text(), new RegExp(`stopping everything: SIGINT, sent by process ${pid} of user \\d+`));

  const folder = temporaryFolder(t);
  const report = join(folder, 'report');
  const config = `[tsinit]\nexit_report=${report}\n[unix_http_server]\nfile=${folder}/s\n${steady('web', tell)}`;
  const asked = await supervise(t, config);
  await asked.stdout.line(/main ready/);
  const control = await remoteControl(t, join(folder, 's'));
  assert.equal(await control.ask('supervisor.shutdown'), true);
  assert.equal(await asked.ended, 0);
  const told = JSON.parse(readFileSync(report, 'utf8')) as Report;
  assert.match(String(told.by['client']), /unix|user \d+/);
  assert.match(asked.stderr.text(), /stopping everything: a command of (unix socket|user \d+)/);
});
