/** A pool's promises: who is sent what, what waits, what is dropped, what is sent again, and what breaks the protocol. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed } from '../../../../src/base/queue.ts';
import { createPool, stepPool, wants } from '../../../../src/world/events/listeners/pool.ts';
import type { PoolInput } from '../../../../src/world/events/listeners/types.ts';

const SPEC = { name: 'lis', events: ['TICK'], bufferSize: 2, processes: ['a', 'b'] } as const;

/** Plays inputs; what comes out as words: `a<3` event 3 was sent to a, else a notice without its debug details. */
const begin = (bufferSize = 2) => {
  let pool = createPool({ ...SPEC, bufferSize });
  let serial = 0;
  let piece = 0;
  const play = (input: PoolInput): readonly string[] => {
    const result = stepPool(pool, input);
    pool = result.pool;
    return result.effects.flatMap((effect) => {
      if (effect.type === 'send') return [`${effect.listener}<${effect.event.serial}/${effect.event.poolSerial}`];
      if (effect.type === 'lost') return [`lost ${effect.serial}`];
      return effect.level === 'debug' ? [] : [`${effect.level}: ${effect.text}`];
    });
  };
  return {
    play,
    pool: () => pool,
    waiting: () => listed(pool.waiting).map((event) => event.serial),
    stateOf: (name: string) => pool.listeners.find((listener) => listener.name === name)?.state,
    run: (listener: string, run = 1) => play({ type: 'changed', listener, run, isRunning: true, isAlive: true }),
    end: (listener: string, run = 1) => play({ type: 'changed', listener, run, isRunning: false, isAlive: false }),
    say: (listener: string, text: string, run = 1) => play({ type: 'heard', listener, run, text, piece: (piece += 1) }),
    publish: () => play({ type: 'published', serial: 10 + serial++, name: 'TICK_5', body: new Uint8Array(0), characters: 0 }),
  };
};

const LOST = (name: string): string =>
  `warn: ${name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol`;

test('an event waits until a listener is RUNNING and READY', () => {
  const { publish, run, say, stateOf } = begin();
  assert.deepEqual(publish(), []);
  assert.deepEqual(say('a', 'REA'), []);
  assert.deepEqual(say('a', 'DY\n'), []);
  assert.equal(stateOf('a'), 'READY');
  assert.deepEqual(run('a'), ['a<10/0']);
  assert.equal(stateOf('a'), 'BUSY');
});

test('each event goes to one listener, in their order, and OK makes room for the next', () => {
  const { publish, run, say } = begin();
  for (const name of ['a', 'b']) {
    run(name);
    say(name, 'READY\n');
  }
  assert.deepEqual([publish(), publish(), publish()], [['a<10/0'], ['b<11/1'], []]);
  assert.deepEqual(say('b', 'RESULT 2\nOKREADY\n'), ['b<12/2']);
});

test('a full buffer drops the oldest and says so', () => {
  const { publish, waiting } = begin();
  publish();
  publish();
  assert.deepEqual(publish(), ['lost 10']);
  assert.deepEqual(waiting(), [11, 12]);
});

test('a rejected event is sent again, before all others', () => {
  const { publish, run, say, waiting } = begin();
  run('a');
  say('a', 'READY\n');
  publish();
  publish();
  assert.deepEqual(say('a', 'RESULT 4\nFA'), []);
  assert.deepEqual(say('a', 'IL'), ['warn: a: event was rejected']);
  assert.deepEqual(waiting(), [10, 11]);
  assert.deepEqual(say('a', 'READY\n'), ['a<10/0']);
});

test('a rejected event takes the place of the oldest one when there is no room', () => {
  const { publish, run, say, waiting } = begin(1);
  run('a');
  say('a', 'READY\n');
  publish();
  publish();
  assert.deepEqual(say('a', 'RESULT 0\n'), ['warn: a: event was rejected', 'lost 11']);
  assert.deepEqual(waiting(), [10]);
});

test('what a listener had when it died goes to another one, and its next run begins anew', () => {
  const { publish, run, say, end, stateOf } = begin();
  run('a');
  run('b');
  say('a', 'READY\n');
  say('b', 'READY\n');
  publish();
  assert.deepEqual(end('a'), ['b<10/0']);
  assert.equal(stateOf('a'), 'ACKNOWLEDGED');
  assert.deepEqual(end('a'), []);
  assert.deepEqual(run('a', 2), []);
  assert.deepEqual(say('a', 'READY\n', 1), [], 'of a former run');
  assert.equal(stateOf('a'), 'ACKNOWLEDGED');
});

test('a run that nobody announced is known from its first word on', () => {
  const { publish, run, say } = begin();
  publish();
  say('a', 'READY\n', 3);
  assert.deepEqual(run('a', 3), ['a<10/0']);
  assert.deepEqual(say('nobody', 'READY\n'), []);
  assert.deepEqual(run('nobody'), []);
});

