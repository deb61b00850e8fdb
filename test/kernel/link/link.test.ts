/** The supervisor's end of init's socket, with a played addon: order, descriptors, acknowledgements, a full socket, and the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hello, KernelEvent, Listening, SpawnRequest } from '../../../src/kernel/kernel.ts';
import { createLink } from '../../../src/kernel/link/link.ts';
import { FRAME } from '../../../src/kernel/link/protocol.ts';
import { concat, frameOf, partsOf, recorded, spawnedFrame, text, wordsOf } from '../support/frames.ts';
import { playNative } from '../support/played-native.ts';

const SOCKET = 3;
const EINTR = 4;
const EPIPE = 32;
const ECONNRESET = 104;

const connect = (react: (event: KernelEvent) => void = () => {}) => {
  const played = playNative();
  const hellos: Hello[] = [];
  const events: KernelEvent[] = [];
  const lost: string[] = [];
  const listening: Listening[] = [];
  const link = createLink(
    played.native,
    SOCKET,
    { readable: 10, writable: 11 },
    {
      onHello: (hello) => void hellos.push(hello),
      onEvent: (event) => {
        events.push(event);
        react(event);
      },
      onListening: (answer) => void listening.push(answer),
      onLost: (reason) => void lost.push(reason),
    },
  );
  return {
    ...played,
    link,
    hellos,
    events,
    lost,
    listening,
    /** Delivers and reads. */
    tell: (...frames: readonly Uint8Array[]) => {
      played.deliver({ bytes: concat(...frames) });
      link.onReadable();
    },
    /** Names and first words of what was sent. */
    said: () =>
      framesIn(played.sent()).map(
        ({ type, body }) => `${nameOf(type)} ${body.length < 4 ? '' : new DataView(body.buffer, body.byteOffset).getUint32(0, true)}`,
      ),
  };
};

const framesIn = (bytes: Uint8Array): readonly { readonly type: number; readonly body: Uint8Array }[] => {
  const frames: { type: number; body: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 8 + new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0, true);
    frames.push(partsOf(bytes.slice(at, end)));
    at = end;
  }
  return frames;
};

const nameOf = (type: number): string => Object.entries(FRAME).find(([, number]) => number === type)?.[0] ?? String(type);

const spawnRequest = (run: number, word = 'true'): SpawnRequest => ({
  run,
  argv: [word],
  environment: [],
  directory: null,
  user: null,
  umask: null,
  limits: [],
  stdin: 'null',
  stdout: 'pipe',
  stderr: 'pipe',
  stop: { signal: 15, waitMs: 1000, scope: 'group' },
});

const hello = recorded('hello');
const synced = recorded('synced');

test('the greeting comes once, with all runs and their descriptors', () => {
  const { tell, deliver, link, hellos, events, said, armed } = connect();
  tell(hello);
  assert.deepEqual(hellos, [], 'not before everything is known');
  deliver({ bytes: recorded('run'), descriptors: [40, 41] });
  tell(synced);
  assert.deepEqual(hellos, [
    {
      initPid: 1,
      isPid1: true,
      isTakeover: true,
      hasTerminal: true,
      starts: 3,
      files: { soft: 1024, hard: 1_048_576 },
      lastRun: 9,
      lastTaskRun: 0x8000_0002,
      environment: ['PATH=/bin', 'EMPTY=', 'UTF=ü'].map(text),
      runs: [
        {
          type: 'run',
          run: 7,
          pid: 321,
          running: false,
          groupEnded: true,
          status: { code: 3, signal: null, coreDumped: false },
          startedAtMs: 5000,
          exitedAtMs: 6000,
          usage: { userUs: 1500, systemUs: 2500, maxRssKib: 4096 },
          streams: { stdin: null, stdout: 40, stderr: 41 },
        },
      ],
    },
  ]);
  link.onReadable();
  assert.equal(hellos.length, 1);
  assert.deepEqual(events, []);
  assert.deepEqual(said(), ['ACK 1', 'ACK 3'], 'nothing handled, nothing said');
  assert.equal(armed.get(SOCKET), '1:10');
});

test('events come in order, as they are told', () => {
  const { tell, events, said } = connect();
  tell(...['hello', 'synced', 'spawn-failed', 'exited', 'group-ended', 'signal', 'swept'].map(recorded));
  assert.deepEqual(
    events.map(({ type }) => type),
    ['spawnFailed', 'exited', 'groupEnded', 'signalReceived', 'swept'],
  );
  assert.deepEqual(said(), ['ACK 7']);
});

