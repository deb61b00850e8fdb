/** What a signal to the container means: a stop, something of tsinit's own, or something for those programs that catch it, and for nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Container, startContainer, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, linesOf, steady, supervise } from '../support/supervise.ts';
import { asPid1, startInTerminal } from '../support/terminal.ts';

const limit = { timeout: 60_000 };
const tell = fixture('tell_signals');
const isRoot = process.getuid?.() === 0;
const NO_LOG = 'stdout_logfile=NONE\nstderr_logfile=NONE';

/** Says `catch` at a signal; its own child has no handler, and would end of it. */
const catching = (signal: string): string => `/bin/sh -c 'sleep 1000 & echo child $!; trap "echo catch" ${signal}; echo ready; while :; do wait; done'`;

const childOf = async (container: Container, name: string): Promise<number> =>
  Number((await container.stdout.line(new RegExp(`^${name} +\\| child (\\d+)$`)))[1]);

test('a signal that tsinit has no use for reaches those that catch it, and nothing ends of it', limit, async (t) => {
  const container = await supervise(t, steady('app', catching('USR1 RTMIN+7')) + steady('plain', 'sleep 1000') + steady('other', catching('URG')));
  const child = await childOf(container, 'app');
  for (const name of ['app', 'other']) await container.stdout.line(new RegExp(`^${name} +\\| ready$`));
  await container.stderr.line(/spawned: 'plain'/);
  // Each of them ends what has no handler for it.
  for (const [count, signal] of (['SIGUSR1', 41, 'SIGUSR1'] as const).entries()) {
    container.signal(signal);
    await container.stdout.line(/^app +\| catch$/, count + 1);
  }
  container.signal('SIGALRM');
  container.signal('SIGIO');
  container.signal('SIGURG');
  await container.stdout.line(/^other +\| catch$/);
  const left = container.processes().map(({ pid }) => pid);
  assert.ok(left.includes(child), 'a child without a handler lives');
  assert.equal(container.processes().filter(({ command, state }) => command === 'sleep 1000' && state !== 'Z').length, 3);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stderr.text(), /passing on SIGUSR1 to 3 programs, where they catch it/);
  assert.doesNotMatch(container.stderr.text(), /terminated by SIG(?:USR1|RTMIN|ALRM|IO)/);
});

test('forward_signals: none, all, or those that are named whether they are caught or not', limit, async (t) => {
  const container = await supervise(
    t,
    steady('deaf', `${tell} --exit 15=0`, 'forward_signals=none') +
      steady('named', 'sleep 1000', 'forward_signals=USR1\nautorestart=false') +
      steady('all', 'sleep 1000', 'forward_signals=all\nautorestart=false'),
  );
  await container.stdout.line(/main ready/);
  for (const name of ['named', 'all']) await container.stderr.line(new RegExp(`spawned: '${name}'`));
  container.signal('SIGALRM');
  await container.stderr.line(/all .*terminated by SIGALRM/);
  container.signal('SIGUSR1');
  await container.stderr.line(/named .*terminated by SIGUSR1/);
  container.signal('SIGUSR1');
  await container.stderr.line(/ignored SIGUSR1: it means nothing to tsinit, and no program that runs is passed it on \(forward_signals\)/);
  container.signal('SIGTERM');
  await container.ended;
  assert.deepEqual(linesOf(container.stdout.lines, 'deaf'), ['main ready', 'main signal 15']);
});

test('WINCH, as engines pass it on when a window changes, stops nothing', limit, async (t) => {
  const container = await supervise(t, steady('app', catching('WINCH')));
  await container.stdout.line(/app +\| ready/);
  container.signal('SIGWINCH');
  await container.stdout.line(/app +\| catch/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.doesNotMatch(container.stderr.text(), /stopping everything: SIGWINCH/);
});

test('tsinit run and tsinit ci know the same signals', limit, async (t) => {
  const run = await startContainer(t, [tsinit, 'run', `app=${tell} --exit 15=0`]);
  const config = configFile(t, steady('app', 'sleep 1000'));
  const ci = await startContainer(t, [tsinit, 'ci', '-c', config, '--', tell, '--exit', '15=0']);
  for (const container of [run, ci]) {
    await container.stdout.line(/main ready/);
    for (const [signal, number] of [
      ['SIGWINCH', 28],
      ['SIGUSR1', 10],
    ] as const) {
      container.signal(signal);
      await container.stdout.line(new RegExp(`main signal ${number}$`));
    }
    container.signal(37); // RTMIN+3
    await container.stdout.line(/main signal 15$/);
    await container.ended;
    assert.match(container.stderr.text(), /SIGRTMIN\+3/);
  }
});

test('WINCH under --compat supervisord stops nothing, and is passed on to nobody', limit, async (t) => {
  const config = `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\nloglevel=debug\n${steady('app', 'sleep 1000', NO_LOG)}`;
  const container = await supervise(t, config, { args: ['--compat', 'supervisord'] });
  await container.stdout.line(/spawned: 'app'/);
  container.signal('SIGWINCH');
  container.signal('SIGUSR1');
  await container.stdout.line(/ignored SIGWINCH: it means nothing to supervisord/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /SIGTERM indicating exit request/);
});

for (const [how, head, args] of [
  ['in the file', '[tsinit]\nstop_signals=INT, WINCH\n', []],
  ['on the command line', '', ['--stop-signals', 'INT,WINCH']],
] as const)
  test(`stop_signals says what stops, ${how}; what it does not name is a signal like any other`, limit, async (t) => {
    const container = await supervise(t, head + steady('app', `${tell} --exit 3=0`, 'stopsignal=QUIT'), { args });
    await container.stdout.line(/main ready/);
    container.signal('SIGTERM');
    await container.stdout.line(/main signal 15/);
    container.signal('SIGWINCH');
    assert.equal(await container.ended, 0);
    assert.match(container.stderr.text(), /stopping everything: SIGWINCH/);
  });

test('what the keyboard suspends a container with is ignored, and said', limit, async (t) => {
  const container = await supervise(t, steady('app', `${tell} --exit 15=0`));
  await container.stdout.line(/main ready/);
  container.signal('SIGTSTP');
  await container.stderr.line(/ignored SIGTSTP: a container cannot be suspended from its keyboard/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), ['main ready', 'main signal 15']);
});

for (const { name, args, head } of [
  { name: 'tsinit', args: [], head: '' },
  { name: '--compat supervisord', args: ['--compat', 'supervisord'], head: '[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\n' },
] as const)
  test(`in a terminal: another size of the window stops nothing, Ctrl-Z neither, Ctrl-C does: ${name}`, {
    ...limit,
    skip: !isRoot && 'needs root',
  }, async (t) => {
    const config = configFile(
      t,
      head + steady('app', `${tell} --exit 15=0`, name === 'tsinit' ? '' : `stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=NONE`),
    );
    const terminal = startInTerminal(t, [...asPid1, '-c', config, ...args], ['--plain']);
    await terminal.shown.line(/main ready/);
    for (const size of ['33 99', '44 111']) terminal.order(`size ${size}`);
    terminal.order('type \\x1a');
    if (name === 'tsinit') await terminal.shown.line(/ignored SIGTSTP/);
    terminal.order('type \\x03');
    await terminal.shown.line(/stopping everything: SIGINT|received SIGINT indicating exit request/);
    await terminal.shown.line(/^shell exited 0$/);
    assert.doesNotMatch(terminal.shown.text(), /stopping everything: SIGWINCH/);
  });
