/** Direct mode in a terminal: Ctrl-C, Ctrl-Z and fg, bg, the window size, and who has the foreground. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tsinit } from '../../support/container.ts';
import { fixture } from '../../support/fixtures.ts';
import { asPid1, startInTerminal, type Terminal } from '../../support/terminal.ts';

const teller = fixture('tell_signals');
const isRoot = process.getuid?.() === 0;
const reader = (then: string): readonly string[] => ['sh', '-c', `echo ready; read line; echo "got $line"; ${then}`];
const times = (terminal: Terminal, line: string): number => terminal.shown.lines.filter((each) => each === line).length;

const environments = [
  { name: 'under a shell', command: [tsinit, '--wait-all', '--stop-timeout', '0'], skip: false },
  { name: 'as PID 1', command: asPid1, skip: !isRoot && 'needs root' },
] as const;

for (const { name, command, skip } of environments) {
  test(`Ctrl-C and Ctrl-\\ reach the whole group once: ${name}`, { skip }, async (t) => {
    const options = name === 'as PID 1' ? ['--plain'] : [];
    const terminal = startInTerminal(t, [...command, '--', teller, '--child', '--exit', '3=4'], options);
    await terminal.shown.line(/^main ready$/);
    terminal.order('type \\x03');
    await Promise.all([terminal.shown.line(/^main signal 2$/), terminal.shown.line(/^main-child signal 2$/)]);
    terminal.order('size 33 99');
    await Promise.all([terminal.shown.line(/^main signal 28$/), terminal.shown.line(/^main-child signal 28$/)]);
    terminal.order('type \\x1c');
    await terminal.shown.line(/^shell exited 4$/);
    for (const number of [2, 28, 3]) assert.equal(times(terminal, `main signal ${number}`), 1, `signal ${number}`);
  });

  test(`the child may read from the terminal: ${name}`, { skip }, async (t) => {
    const options = name === 'as PID 1' ? ['--plain'] : [];
    const terminal = startInTerminal(t, [...command, '--', ...reader('exit 3')], options);
    await terminal.shown.line(/^ready$/);
    terminal.order('type hello\\n');
    await terminal.shown.line(/^got hello$/);
    await terminal.shown.line(/^shell exited 3$/);
  });
}

test('Ctrl-Z stops the job for the shell outside, fg goes on with the terminal', async (t) => {
  const terminal = startInTerminal(t, [tsinit, '--', ...reader('exit 3')]);
  await terminal.shown.line(/^ready$/);
  for (const round of [1, 2]) {
    terminal.order('type \\x1a');
    await terminal.shown.line(/^shell stopped 20$/, round);
    await terminal.shown.line(/^shell foreground job$/, round);
    terminal.order('fg');
    await terminal.shown.line(/^shell continued fg$/, round);
  }
  terminal.order('type again\\n');
  await terminal.shown.line(/^got again$/);
  await terminal.shown.line(/^shell exited 3$/);
  await terminal.shown.line(/^shell foreground job$/, 3); // given back at the end
});

test('bg: a child that reads in the background stops the job again, fg lets it read', async (t) => {
  const terminal = startInTerminal(t, [tsinit, '--', ...reader('exit 5')]);
  await terminal.shown.line(/^ready$/);
  terminal.order('type \\x1a');
  await terminal.shown.line(/^shell stopped 20$/);
  terminal.order('bg');
  await terminal.shown.line(/^shell stopped 21$/);
  terminal.order('fg');
  await terminal.shown.line(/^shell continued fg$/);
  terminal.order('type at last\\n');
  await terminal.shown.line(/^got at last$/);
  await terminal.shown.line(/^shell exited 5$/);
});

test('as PID 1 there is nobody to stop for: the child goes on after Ctrl-Z', { skip: !isRoot && 'needs root' }, async (t) => {
  const terminal = startInTerminal(t, [...asPid1, '-vv', '--', ...reader('exit 3')], ['--plain']);
  await terminal.shown.line(/^ready$/);
  terminal.order('type \\x1a');
  terminal.order('type on\\n');
  await terminal.shown.line(/^got on$/);
  await terminal.shown.line(/^shell exited 3$/);
});

test('in a pipeline the child gets the terminal when it asks for it', async (t) => {
  const script = `echo piped | ${tsinit} -- sh -c 'read one; echo ready; read two < /dev/tty; echo "got $one $two"' | cat`;
  const terminal = startInTerminal(t, ['sh', '-c', script]);
  await terminal.shown.line(/^ready$/);
  terminal.order('type typed\\n');
  await terminal.shown.line(/^got piped typed$/);
  await terminal.shown.line(/^shell exited 0$/);
});

test('Ctrl-C while the terminal is not handed over is passed on', async (t) => {
  const terminal = startInTerminal(t, ['sh', '-c', `trap '' INT; ${tsinit} -- ${teller} --exit 2=6 < /dev/null; echo "code $?"`]);
  await terminal.shown.line(/^main ready$/);
  terminal.order('type \\x03');
  await terminal.shown.line(/^code 6$/);
});
