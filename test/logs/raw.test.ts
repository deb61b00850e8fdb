/** Without prefixes (supervisord's way) bytes come out as they went in, whole lines at a time; capture mode and taps on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_EVENT_TAPS } from '../../src/logs/read/taps.ts';
import { feed, logsIn, toStdout } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';

const raw = { nameWidth: 5, colour: false, stripAnsi: false, isRaw: true } as const;

const play = (chunks: readonly string[], changes: Parameters<typeof logsIn>[1] = {}, settings = toStdout) => {
  const world = createWorld();
  const logs = logsIn(world, { settings: raw, ...changes });
  logs.attach(0, 1, 'web', 'stdout', 10, settings);
  for (const chunk of chunks) {
    feed(world, 10, chunk);
    world.run();
  }
  world.input(10).isEnded = true;
  logs.finish(1, () => undefined);
  world.run();
  return { text: world.text(1), logs };
};

test('no prefix, no newline that was not written', () => {
  assert.equal(play(['one\ntw', 'o\nrest']).text, 'one\ntwo\nrest');
});

test('a line longer than the carry is not cut into pieces with newlines', () => {
  const long = 'x'.repeat(200_000);
  assert.equal(play([long, `${long}\n`]).text, `${long}${long}\n`);
});

test('two programs do not write into each other’s lines', () => {
  const world = createWorld();
  const logs = logsIn(world, { settings: raw });
  logs.attach(0, 1, 'a', 'stdout', 10, toStdout);
  logs.attach(1, 2, 'b', 'stdout', 11, toStdout);
  feed(world, 10, 'be');
  world.run();
  feed(world, 11, 'other\n');
  world.run();
  feed(world, 10, 'fore\n');
  world.run();
  assert.equal(world.text(1), 'other\nbefore\n');
});

test('what stands there without a newline is passed on after a quiet moment; the line goes on behind it', () => {
  const world = createWorld();
  const logs = logsIn(world, { settings: raw });
  logs.attach(0, 1, 'a', 'stdout', 10, toStdout);
  for (const [chunk, expected] of [
    ['.', '.'],
    ['.', '..'],
    ['done\nne', '..done\nne'],
  ] as const) {
    feed(world, 10, chunk);
    world.run();
    assert.equal(world.text(1), expected);
  }
  // A line of our own does not go into the middle.
  logs.print('own\n', 'stdout');
  feed(world, 10, 'xt\n');
  world.run();
  assert.equal(world.text(1), '..done\nne\nown\nxt\n');
});

test('where streams share a way out, only where it is asked for: a newline keeps the lines of others whole, over a crash too', () => {
  const settings = { ...raw, passesOn: true };
  const world = createWorld();
  const logs = logsIn(world, { settings });
  logs.attach(0, 1, 'a', 'stdout', 10, toStdout);
  logs.attach(1, 2, 'b', 'stdout', 11, toStdout);
  feed(world, 10, '..');
  world.run();
  assert.equal(world.text(1), '..');
  world.forget();
  const successor = logsIn(world, { settings });
  successor.resume();
  successor.attach(0, 1, 'a', 'stdout', 10, toStdout);
  successor.attach(1, 2, 'b', 'stdout', 11, toStdout);
  successor.settle();
  feed(world, 11, 'other\n');
  world.run();
  feed(world, 10, '.end\n');
  world.run();
  assert.equal(world.text(1), '..\nother\n.end\n');
});

test('messages of capture mode reach their listener, not the log', () => {
  const messages: string[] = [];
  const { text } = play(
    ['a<!--XSUPERVISOR:BEG', 'IN-->hi<!--XSUPERVISOR:END-->b\n<!--XS'],
    {
      events: {
        ...NO_EVENT_TAPS,
        onMessage: (process, run, stream, message) => void messages.push(`${process} ${run} ${stream} ${new TextDecoder().decode(message)}`),
      },
    },
    { ...toStdout, captureMaxBytes: 100 },
  );
  assert.equal(text, 'ab\n<!--XS');
  assert.deepEqual(messages, ['web 1 stdout hi']);
});

test('at level debug what programs write is repeated', () => {
  const said: string[] = [];
  play(['one\n'], { repeat: (text) => void said.push(text) });
  assert.deepEqual(said, [`'web' stdout output:\none\n`]);
});