test('a listener that cannot be written to is passed over, and nothing is lost', () => {
  const { publish, run, say, play, waiting } = begin();
  run('a');
  run('b');
  say('a', 'READY\n');
  say('b', 'READY\n');
  assert.deepEqual(publish(), ['a<10/0']);
  assert.deepEqual(play({ type: 'refused', listener: 'a', run: 1 }), ['b<10/0']);
  assert.deepEqual(play({ type: 'refused', listener: 'b', run: 1 }), []);
  assert.deepEqual(waiting(), [10]);
  assert.deepEqual(play({ type: 'refused', listener: 'b', run: 9 }), []);
  assert.deepEqual(play({ type: 'refused', listener: 'b', run: 1 }), []);
  run('a', 2);
  assert.deepEqual(say('a', 'READY\n', 2), ['a<10/0']);
});

test('who says something else than READY gets nothing more', () => {
  const { run, say, publish, stateOf } = begin();
  run('a');
  assert.deepEqual(say('a', 'hello!'), [LOST('a')]);
  assert.deepEqual(say('a', 'READY\n'), []);
  assert.deepEqual(publish(), []);
  assert.equal(stateOf('a'), 'UNKNOWN');
});

test('so does who talks without having been asked', () => {
  const { run, say } = begin();
  run('a');
  assert.deepEqual(say('a', 'READY\nx'), [LOST('a')]);
});

test('a bad result line loses the listener and rejects the event', () => {
  for (const [line, shown] of [
    ['RESULT two\n', "'RESULT two'"],
    ['whatever\n', "'whatever'"],
    ['RESULT -1\n', "'RESULT -1'"],
    ['RESULT \xff\n', "'Undecodable: b'RESULT \\xff''"],
    ['RESULT \xc3\xa4\n', "'RESULT ä'"],
    ['RESULT 99999999999999999999\n', "'RESULT 99999999999999999999'"],
    ['x'.repeat(4_096), `'${'x'.repeat(4_096)}'`],
  ] as const) {
    const { run, say, publish, waiting } = begin();
    run('a');
    say('a', 'READY\n');
    publish();
    assert.deepEqual(say('a', line), [`warn: a: bad result line: ${shown}`, LOST('a')]);
    assert.deepEqual(waiting(), [10]);
  }
});

test('a length is read as Python reads one', () => {
  for (const line of ['RESULT  2 \n', 'RESULT +2\n', 'RESULT 0_2\n', 'result:2\n']) {
    const { run, say, publish, stateOf } = begin();
    run('a');
    say('a', 'READY\n');
    publish();
    assert.deepEqual(say('a', `${line}OK`), []);
    assert.equal(stateOf('a'), 'ACKNOWLEDGED');
  }
});

test('words come in any pieces', () => {
  const { run, say, publish } = begin(10);
  run('a');
  for (const character of 'READY\n') say('a', character);
  publish();
  publish();
  assert.deepEqual(
    [...'RESULT 2\nOKREADY\n'].flatMap((character) => say('a', character)),
    ['a<11/1'],
  );
  assert.deepEqual(say('a', ''), []);
});

test('what has to be sent to a listener that may have it already may be answered twice', () => {
  const played = begin(10);
  const { run, say, publish } = played;
  run('a');
  say('a', 'READY\n');
  const twice = { ...played.pool(), listeners: played.pool().listeners.map((listener) => ({ ...listener, mayAnswerTwice: true })) };
  const hear = (text: string) => stepPool(twice, { type: 'heard', listener: 'a', run: 1, text, piece: 99 }).pool.listeners[0];
  assert.deepEqual([hear('RESULT 2\nOKREA')?.state, hear('RESULT 2\nOKREA')?.input], ['READY', 'RESULT 2\nOKREA']);
  assert.deepEqual([hear('RESULT 2\nOKREADY\n')?.state, hear('RESULT 2\nOKREADY\n')?.mayAnswerTwice], ['READY', false]);
  assert.equal(hear('RESU')?.state, 'READY');
  assert.equal(hear('rubbish\n')?.state, 'UNKNOWN');
  assert.equal(hear('RESULT x\n')?.state, 'UNKNOWN');
  assert.equal(hear('x'.repeat(4_096))?.state, 'UNKNOWN');
  assert.equal(hear(`RESULT 9999\n${'x'.repeat(4_096)}`)?.state, 'UNKNOWN');
  assert.deepEqual(publish(), ['a<10/0']);
});

test('a pool hears what it asked for', () => {
  const { pool } = begin();
  assert.deepEqual([wants(pool(), 'TICK_60'), wants(pool(), 'REMOTE_COMMUNICATION')], [true, false]);
});

test('a piece of output that has been heard is not heard again', () => {
  const { play, run, stateOf } = begin();
  run('a');
  play({ type: 'heard', listener: 'a', run: 1, text: 'READY\n', piece: 7 });
  play({ type: 'heard', listener: 'a', run: 1, text: 'READY\n', piece: 7 });
  assert.equal(stateOf('a'), 'READY');
});
