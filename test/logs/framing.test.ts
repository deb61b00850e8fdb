/** Chunks in, prefixed whole lines out: framing, alignment, partial lines, pieces, routing, back-pressure, lost readers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { feed, logsIn, toStderr, toStdout } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';

const PIECE = 65_536;

describe('framing', () => {
  it('prefixes every line with the aligned name', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    logs.attach(1, 2, 'queue', 'stdout', 11, toStdout);
    feed(world, 10, 'one\ntwo\n');
    feed(world, 11, 'three\n');
    world.run();
    assert.equal(world.text(1), 'web   | one\nweb   | two\nqueue | three\n');
  });

  it('keeps an unfinished line until it is finished', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, 'on');
    world.run();
    assert.equal(world.text(1), '');
    feed(world, 10, 'e\ntw', 'o', '\n');
    world.run();
    assert.equal(world.text(1), 'web   | one\nweb   | two\n');
  });

  it('never puts two programs into one line', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'a', 'stdout', 10, toStdout);
    logs.attach(1, 2, 'b', 'stdout', 11, toStdout);
    feed(world, 10, 'aa');
    feed(world, 11, 'bb');
    world.run();
    feed(world, 10, 'aa\n');
    feed(world, 11, 'bb\n');
    world.run();
    assert.deepEqual(world.text(1).split('\n').sort(), ['', 'a     | aaaa', 'b     | bbbb']);
  });

  it('flushes an unfinished last line with its prefix when the run ends', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, 'whole\npart');
    let done = false;
    logs.finish(1, () => {
      done = true;
    });
    world.run();
    assert.equal(world.text(1), 'web   | whole\nweb   | part\n');
    assert.ok(done);
    assert.ok(world.input(10).isClosed);
  });

  it('sends stderr to stderr', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    logs.attach(0, 1, 'web', 'stderr', 11, toStderr);
    feed(world, 10, 'out\n');
    feed(world, 11, 'err\n');
    logs.notice('said');
    world.run();
    assert.equal(world.text(1), 'web   | out\n');
    assert.equal(world.text(2), 'tsinit | said\nweb   | err\n');
  });

  it('keeps empty lines and carriage returns', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, '\n\r\n\n');
    world.run();
    assert.equal(world.text(1), 'web   | \nweb   | \r\nweb   | \n');
  });

  for (const extra of [-1, 0, 1, PIECE, PIECE + 1]) {
    it(`cuts a line of 64 KiB ${extra >= 0 ? '+' : '-'} ${Math.abs(extra)} bytes into pieces`, () => {
      const world = createWorld();
      const logs = logsIn(world);
      logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
      const line = 'x'.repeat(PIECE + extra);
      feed(world, 10, line.slice(0, 100), line.slice(100), '\nnext\n');
      world.run();
      const pieces = line.match(/.{1,65536}/g) ?? [];
      const expected = pieces.map((piece, index) => `web   |${index === 0 ? ' ' : '+ '}${piece}\n`).join('');
      assert.equal(world.text(1), `${expected}web   | next\n`);
    });
  }

  it('gives short lines that grow by prefixing all the room they need', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, '\n'.repeat(200_000));
    world.run();
    assert.equal(world.text(1), 'web   | \n'.repeat(200_000));
  });

  it('removes terminal sequences where that is asked for', () => {
    const world = createWorld();
    const logs = logsIn(world, { settings: { nameWidth: 3, colour: true, stripAnsi: true } });
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, '\u001b[31mred\u001b[0m plain \u001b[\nnext\n');
    world.run();
    assert.equal(world.text(1), 'web | red plain \u001b[\nweb | next\n');
  });
});

describe('a reader that does not read', () => {
  it('pauses what goes to it and nothing else', () => {
    const world = createWorld();
    const logs = logsIn(world);
    const stdout = world.outputs.get(1);
    assert.ok(stdout);
    stdout.allowance = 0;
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    logs.attach(0, 1, 'web', 'stderr', 11, toStderr);
    feed(world, 10, 'first\n');
    world.run();
    feed(world, 10, ...Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(60_000)}\n`));
    feed(world, 11, 'err\n');
    world.run();
    assert.equal(world.text(2), 'web   | err\n');
    assert.equal(world.input(10).chunks.length, 100, 'nothing was read that could not be passed on');
    stdout.allowance = Number.POSITIVE_INFINITY;
    world.run();
    assert.equal(world.text(1).split('\n').length, 102);
  });

  it('holds up the end of a run until it reads', () => {
    const world = createWorld();
    const logs = logsIn(world);
    const stdout = world.outputs.get(1);
    assert.ok(stdout);
    stdout.allowance = 0;
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, 'a\n', 'b');
    world.run();
    let ends = 0;
    logs.finish(1, () => (ends += 1));
    world.run();
    assert.equal(ends, 0);
    stdout.allowance = Number.POSITIVE_INFINITY;
    world.run();
    assert.equal(ends, 1);
    assert.equal(world.text(1), 'web   | a\nweb   | b\n');
  });

  it('does not hold up the end of everything beyond the deadline', () => {
    const world = createWorld();
    const logs = logsIn(world);
    const stdout = world.outputs.get(1);
    assert.ok(stdout);
    stdout.allowance = 0;
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, 'a\n');
    world.run();
    let endedAtMs = -1;
    logs.drain(5_000, () => {
      endedAtMs = world.clock.nowMs();
    });
    assert.equal(endedAtMs, -1);
    world.run();
    assert.equal(endedAtMs, 5_000);
  });

  it('is told about notices that had to be dropped', () => {
    const world = createWorld();
    const logs = logsIn(world);
    const stderr = world.outputs.get(2);
    assert.ok(stderr);
    stderr.allowance = 0;
    for (let index = 0; index < 2_000; index += 1) logs.notice('x'.repeat(1_000));
    stderr.allowance = Number.POSITIVE_INFINITY;
    world.run();
    assert.match(world.text(2), /tsinit \| \d+ notices were dropped while nobody read them\n$/);
  });
});

describe('the end of everything', () => {
  it('reads what is in the pipes, flushes it and calls back', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    logs.attach(1, 2, 'db', 'stdout', 11, toStdout);
    feed(world, 10, 'whole\npart');
    let ends = 0;
    logs.finish(2, () => (ends += 1), { keepOpen: true });
    logs.drain(5_000, () => (ends += 1));
    world.run();
    assert.equal(ends, 2);
    assert.equal(world.text(1), 'web   | whole\nweb   | part\n');
    assert.equal(world.clock.nowMs(), 0, 'nothing waited for the deadline');
  });
});

describe('quiet after a burst', () => {
  it('gives pages back and works on', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    const burst = `${'x'.repeat(200_000)}\n`;
    feed(world, 10, burst);
    world.run();
    assert.ok(world.clock.nowMs() >= 1_000, 'waited for quiet');
    const length = world.text(1).length;
    feed(world, 10, 'small\n');
    world.run();
    assert.equal(world.text(1).slice(length), 'web   | small\n');
  });
});

describe('a reader that is gone', () => {
  it('is said once on the other stream, and the programs go on', () => {
    const world = createWorld();
    const logs = logsIn(world);
    const stdout = world.outputs.get(1);
    assert.ok(stdout);
    stdout.error = 32;
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, 'one\n');
    world.run();
    feed(world, 10, 'two\n');
    world.run();
    assert.equal(world.input(10).chunks.length, 0);
    assert.equal(world.text(2).match(/stdout cannot be written/g)?.length, 1);
  });
});

describe('the end of a run', () => {
  it('waits for the end of the pipe while its group lives on', () => {
    const world = createWorld();
    const logs = logsIn(world);
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    let ends = 0;
    logs.finish(1, () => (ends += 1), { keepOpen: true });
    world.run();
    assert.equal(ends, 0);
    feed(world, 10, 'of a grandchild');
    world.input(10).isEnded = true;
    world.run();
    assert.equal(ends, 1);
    assert.equal(world.text(1), 'web   | of a grandchild\n');
  });

  it('calls back at once for a run without streams', () => {
    const logs = logsIn(createWorld());
    let ends = 0;
    logs.finish(7, () => (ends += 1));
    assert.equal(ends, 1);
  });
});
