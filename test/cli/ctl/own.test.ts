/** What tsinit ctl can do beyond supervisorctl, and how it says what went wrong: the built file with a server of its own. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isPasswordOf } from '../../../src/control/client/password-hash.ts';
import { type Container, startContainer, temporaryFolder, tsinit, until } from '../../support/container.ts';
import { isInPath } from '../../support/fixtures.ts';
import { type LineWatch, watchLines } from '../../support/line-watch.ts';
import { startInTerminal } from '../../support/terminal.ts';
import { write } from '../tool.ts';
import { ask, type Said } from './clients.ts';

const LIMIT = { timeout: 120_000, skip: process.getuid?.() === 0 ? false : 'only root can make the namespaces of this test' } as const;

type Scene = { readonly folder: string; readonly file: string; readonly container: Container; readonly ctl: (line: string, input?: string) => Promise<Said> };

const steady = (name: string, more = ''): string => `[program:${name}]\ncommand=sleep 1000\nstartsecs=0\n${more}`;

const scene = async (t: TestContext, programs: string, server = 'file=%(here)s/s.sock'): Promise<Scene> => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'tsinit.conf', `[tsinit]\nexit_policy=never\n[unix_http_server]\n${server}\n${programs}`);
  const container = await startContainer(t, [tsinit, '-c', file]);
  const ctl = (line: string, input?: string): Promise<Said> =>
    ask([tsinit], ['ctl', '-c', file, ...line.split(' ').filter((word) => word !== '')], { folder, ...(input === undefined ? {} : { input }) });
  // Programs run before the server listens.
  for (let said = await ctl('version'); said.code !== 0; said = await ctl('version')) if (t.signal.aborted) throw new Error(said.stderr);
  return { folder, file, container, ctl };
};

const follow = (
  t: TestContext,
  { folder, file }: Scene,
  line: string,
): { readonly shown: LineWatch; readonly interrupt: () => void; readonly ended: Promise<unknown> } => {
  const child = spawn(tsinit, ['ctl', '-c', file, ...line.split(' ')], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void child.kill('SIGKILL'));
  const shown = watchLines(line);
  child.stdout.on('data', shown.push);
  const ended = new Promise((resolve) => {
    child.once('close', (code) => {
      shown.end();
      resolve(code);
    });
  });
  return { shown, interrupt: () => void child.kill('SIGINT'), ended };
};

test('status --json: one document, and the codes of status', LIMIT, async (t) => {
  const { ctl } = await scene(t, `${steady('up')}${steady('off', 'autostart=false\n')}${steady('n', 'numprocs=2\nprocess_name=x%(process_num)d\n')}`);
  const { code, stdout, stderr } = await ctl('status --json');
  assert.deepEqual([code, stderr], [3, '']);
  const all = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual(
    all.map(({ name, group, process, state, stateCode }) => [name, group, process, state, stateCode]),
    [
      ['n:x0', 'n', 'x0', 'RUNNING', 20],
      ['n:x1', 'n', 'x1', 'RUNNING', 20],
      ['off', 'off', 'off', 'STOPPED', 0],
      ['up', 'up', 'up', 'RUNNING', 20],
    ],
  );
  assert.deepEqual([all[2]?.['pid'], all[2]?.['startedAt'], all[2]?.['uptimeSeconds']], [null, null, null]);
  assert.ok(Number(all[3]?.['pid']) > 1 && Number(all[3]?.['startedAt']) > 1e9);
  assert.deepEqual([all[2]?.['memoryBytes'], all[2]?.['cpuSeconds']], [null, null]);
  assert.ok(Number(all[3]?.['memoryBytes']) > 0 && Number(all[3]?.['cpuSeconds']) >= 0);
  const some = await ctl('status --json up nobody');
  assert.deepEqual([some.code, (JSON.parse(some.stdout) as unknown[]).length], [4, 1]);
  assert.match(some.stderr, /^tsinit ctl: nobody: ERROR \(no such process\)$/mu);
  assert.deepEqual([(await ctl('status --frobnicate')).code], [2]);
});

test('why: a sentence for each', LIMIT, async (t) => {
  const { ctl } = await scene(t, `${steady('up')}${steady('off', 'autostart=false\n')}`);
  const { code, stdout } = await ctl('why up off nobody');
  const [up, off, nobody] = stdout.split('\n');
  assert.equal(code, 1);
  assert.match(up ?? '', /^up .*\.$/u);
  assert.match(off ?? '', /^off .*autostart=false.*\.$/u);
  assert.equal(nobody, 'nobody: ERROR (no such process)');
});

test('wait: reached, late, never; unknown words', LIMIT, async (t) => {
  const { ctl } = await scene(t, `${steady('up')}${steady('off', 'autostart=false\n')}[program:gone]\ncommand=/no/such\nstartretries=0\n`);
  assert.deepEqual([(await ctl('wait up')).code, (await ctl('wait up --for ready --timeout=100')).stdout], [0, 'up: ready\n']);
  const late = await ctl('wait off --for running --timeout 0');
  assert.equal(late.code, 8);
  assert.match(late.stdout, /^off: ERROR \(not running in time: /u);
  const never = await ctl('wait gone --for running --timeout 60');
  assert.equal(never.code, 7);
  assert.match(never.stdout, /^gone: ERROR \(will not be running: /u);
  assert.equal((await ctl('wait off gone --for exited --timeout 60')).stdout, 'off: exited\ngone: exited\n');
  for (const [line, why] of [
    ['wait', /requires a process name/u],
    ['wait up --for sleeping', /not sleeping/u],
    ['wait up --timeout soon', /a time such as 10, 0\.5, 500ms, 30s or 5m/u],
    ['wait up --for', /--for needs a value/u],
    ['wait up --what', /does not know --what/u],
  ] as const) {
    const { code, stdout } = await ctl(line);
    assert.equal(code, 2, line);
    assert.match(stdout, why);
  }
});

test('wait is over when the process starts', LIMIT, async (t) => {
  const all = await scene(t, steady('off', 'autostart=false\n'));
  const { shown, ended } = follow(t, all, 'wait off --for running --timeout 60');
  assert.equal((await all.ctl('start off')).code, 0);
  await shown.line(/^off: running$/u);
  assert.equal(await ended, 0);
});

test('restart --rolling: one after the other, and no further than the first failure', LIMIT, async (t) => {
  const { ctl, folder } = await scene(
    t,
    `${steady('n', 'numprocs=2\nprocess_name=x%(process_num)d\n')}[group:g]\nprograms=a,b,c\n${steady('a')}[program:b]\ncommand=%(here)s/b\nstartsecs=0\n${steady('c')}`,
  );
  const good = await ctl('restart --rolling n:*');
  assert.deepEqual([good.code, good.stdout], [0, 'n:x0: stopped\nn:x0: started\nn:x1: stopped\nn:x1: started\n']);
  assert.equal(existsSync(join(folder, 'b')), false);
  const bad = await ctl('restart --rolling g:*');
  // It may be waiting for its next try, or have been given up.
  assert.match(bad.stdout, /^g:a: stopped\ng:a: started\n(?:g:b: stopped\n)?g:b: ERROR \(no such file\)\n$/u);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /not restarted, since g:b has failed: g:c/u);
});

const talks = (name: string): string =>
  `[program:${name}]\ncommand=sh -c "echo first of ${name}; read x < %(here)s/go; echo second of ${name}; exec sleep 1000"\nstartsecs=0\nstdout_logfile=%(here)s/${name}.out\n`;

test('tail -f of many: whole lines behind names, until Ctrl-C', LIMIT, async (t) => {
  const all = await scene(t, `${talks('one')}${talks('three')}`);
  const { shown, interrupt, ended } = follow(t, all, 'tail -f one three');
  await shown.line(/^one {3}\| first of one$/u);
  await shown.line(/^three \| first of three$/u);
  interrupt();
  assert.equal(await ended, 0);
});

test('events: one JSON object a line', LIMIT, async (t) => {
  const all = await scene(t, steady('off', 'autostart=false\n'));
  const { shown, interrupt, ended } = follow(t, all, 'events PROCESS_STATE');
  // The stream begins when the server has it: what is before is not told.
  let isHeard = false;
  void shown.line(/PROCESS_STATE_RUNNING/u).then(() => (isHeard = true));
  while (!isHeard && !t.signal.aborted) for (const line of ['start off', 'stop off']) await all.ctl(line);
  const event = JSON.parse(shown.lines[0] ?? '') as Readonly<Record<string, unknown>>;
  assert.match(String(event['type']), /^PROCESS_STATE_/u);
  interrupt();
  assert.equal(await ended, 0);
});

test('hash-password: what is piped in, as a hash that fits', LIMIT, async (t) => {
  const said = await ask([tsinit], ['ctl', '-s', 'unix:///nowhere', 'hash-password'], { folder: temporaryFolder(t), input: 'se:cret ü\n' });
  assert.equal(said.code, 0, said.stderr);
  assert.equal(await isPasswordOf(said.stdout.trim(), 'se:cret ü'), true);
  const none = await ask([tsinit], ['ctl', 'hash-password'], { folder: temporaryFolder(t) });
  assert.equal(none.code, 1);
});

test('a reader that goes away ends it without a word', LIMIT, async (t) => {
  const { file, folder } = await scene(t, steady('n', 'numprocs=200\nprocess_name=%(process_num)d\n'));
  const script = `'${tsinit}' ctl -c '${file}' status | head -1; echo \${PIPESTATUS[0]}`;
  const said = await ask(['/bin/bash'], ['-c', `${script}; for i in 1 2 3 4 5; do '${tsinit}' ctl -c '${file}' help | true; done`], { folder });
  assert.match(said.stdout, /^n:0 +RUNNING/u);
  assert.equal(said.stderr, '');
});

const inside = ({ pid }: Container, line: string): Promise<string> =>
  new Promise((resolve) => {
    execFile('nsenter', ['-t', String(pid), '-m', '-p', tsinit, ...line.split(' ')], (_error, stdout) => resolve(stdout));
  });

for (const [name, server] of [
  ['a path', 'file=%(here)s/s.sock'],
  ['an abstract socket, which has no other way in', `file=@tsinit-test-${process.pid}`],
] as const)
  test(`inside the container it needs no words, the configuration is that of PID 1: ${name}`, LIMIT, async (t) => {
    if (!isInPath('nsenter')) return t.skip('there is no nsenter');
    const file = write(temporaryFolder(t), 'tsinit.conf', `[unix_http_server]\n${server}\n${steady('up')}`);
    const container = await startContainer(t, [tsinit, '-c', file]);
    let shown = '';
    for (; shown === '' && !t.signal.aborted; ) shown = await inside(container, 'ctl status');
    assert.match(shown, /^up +RUNNING +pid \d+, uptime /u);
  });

test('what is wrong is said in a sentence, with where the address came from', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 'a.conf', `[unix_http_server]\nfile=${folder}/none.sock\n`);
  const say = async (...words: readonly string[]): Promise<Said> => ask([tsinit], ['ctl', ...words], { folder });
  const none = await say('-c', file, 'status');
  assert.deepEqual([none.code, none.stdout], [4, '']);
  assert.match(
    none.stderr,
    /^tsinit ctl: cannot reach the server at unix:\/\/DIR\/none\.sock \(of \[unix_http_server\], DIR\/a\.conf:1\): there is no such socket; /u,
  );
  const unknown = await say('-c', file, 'stats');
  assert.deepEqual([unknown.code, unknown.stdout], [1, '*** Unknown syntax: stats; did you mean status?\n']);
  const misused = await say('--frobnicate');
  assert.deepEqual([misused.code, misused.stderr], [2, 'tsinit ctl: option --frobnicate not recognized; for help: tsinit ctl -h\n']);
  const missing = await say('-c', `${folder}/b.conf`, 'status');
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /cannot read the configuration DIR\/b\.conf: there is no such file/u);
  const help = await say('-h');
  assert.match(help.stdout, /Usage: tsinit ctl \[options\]/u);
  assert.equal(help.code, 0);
});

test('status --watch: a screen that follows, and is left by Ctrl-C', LIMIT, async (t) => {
  const { file, ctl } = await scene(t, steady('off', 'autostart=false\n'));
  const terminal = startInTerminal(t, [tsinit, 'ctl', '-c', file, 'status', '--watch']);
  await terminal.shown.line(/off +STOPPED/u);
  await ctl('start off');
  await terminal.shown.line(/off +RUNNING/u);
  terminal.order('type \\x03');
  await terminal.ended;
  const text = terminal.shown.text();
  assert.ok(text.includes('\u001b[?1049h') && text.lastIndexOf('\u001b[?1049l') > text.lastIndexOf('RUNNING'), JSON.stringify(text));
});

test('status --watch without a terminal: a status for each change', LIMIT, async (t) => {
  const all = await scene(t, steady('off', 'autostart=false\n'));
  const { shown, interrupt, ended } = follow(t, all, 'status --watch off');
  await shown.line(/^off +STOPPED/u);
  await all.ctl('start off');
  await shown.line(/^off +RUNNING/u);
  interrupt();
  await ended;
});

test('the shell: history, a question before a shutdown', LIMIT, async (t) => {
  const { file, folder } = await scene(t, `${steady('web')}${steady('n', 'numprocs=2\nprocess_name=x%(process_num)d\n')}`);
  const terminal = startInTerminal(t, [tsinit, 'ctl', '-c', file, '-r', join(folder, 'history')]);
  await terminal.shown.line(/^web +RUNNING/mu);
  terminal.order('type version\\x0d');
  await terminal.shown.line(/^\d+\.\d+\.\d+/u);
  terminal.order('type pid web\\x0d');
  await terminal.shown.line(/^\d+\r?$/u);
  terminal.order('type shutdown\\x0d');
  terminal.order('type no\\x0d');
  terminal.order('type status n:x1\\x0d');
  await terminal.shown.line(/^n:x1 +RUNNING/u);
  terminal.order('type \\x04');
  await terminal.ended;
  await until(() => existsSync(join(folder, 'history')));
  assert.deepEqual(readFileSync(join(folder, 'history'), 'utf8').split('\n'), ['version', 'pid web', 'shutdown', 'status n:x1', '']);
});

test('completion in bash: actions, and the processes of the server that runs', LIMIT, async (t) => {
  const { file, folder } = await scene(t, `${steady('web')}${steady('n', 'numprocs=2\nprocess_name=x%(process_num)d\n')}`);
  const script = `source <('${tsinit}' ctl completion bash)
cd '${folder}'; mv '${file}' supervisord.conf
complete_line() { COMP_LINE="$1"; COMP_POINT=\${#1}; COMP_WORDS=('${tsinit}' ctl "\${1##* }"); COMP_CWORD=2; _tsinit; echo "\${COMPREPLY[*]}"; }
complete_line 'tsinit ctl sta'
complete_line 'tsinit ctl status '
complete_line 'tsinit ctl status w'
complete_line 'tsinit other '
`;
  const said = await ask(['/bin/bash'], ['-c', script], { folder });
  assert.deepEqual([said.stdout, said.stderr], ['start status\nn:x0 n:* n:x1 web\nweb\n\n', '']);
});

test('fg of a program without standard input: a typed line is answered with what to write', LIMIT, async (t) => {
  const { ctl } = await scene(t, steady('cat'));
  const { code, stdout } = await ctl('fg cat', 'hello\n');
  assert.match(stdout, /^cat has no standard input; write stdin=pipe$/mu);
  assert.equal(code, 1);
});

test('several names at once: start and stop act on all of them at the same time', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  // Each waits for the other before it ends: one after the other both would have to be killed.
  const partner = (me: string, other: string): string =>
    steady(me, 'stopwaitsecs=30\n').replace(
      'sleep 1000',
      `sh -c 'trap "touch ${folder}/${me}; until test -e ${folder}/${other}; do sleep 0.05; done; exit 0" TERM; while :; do sleep 0.1; done'`,
    );
  const { ctl } = await scene(t, `${partner('a', 'b')}${partner('b', 'a')}`);
  const stopped = await ctl('stop a b');
  assert.deepEqual([stopped.code, stopped.stdout], [0, 'a: stopped\nb: stopped\n']);
  assert.match((await ctl('why a b')).stdout, /a was stopped on request[^\n]*exit status 0[^\n]*\nb was stopped on request[^\n]*exit status 0/);
  const started = await ctl('start a no b');
  assert.deepEqual([started.code === 0, started.stdout], [false, 'a: started\nno: ERROR (no such process)\nb: started\n']);
});
