/** Frames that break the contract never harm init: they are answered, or the one who sent them is replaced. All of it where nothing can be reached. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converseNowhere } from '../../support/fake-supervisor.ts';

/** Frame type and payload in hex, and what is wrong with it. */
const refused: readonly (readonly [type: number, payload: string, sentence: RegExp])[] = [
  [0, '', /no such frame/],
  [1, '01000000', /no such frame/],
  [99, '', /no such frame/],
  [65, '', /wrong length/],
  [65, '02000000', /another protocol version/],
  [65, '0100000000', /wrong length/],
  [66, '', /without a run number/],
  [66, '00000000', /or with 0/],
  [67, '01000000', /KILL has a wrong length/],
  [67, '000000000900000000000000', /KILL names no run/],
  [67, '010000000000000000000000', /no signal/],
  [67, '010000004100000000000000', /no signal/],
  [67, '010000000900000007000000', /no scope/],
  [68, '0000', /RELEASE names no run/],
  [68, '00000000', /RELEASE names no run/],
  [70, '00020000', /beyond 255/],
  [70, 'ffffffff', /beyond 255/],
  [72, '02000000', /STOPPING/],
  [74, '02000000', /STOP_SIGNALS has a wrong length/],
  [74, '0000000000000000', /names no signal/],
  [75, '0a', /FORWARD has a wrong length/],
  [75, '0a00000001', /FORWARD has a wrong length/],
  [75, '0000000001000000', /FORWARD names no signal/],
  [75, '0900000001000000', /FORWARD names no signal that a program could catch/],
  [75, '4100000001000000', /FORWARD names no signal/],
];

const failing: readonly (readonly [attributes: string, sentence: RegExp])[] = [
  ['', /ARGV is missing/],
  ['01', /cut short/],
  ['0100000000000000', /ARGV is missing/],
  ['01000000ffffffff', /cut short/],
  ['010000000300000061', /cut short/],
  ['010000000100000061', /do not end in NUL/],
  ['010001000100000000', /not known/],
  ['6300000000000000', /not known/],
  ['150000000400000000000000', /out of range/], // LISTEN cut short
  ['1500000019000000' + '00000100'.repeat(6) + '00', /out of range/], // a port of 65,536
  ['1500000019000000' + '00000000'.repeat(6) + '00', /empty/], // no address
  ['1500000085000000' + '00000000'.repeat(6) + '61'.repeat(108) + '00', /107 bytes/],
  ['0000000000000000', /not known/],
  ['0500000003000000010101', /wrong length/],
  ['0a0000000400000001000000', /wrong length/],
  ['0d0000000400000001000000', /wrong length/],
  ['0c0000000100000000', /wrong length/],
  ['040000000100000000', /a path is empty/],
  ['0400000003000000610061', /a path is empty/],
  ['040000000400000061006100', /a path is empty/],
  ['0700000003000000000000', /wrong length/],
  ['12000000080000000f00000001000000', /wrong length/],
];

test('sane length, nonsense within: answered and dropped', async (t) => {
  const init = await converseNowhere(t);
  if (init === null) return;
  const { tell, line } = init;
  for (const [index, [type, payload, sentence]] of refused.entries()) {
    tell(`frame ${type} ${payload}`);
    const [text] = await line(/^PROTOCOL_ERROR.*$/, index + 1);
    assert.match(text, new RegExp(`^PROTOCOL_ERROR ${type} `));
    assert.match(text, sentence);
  }
  tell('raw 040000004100010001000000');
  await line(/^PROTOCOL_ERROR 65 .*not zero/);
  tell('spawn 1 -- true');
  await line(/^EXITED 1 /);
});

test('attributes that are wrong fail the spawn, not init', async (t) => {
  const init = await converseNowhere(t);
  if (init === null) return;
  const { tell, line } = init;
  for (const [index, [attributes, sentence]] of failing.entries()) {
    tell(`frame 66 ${(index + 1).toString(16).padStart(2, '0')}000000${attributes}`);
    const [text] = await line(new RegExp(`^SPAWN_FAILED ${index + 1} .*$`));
    assert.match(text, / stage=18 errno=22 /);
    assert.match(text, sentence, attributes);
  }
  const groups = '00'.repeat(4 * 1025);
  tell(`frame 66 c80000000700000004100000${groups}`);
  await line(/^SPAWN_FAILED 200 .*more than 1024/);
  tell('spawn 201 -- true');
  await line(/^EXITED 201 /);
});

test('a run that is there already is refused, and the one that is there is not touched', async (t) => {
  const init = await converseNowhere(t);
  if (init === null) return;
  const { tell, line } = init;
  tell('spawn 1 stdin=1 stdout=1 -- cat');
  await line(/^SPAWNED 1 /);
  tell('spawn 1 -- true');
  await line(/^PROTOCOL_ERROR 66 .*there already/);
  tell('write 1 still here');
  tell('read 1 1');
  await line(/^LINE 1 1 'still here'$/);
});

test('a length beyond the limit ends the supervisor; the next one is fine', async (t) => {
  for (const header of ['0100200042000000', 'ffffffff42000000']) {
    const init = await converseNowhere(t);
    if (init === null) return;
    const { container, tell, line } = init;
    tell('ready');
    tell(`raw ${header}`);
    await line(/^SYNCED$/, 2);
    await container.stderr.line(/frame beyond all limits/);
    tell('spawn 1 -- true');
    await line(/^EXITED 1 /);
  }
});

test('a frame in pieces is a frame', async (t) => {
  const init = await converseNowhere(t);
  if (init === null) return;
  const { tell, line } = init;
  for (const byte of ['0c', '00', '00', '00', '43', '00', '00', '00', '01000000', '0000', '000000', '000000']) tell(`raw ${byte}`);
  await line(/^PROTOCOL_ERROR 67 /);
});

test('a flood of nonsense from one that does not listen costs init nothing but patience', async (t) => {
  const init = await converseNowhere(t, { env: { TSINIT_WATCHDOG_SECONDS: '1' } });
  if (init === null) return;
  const { container, tell, line } = init;
  tell('ready');
  tell('burst 100000 0000000063000000');
  await line(/^SYNCED$/, 2); // it neither reads nor gets on: the watchdog ends it
  tell('spawn 1 -- true');
  await line(/^EXITED 1 /);
  assert.equal(container.processes().length, 1);
});