test('descriptors form one queue over messages: before their frame, with it, and for frames that come later', () => {
  const { tell, deliver, link, events } = connect();
  const frames = [spawnedFrame(1, 6), spawnedFrame(2, 0), spawnedFrame(3, 7), spawnedFrame(4, 2)];
  const [first = new Uint8Array(0), ...rest] = frames;
  deliver({ bytes: concat(hello, synced, first.subarray(0, 5)), descriptors: [20] });
  deliver({ bytes: first.subarray(5, 9), descriptors: [21, 22, 23] });
  deliver({ bytes: concat(first.subarray(9), ...rest.slice(0, 1)), descriptors: [24, 25] });
  link.onReadable();
  tell(...rest.slice(1));
  assert.deepEqual(
    events.map((event) => (event.type === 'spawned' ? event.streams : null)),
    [
      { stdin: null, stdout: 20, stderr: 21 },
      { stdin: null, stdout: null, stderr: null },
      { stdin: 22, stdout: 23, stderr: 24 },
      { stdin: null, stdout: 25, stderr: null },
    ],
  );
});

test('any cuts of the stream and any spread of the descriptors give the same events', () => {
  const masks = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
  fc.assert(
    fc.property(masks, cuts, (streams, sizes) => {
      const { deliver, link, events, said } = connect();
      deliver({ bytes: concat(hello, synced) });
      let nextDescriptor = 10;
      let cut = 0;
      for (const [index, mask] of streams.entries()) {
        const frame = spawnedFrame(index + 1, mask);
        const count = [1, 2, 4].filter((bit) => (mask & bit) !== 0).length;
        const descriptors = Array.from({ length: count }, () => nextDescriptor++);
        for (let at = 0; at < frame.length; ) {
          const size = sizes[cut++ % sizes.length] ?? 1;
          deliver({ bytes: frame.subarray(at, at + size), descriptors: at === 0 ? descriptors : [] });
          at += size;
        }
      }
      link.onReadable();
      const taken = events.flatMap((event) => (event.type === 'spawned' ? Object.values(event.streams) : [])).filter((fd) => fd !== null);
      assert.deepEqual(
        taken,
        Array.from({ length: nextDescriptor - 10 }, (_, index) => index + 10),
      );
      assert.deepEqual(said(), [`ACK ${streams.length + 2}`]);
    }),
  );
});

test('what is asked for goes out at flush, in one piece, before the acknowledgement of what caused it', () => {
  const { link, tell, said, sent } = connect((event) => {
    if (event.type === 'signalReceived') link.kernel.kill(5, event.signal, 'group');
  });
  link.kernel.ready();
  link.kernel.spawn(spawnRequest(5));
  assert.equal(sent().length, 0);
  link.kernel.flush();
  link.kernel.flush();
  assert.deepEqual(said(), ['READY 1', 'SPAWN 5']);
  tell(hello, synced, recorded('signal'));
  assert.deepEqual(said().slice(2), ['KILL 5', 'ACK 3']);
  for (const ask of [() => link.kernel.release(5), () => link.kernel.sweep(9), link.kernel.stopping, () => link.kernel.exit(3)]) ask();
  link.kernel.flush();
  assert.deepEqual(said().slice(4), ['RELEASE 5', 'SWEEP 9', 'STOPPING 1', 'EXIT 3']);
});

test('a full socket: what is left goes on when there is room, in order, and reading goes on after it', () => {
  const { link, allow, said, armed, tell, events } = connect();
  tell(hello, synced);
  allow(5);
  link.kernel.spawn(spawnRequest(1, 'x'.repeat(5000)));
  link.kernel.flush();
  assert.equal(armed.get(SOCKET), '2:11');
  link.kernel.spawn(spawnRequest(2));
  link.kernel.flush();
  tell(recorded('signal'));
  assert.equal(events.length, 1, 'events are read nevertheless');
  assert.equal(armed.get(SOCKET), '2:11', 'and the wait for room is not given up for it');
  for (const bytes of [1, 17, 4000]) {
    allow(bytes);
    link.onWritable();
    assert.equal(armed.get(SOCKET), '2:11');
  }
  allow(Number.POSITIVE_INFINITY);
  link.onWritable();
  assert.deepEqual(said(), ['ACK 2', 'SPAWN 1', 'SPAWN 2', 'ACK 3']);
  assert.equal(armed.get(SOCKET), '1:10');
});

