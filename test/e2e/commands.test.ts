/** Commands through the control interface of the built file: what they do to programs, and what becomes of them when the supervisor dies. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { steady } from '../support/supervise.ts';

const LIMIT = { timeout: 60_000 };
const tell = fixture('tell_signals');
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';

const program = (name: string, words = '--exit 15=0', more = ''): string => steady(name, `${tell} --name ${name} ${words}`, more);

/** A container whose configuration stands in `path`; `{dir}` is its folder. */
const begin = async (t: TestContext, text: string, ...args: readonly string[]) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'tsinit.conf');
  const write = (content: string): void => writeFileSync(path, content.replaceAll('{dir}', folder));
  write(text);
  return { folder, write, container: await startContainer(t, [tsinit, '-c', path, ...args]) };
};

const UNIX = '[unix_http_server]\nfile={dir}/s\n';

const controlled = async (t: TestContext, text: string, ...args: readonly string[]) => {
  const begun = await begin(t, `${UNIX}${RPC}${text}`, ...args);
  const control = await remoteControl(t, join(begun.folder, 's'));
  /** Waits until the process is in that state. */
  const reached = async (name: string, state: string): Promise<string> => {
    for (;;) {
      const found = (await control.states())[name] ?? 'gone';
      if (found.split(' ')[0] === state) return found;
      t.signal.throwIfAborted();
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
  };
  return { ...begun, ...control, reached };
};

test('start, stop, signal, standard input, and why', LIMIT, async (t) => {
  const { container, ask, folder, reached } = await controlled(
    t,
    `${program('a', '--exit 15=0', 'stopasgroup=true')}[program:cat]\ncommand=cat\nstdin=pipe\nautostart=false\nstartsecs=0\n[program:gone]\ncommand=/no/such\nautostart=false\n`,
  );
  await container.stdout.line(/a ready/);
  assert.match(String(await ask('tsinit.why', 'cat')), /^cat has never been started: autostart=false/u);
  assert.equal(await ask('supervisor.sendProcessStdin', 'cat', 'x'), '70 NOT_RUNNING: cat');
  assert.equal(await ask('supervisor.startProcess', 'cat'), true);
  assert.equal(await ask('supervisor.startProcess', 'cat'), '60 ALREADY_STARTED: cat');
  assert.equal(await ask('supervisor.sendProcessStdin', 'cat', 'hello\n'), true);
  await container.stdout.line(/cat +\| hello$/);
  await killSupervisor(container);
  assert.equal(await ask('supervisor.sendProcessStdin', 'cat', 'after a takeover\n'), true);
  await container.stdout.line(/cat +\| after a takeover$/);
  assert.equal(await ask('supervisor.sendProcessStdin', 'a', 'x'), '20 NO_FILE: a', 'its input is /dev/null');
  assert.equal(await ask('supervisor.startProcess', 'gone'), "20 NO_FILE: can't find command '/no/such'");
  assert.equal(await ask('supervisor.signalProcess', 'a', 'USR1'), true);
  await container.stdout.line(/a signal 10/);
  assert.equal(await ask('supervisor.stopProcess', 'cat'), true);
  assert.equal(await ask('supervisor.signalProcess', 'cat', 'USR1'), '70 NOT_RUNNING: cat');
  assert.match(String(await ask('tsinit.why', 'cat')), /^cat was stopped on request at .+ \(terminated by SIGTERM\)\.$/u);
  await reached('a', 'RUNNING');
  assert.equal(await ask('supervisor.shutdown'), true);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(existsSync(join(folder, 's')), false, 'no socket is left');
});

test('more than a pipe holds goes in bit by bit, in order; beyond the limit it is refused whole', LIMIT, async (t) => {
  const conf = '[program:late]\ncommand=sh -c "mkfifo {dir}/go; echo waits; read x < {dir}/go; cat > {dir}/copy"\nstdin=pipe\nstartsecs=0\nautorestart=false\n';
  const { container, ask, folder, reached } = await controlled(t, conf);
  await container.stdout.line(/waits$/);
  const piece = (number: number): string => `${String(number).padStart(9, '0')}\n`.repeat(10_000);
  let sent = 0;
  let answer: unknown = true;
  while (sent < 20) {
    answer = await ask('supervisor.sendProcessStdin', 'late', piece(sent));
    if (answer !== true) break;
    sent += 1;
  }
  assert.ok(sent >= 10 && sent < 13, `${sent} pieces of 100,000 bytes were taken`);
  assert.match(String(answer), /^121 TOO_MUCH: late does not read/u);
  writeFileSync(join(folder, 'go'), 'go\n');
  const expected = Array.from({ length: sent }, (_, number) => piece(number)).join('');
  await until(() => t.signal.aborted || (existsSync(join(folder, 'copy')) && statSync(join(folder, 'copy')).size >= expected.length));
  assert.equal(readFileSync(join(folder, 'copy'), 'latin1'), expected);
  await reached('late', 'RUNNING');
  assert.equal(await ask('supervisor.stopProcess', 'late'), true);
});

test('a restart of everything goes on when the supervisor dies in the middle', LIMIT, async (t) => {
  const stubborn = `[program:stubborn]\ncommand=${tell} --name stubborn --exit 10=0\nstartsecs=0\nstopwaitsecs=3600\npriority=2000\n`;
  const { container, ask, states, reached } = await controlled(t, stubborn + program('other'));
  for (const name of ['stubborn', 'other']) await container.stdout.line(new RegExp(`${name} ready`));
  const before = await states();
  assert.equal(await ask('supervisor.restart'), true);
  await container.stdout.line(/stubborn signal 15/);
  assert.equal(await ask('supervisor.getState'), '6 SHUTDOWN_STATE');
  assert.match(String(await ask('tsinit.why', 'other')), /; everything is being restarted\.$/u);
  await killSupervisor(container);
  assert.equal(await ask('supervisor.startProcess', 'other'), '6 SHUTDOWN_STATE', 'the successor knows');
  const inner = Number(before['stubborn']?.split(' ')[1]);
  process.kill(outerPid(container.pid, inner), 'SIGUSR1');
  for (const name of ['stubborn', 'other']) {
    await container.stdout.line(new RegExp(`${name} ready`), 2);
    assert.notEqual(await reached(name, 'RUNNING'), before[name], 'also what has not changed is new');
  }
  assert.equal(await stateOf(ask), 'RUNNING');
});

test('a start that has to wait for another program, and the wait for readiness', LIMIT, async (t) => {
  const db = 'command=sh -c "mkfifo {dir}/go; echo warms up; read x < {dir}/go; echo listening; exec sleep 1000"\nready_on=log:listening\n';
  const app = `command=${tell} --name app --exit 15=0\ndepends_on=db:ready\n`;
  const { container, ask, folder, states } = await controlled(t, `[program:db]\nautostart=false\n${db}[program:app]\nautostart=false\nstartsecs=0\n${app}`);
  const started = ask('supervisor.startProcess', 'app');
  const ready = ask('tsinit.waitFor', 'db', 'ready', 3600);
  await container.stdout.line(/warms up$/);
  assert.equal(await ask('tsinit.why', 'app'), 'app waits for db:ready, as depends_on says.');
  assert.equal(await ask('supervisor.startProcess', 'app'), '60 ALREADY_STARTED: app');
  assert.match((await states())['app'] ?? '', /^STOPPED /u);
  writeFileSync(join(folder, 'go'), 'go\n');
  assert.equal(await started, true);
  assert.equal(((await ready) as { readonly outcome: string }).outcome, 'reached');
  await container.stdout.line(/app ready/);
  assert.equal(await ask('supervisor.stopProcess', 'app'), true);
  assert.equal(await ask('supervisor.stopProcess', 'db'), true);
  const again = ask('supervisor.startProcess', 'app');
  await container.stdout.line(/warms up$/, 2);
  assert.equal(await ask('supervisor.stopProcess', 'app'), true, 'it waits no more');
  assert.equal(await again, '40 ABNORMAL_TERMINATION: app');
});

test('servers come and go with the configuration', LIMIT, async (t) => {
  const { container, folder, write } = await begin(t, program('a'));
  await container.stdout.line(/a ready/);
  write(`${UNIX}${RPC}${program('a')}`);
  container.signal('SIGHUP');
  const first = await remoteControl(t, join(folder, 's'));
  assert.deepEqual(Object.keys(await first.states()), ['a']);
  write(`[unix_http_server]\nfile={dir}/other\nchmod=0770\n${RPC}${program('a')}`);
  container.signal('SIGHUP');
  const second = await remoteControl(t, join(folder, 'other'));
  assert.deepEqual(Object.keys(await second.states()), ['a']);
  assert.equal(existsSync(join(folder, 's')), false);
  assert.equal(statSync(join(folder, 'other')).mode & 0o7777, 0o770);
  write(program('a'));
  container.signal('SIGHUP');
  await until(() => t.signal.aborted || !existsSync(join(folder, 'other')));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(container.stdout.lines.filter((line) => line.includes('a ready')).length, 1, 'the program has run on');
});

const stateOf = async (ask: (method: string) => Promise<unknown>): Promise<string> =>
  ((await ask('supervisor.getState')) as { readonly statename: string }).statename;

/** A process of the container by its number inside. */
const outerPid = (init: number, inner: number): number => {
  const children = readFileSync(`/proc/${init}/task/${init}/children`, 'latin1').trim().split(' ');
  return Number(children.find((child) => readFileSync(`/proc/${child}/status`, 'latin1').match(/^NSpid:.*\s(\d+)$/m)?.[1] === String(inner)));
};
