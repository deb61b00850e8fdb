/** The container's terminal and the one program that has it: stdin=inherit, `tsinit run --terminal`. On a real pseudo terminal, tsinit being PID 1 as under `docker run -it`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { namedPipe, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { runAsPid1 } from '../support/init.ts';
import { configFile, once, steady } from '../support/supervise.ts';
import { asPid1, startInTerminal, type Terminal } from '../support/terminal.ts';

const limit = { timeout: 60_000, skip: process.getuid?.() !== 0 };
const tell = fixture('tell_signals');
const INHERIT = 'stdin=inherit';

const inTerminal = (t: TestContext, words: readonly string[]): Terminal => startInTerminal(t, [...asPid1, ...words], ['--plain', '--echo']);
const withConfig = (t: TestContext, text: string): Terminal => inTerminal(t, ['-c', configFile(t, text)]);

/** What is on the terminal so far but for the lines of the shell outside. */
const ended = async ({ shown }: Terminal): Promise<number> => Number((await shown.line(/^shell exited (\d+)$/))[1]);

test('a passphrase is read unseen; the code is that of the program', limit, async (t) => {
  const ask = `/bin/bash -c 'echo asking; read -s -p Passphrase: p; echo; echo length \${#p}; exit 4'`;
  const terminal = withConfig(t, once('ask', ask, INHERIT));
  await terminal.shown.line(/^asking$/);
  // It is asked for behind a line that has not ended; what is typed before the echo is off would be seen under every shell, too.
  await terminal.prompt('Passphrase:');
  terminal.order('type secret\\n');
  await terminal.shown.line(/^length 6$/);
  assert.equal(await ended(terminal), 4);
  assert.doesNotMatch(terminal.shown.text(), /secret/);
});

for (const [where, launcher, options] of [
  ['as under an engine', asPid1, ['--plain', '--echo']],
  ['in a namespace below a shell', ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', tsinit], ['--echo']],
  ['below a shell', [tsinit], ['--echo']],
] as const)
  test(`after a restart it has the terminal again, as it was before the last one: ${where}`, limit, async (t) => {
    const first = join(temporaryFolder(t), 'first');
    const script = `if [ ! -e ${first} ]; then : > ${first}; stty -echo; read a; kill -9 $$; fi; stty -a | grep -q -w -e -echo || echo echo is on; read b; echo got $b; exit 0`;
    const config = configFile(t, `[program:a]\ncommand=/bin/sh -c 'echo run; ${script}'\nautorestart=unexpected\nstartsecs=0\n${INHERIT}\n`);
    const terminal = startInTerminal(t, [...launcher, '-c', config], options);
    await terminal.shown.line(/^run$/);
    terminal.order('type go\\n');
    await terminal.shown.line(/^echo is on$/);
    terminal.order('type second\\n');
    await terminal.shown.line(/^got second$/);
    assert.equal(await ended(terminal), 0);
  });

test('Ctrl-C reaches that program and no other; if it ends of it, everything stops', limit, async (t) => {
  const terminal = withConfig(t, steady('shell', `/bin/sh -c 'echo up; exec sleep 1000'`, INHERIT) + steady('other', `${tell} --name other --exit 15=0`));
  await Promise.all([terminal.shown.line(/^up$/), terminal.shown.line(/other ready$/)]);
  terminal.order('type \\x03');
  await terminal.shown.line(/stopping everything: SIGINT, sent by the kernel/);
  await terminal.shown.line(/other signal 15$/);
  await ended(terminal);
  assert.doesNotMatch(terminal.shown.text(), /other signal 2$/m);
});

test('a program that has its own use for Ctrl-C keeps it, and the size of the window; Ctrl-Z does not stop it for good', limit, async (t) => {
  const terminal = withConfig(
    t,
    '[tsinit]\nexit_policy=any\n' + once('app', `${tell} --name app --exit 3=0`, INHERIT) + once('job', `/bin/sh -c 'echo job up; sleep 1000'`),
  );
  await Promise.all([terminal.shown.line(/app ready/), terminal.shown.line(/job up/)]);
  for (const [order, number] of [
    ['type \\x03', 2],
    ['size 33 99', 28],
    ['type \\x1a', 20],
  ] as const) {
    terminal.order(order);
    await terminal.shown.line(new RegExp(`app signal ${number}$`));
  }
  assert.doesNotMatch(terminal.shown.text(), /stopping everything/);
  terminal.order('type \\x1c');
  assert.equal(await ended(terminal), 0);
});

test('Ctrl-Z of a program that knows nothing of it: it goes on, and that is said', limit, async (t) => {
  const terminal = withConfig(t, once('a', `/bin/sh -c 'echo up; read line; echo got $line'`, INHERIT));
  await terminal.shown.line(/^up$/);
  terminal.order('type \\x1a');
  await terminal.shown.line(/was stopped by SIGTSTP and goes on: tsinit is not suspended from the keyboard/);
  terminal.order('type on\\n');
  await terminal.shown.line(/^got on$/);
  assert.equal(await ended(terminal), 0);
});

test('when the program has ended the terminal is tsinit’s: Ctrl-C stops everything', limit, async (t) => {
  const terminal = withConfig(t, once('brief', `/bin/sh -c 'echo done'`, INHERIT) + steady('other', `${tell} --name other --exit 15=0`));
  await Promise.all([terminal.shown.line(/brief \(exit status 0\)|exited: brief/), terminal.shown.line(/other ready$/)]);
  terminal.order('type \\x03');
  await terminal.shown.line(/other signal 15$/);
  assert.equal(await ended(terminal), 0);
});

test('a program that lets nobody else write there (stty tostop) does not stop tsinit', limit, async (t) => {
  const go = namedPipe(t);
  const holder = once('a', `/bin/sh -c 'stty tostop; echo up; read line; exit 6'`, INHERIT);
  const terminal = withConfig(
    t,
    `[tsinit]\nexit_policy=any\n${holder}${steady('other', `/bin/sh -c 'echo begun; read x < ${go}; echo late; exec sleep 1000'`)}`,
  );
  await Promise.all([terminal.shown.line(/^up$/), terminal.shown.line(/other +\|.* begun$/)]);
  writeFileSync(go, 'go\n');
  await terminal.shown.line(/other +\|.* late$/);
  terminal.order('type x\\n');
  assert.equal(await ended(terminal), 6);
});

test('two programs cannot have it: one sentence, before anything starts', limit, (t) => {
  const { code, stderr } = runAsPid1(['-c', configFile(t, once('a', 'true', INHERIT) + once('b', 'true', INHERIT))]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /stdin=inherit of b \(.*\): one process alone can have the standard input of tsinit, and a has it already; write stdin=null or stdin=pipe here/,
  );
});

test('tsinit run --terminal: one of the programs reads what is typed, the others’ lines go on behind their names', limit, async (t) => {
  const terminal = inTerminal(t, ['run', '--terminal', 'ask', `ask=sh -c 'echo ready; read line; echo got $line; exit 3'`, `other=${tell} --exit 15=0`]);
  await Promise.all([terminal.shown.line(/^ready$/), terminal.shown.line(/other +\|.*main ready$/)]);
  terminal.order('type hello\\n');
  await terminal.shown.line(/^got hello$/);
  assert.equal(await ended(terminal), 3);
});