test('a full socket at any byte loses, repeats and reorders nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 90 })), (allowances) => {
      const { link, allow, said, armed } = connect();
      allow(0);
      for (const [index, allowance] of [...allowances, Number.POSITIVE_INFINITY].entries()) {
        link.kernel.release(index);
        link.kernel.flush();
        allow(allowance);
        if (armed.get(SOCKET) === '2:11') link.onWritable();
      }
      assert.deepEqual(
        said(),
        [...allowances, 0].map((_, index) => `RELEASE ${index}`),
      );
    }),
  );
});

test('an interrupted call is made again', () => {
  const { link, deliver, failSending, hellos, said } = connect();
  deliver({ error: EINTR }, { bytes: concat(hello, synced) });
  failSending(EINTR, EINTR);
  link.onReadable();
  assert.equal(hellos.length, 1);
  assert.deepEqual(said(), ['ACK 2']);
});

const nonsense: readonly (readonly [string, readonly Uint8Array[], RegExp])[] = [
  ['another version', [frameOf(FRAME.HELLO, partsOf(hello).body.with(0, 2))], /init speaks version 2, this supervisor 1/u],
  ['SYNCED before HELLO', [synced], /SYNCED before HELLO/u],
  ['a frame that is not known', [frameOf(99, new Uint8Array(0))], /frame type 99 is not known/u],
  ['a frame of the other direction', [recorded('kill')], /frame type 67 is not known/u],
  ['a frame that is too short', [frameOf(FRAME.EXITED, wordsOf(1, 2))], /frame ends after 8 bytes/u],
  ['a frame that is too long', [frameOf(FRAME.SIGNAL, new Uint8Array(0), 0xffff_ffff)], /a frame claims 4294967295 bytes/u],
  ['descriptors that did not come', [hello, synced, spawnedFrame(1, 2)], /more descriptors than came/u],
  ['a refused frame', [hello, synced, recorded('protocol-error')], /init refused frame 99: no such frame/u],
];

for (const [name, frames, reason] of nonsense) {
  test(`ends it: ${name}`, () => {
    const { tell, link, lost, armed, events, sent, deliver } = connect();
    tell(...frames);
    assert.equal(lost.length, 1);
    assert.match(lost[0] ?? '', reason);
    assert.equal(armed.has(SOCKET), false, 'nobody waits for the socket any more');
    const before = sent().length;
    link.kernel.exit(0);
    link.kernel.flush();
    deliver('end');
    link.onReadable();
    assert.equal(lost.length, 1, 'said once');
    assert.equal(armed.has(SOCKET), false);
    assert.deepEqual([sent().length, events.length], [before, 0]);
  });
}

test('init closes the socket, or it breaks', () => {
  for (const [delivery, reason] of [
    ['end', 'init closed the socket'],
    [{ error: ECONNRESET }, 'receiving from init failed with error 104'],
  ] as const) {
    const { deliver, link, lost } = connect();
    deliver({ bytes: concat(hello, synced) }, delivery);
    link.onReadable();
    assert.deepEqual(lost, [reason]);
  }
  const { link, failSending, lost, armed } = connect();
  failSending(EPIPE);
  link.kernel.ready();
  link.kernel.flush();
  assert.deepEqual(lost, ['sending to init failed with error 32']);
  assert.equal(armed.has(SOCKET), false);
});

test('an error of the listener is not taken for nonsense of init', () => {
  const { tell, lost } = connect(() => {
    throw new TypeError('a mistake of ours');
  });
  assert.throws(() => tell(hello, synced, recorded('swept')), /a mistake of ours/u);
  assert.deepEqual(lost, []);
});

test('sockets that init holds: asked for as one list, answered one by one, with a descriptor where it could be opened', () => {
  const { link, deliver, listening, said } = connect();
  link.listen(4, [{ address: '*', port: 80, backlog: 1, mode: 0, owner: null }]);
  link.kernel.flush();
  assert.deepEqual(said(), ['LISTEN 4']);
  const answer = (index: number, errno: number) => frameOf(FRAME.LISTENING, wordsOf(4, index, errno));
  deliver({ bytes: concat(answer(0, 0), answer(1, 98)), descriptors: [55] });
  link.onReadable();
  assert.deepEqual(listening, [
    { number: 4, index: 0, errno: 0, fd: 55 },
    { number: 4, index: 1, errno: 98, fd: null },
  ]);
});
