/** Which lines leave a colour open, and that prefixed ones are closed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLeftOpen } from '../../../src/logs/lines/open-colour.ts';
import { feed, logsIn, shaped, toStdout } from '../support/settings.ts';
import { createWorld } from '../support/simulated.ts';

const isOpen = (line: string): boolean => {
  const bytes = new TextEncoder().encode(`\u001b[31m${line}`);
  return isLeftOpen(bytes, 5, bytes.length);
};

test('a line leaves a colour open unless it closes it, by a reset or by the code of its kind', () => {
  for (const open of [
    '\u001b[31mred',
    '\u001b[0;1mbold',
    '\u001b[41m\u001b[31mx\u001b[39m',
    '\u001b[38;5;0mx',
    '\u001b[38;2;0;0;0m',
    '\u001b[38:2::1:2:3mx',
    '\u001b[4m',
    '\u001b[m\u001b[95m',
  ])
    assert.equal(isOpen(open), true, JSON.stringify(open));
  for (const closed of [
    '',
    'plain',
    '\u001b[31mred\u001b[0m',
    '\u001b[31mred\u001b[m',
    '\u001b[1;31mx\u001b[22;39m',
    '\u001b[2K\u001b[1A',
    '\u001b[31',
    '\u001b]0;title\u0007',
    '\u001b[53;55m',
  ])
    assert.equal(isOpen(closed), false, JSON.stringify(closed));
});

test('a prefixed line that leaves a colour open is closed; raw and json lines are as written', () => {
  const red = '\u001b[31mred';
  const play = (settings: typeof toStdout, ...chunks: readonly string[]): string => {
    const world = createWorld();
    const logs = logsIn(world);
    feed(world, 10, ...chunks);
    logs.attach(0, 1, 'web', 'stdout', 10, settings);
    world.input(10).isEnded = true;
    logs.finish(1, () => {});
    world.run();
    return world.text(1);
  };
  assert.equal(play(toStdout, `${red}\nplain\n`), `web   | ${red}\u001b[0m\nweb   | plain\n`);
  assert.equal(play(toStdout, '\u001b[3', '1mred\nx'), `web   | ${red}\u001b[0m\nweb   | x\n`);
  assert.equal(play(toStdout, red), `web   | ${red}\u001b[0m\n`);
  assert.equal(play(toStdout, `${red}\u001b[39m\n`), `web   | ${red}\u001b[39m\n`);
  assert.equal(play(shaped('prefix'), `${red}\nplain\n`), `web   | ${red}\u001b[0m\nweb   | plain\n`);
  assert.equal(play(shaped('raw'), `${red}\n`), `${red}\n`);
  assert.equal(play(shaped('json'), `${red}\n`), '{"program":"web","stream":"stdout","line":"\\u001b[31mred"}\n');
});
