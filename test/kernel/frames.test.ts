/** Frames in both directions against the recorded ones, which init's C is tested with too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteWriter, type ByteWriter, FrameError } from '../../src/kernel/box/bytes.ts';
import { decodeWaitStatus, type InitFrame, readFrame } from '../../src/kernel/link/frames-in.ts';
import * as write from '../../src/kernel/link/frames-out.ts';
import type { SpawnRequest } from '../../src/kernel/kernel.ts';
import { FRAME, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES } from '../../src/kernel/link/protocol.ts';
import { concat, partsOf, recorded, text, wordsOf } from './support/frames.ts';

const usage = { userUs: 1500, systemUs: 2500, maxRssKib: 4096 };

/** As test/fixtures/frames/index.md tells them. */
const fromInit: Readonly<Record<string, InitFrame>> = {
  hello: {
    type: 'hello',
    version: 1,
    initPid: 1,
    isPid1: true,
    isTakeover: true,
    hasTerminal: true,
    starts: 3,
    startedAtMs: 1000.000001,
    files: { soft: 1024, hard: 1_048_576 },
    lastRun: 9,
    lastTaskRun: 0x8000_0002,
    environment: ['PATH=/bin', 'EMPTY=', 'UTF=ü'].map(text),
  },
  run: {
    type: 'run',
    run: 7,
    pid: 321,
    running: false,
    groupEnded: true,
    status: { code: 3, signal: null, coreDumped: false },
    startedAtMs: 5000,
    exitedAtMs: 6000,
    usage,
    streams: 6,
  },
  synced: { type: 'synced' },
  spawned: { type: 'spawned', run: 8, pid: 322, atMs: 7000, streams: 3 },
  'spawn-failed': {
    type: 'spawnFailed',
    run: 9,
    reason: "cannot run 'nginx': not found in PATH (/usr/bin:/bin)",
    exitCode: 127,
    peerReason: "can't find command 'nginx'",
  },
  exited: { type: 'exited', run: 7, pid: 321, status: { code: -1, signal: 9, coreDumped: false }, groupEnded: true, atMs: 6000, usage },
  'group-ended': { type: 'groupEnded', run: 7 },
  signal: { type: 'signalReceived', signal: 15, senderPid: 0, senderUid: 0, count: 2 },
  swept: { type: 'swept', killed: 3, found: 5, left: [{ pid: 400, run: 7, wasKilled: true, name: 'nginx' }] },
  'protocol-error': { type: 'protocolError', frame: 99, text: 'no such frame' },
  'tree-ended': { type: 'treeEnded', run: 7 },
  killed: { type: 'killed', run: 7, count: 1, named: [{ pid: 400, name: 'nginx' }] },
  followed: { type: 'followed', run: 7, pid: 323 },
  listening: { type: 'listening', number: 3, index: 1, errno: 98 },
};

for (const [name, expected] of Object.entries(fromInit)) {
  test(`from init: ${name}`, () => {
    const { type, body } = partsOf(recorded(name));
    assert.deepEqual(readFrame(type, body), expected);
    for (let length = 0; length < body.length; length += 1) {
      if (name === 'hello' && length >= body.length) break;
      assert.throws(() => readFrame(type, body.subarray(0, length)), FrameError, `cut to ${length} bytes`);
    }
  });
}

const small: SpawnRequest = {
  run: 9,
  argv: ['true'],
  environment: [],
  directory: null,
  user: null,
  umask: null,
  limits: [],
  stdin: 'null',
  stdout: 'pipe',
  stderr: 'pipe',
  stop: { signal: 15, waitMs: 10_000, scope: 'process' },
};

const toInit: Readonly<Record<string, (out: ByteWriter) => void>> = {
  ready: write.writeReady,
  'spawn-small': (out) => write.writeSpawn(out, small),
  kill: (out) => write.writeKill(out, 8, 15, 'group'),
  release: (out) => write.writeRelease(out, 7),
  sweep: (out) => write.writeSweep(out, 10_000),
  exit: (out) => write.writeExit(out, 143, false),
  ack: (out) => write.writeAck(out, 12),
  stopping: write.writeStopping,
  follow: (out) => write.writeFollow(out, 8, 323),
  'stop-signals': (out) => write.writeStopSignals(out, [15, 2, 3, 30, 37]),
  forward: (out) => write.writeForward(out, 10, [7, 8]),
  allow: (out) => write.writeAllow(out, small),
  become: (out) => write.writeBecome(out, { uid: 1000, gid: 1001, groups: [1001, 10] }, true),
  listen: (out) =>
    write.writeListen(out, 3, [
      { address: '/no/such/x.sock', port: null, backlog: 16, mode: 0o640, owner: { uid: 1000, gid: 1001 } },
      { address: '::1', port: 8080, backlog: 4096, mode: 0, owner: null },
    ]),
};

for (const [name, say] of Object.entries(toInit)) {
  test(`to init: ${name}`, () => {
    const out = byteWriter();
    say(out);
    assert.deepEqual(Buffer.from(out.takeAll()).toString('hex'), Buffer.from(recorded(name)).toString('hex'));
  });
}

test('every frame of the contract is among the recorded ones, in the direction it has', () => {
  const types = [...Object.keys(fromInit), ...Object.keys(toInit)].map((name) => partsOf(recorded(name)).type);
  assert.deepEqual(types, Object.values(FRAME));
});

/** Attributes of a frame as SPAWN has them: id -> bytes, in order. */
const attributesOf = (frame: Uint8Array): readonly (readonly [number, Uint8Array])[] => {
  const view = new DataView(frame.buffer, frame.byteOffset);
  const found: [number, Uint8Array][] = [];
  for (let at = 12; at < frame.length; ) {
    const length = view.getUint32(at + 4, true);
    found.push([view.getUint16(at, true), frame.subarray(at + 8, at + 8 + length)]);
    at += 8 + length;
  }
  return found;
};

test('a spawn request with everything has the attributes of the recorded one, byte for byte', () => {
  const out = byteWriter();
  write.writeSpawn(out, {
    run: 8,
    argv: ['sh', '-c', 'exit 3'],
    environment: ['PATH=/bin', 'EMPTY=', 'UTF=ü'].map(text),
    directory: '/srv',
    user: { uid: 1000, gid: 1001, groups: [10, 20] },
    umask: 0o27,
    limits: [],
    stdin: 'null',
    stdout: 'pipe',
    stderr: 'stdout',
    stop: { signal: 3, waitMs: 5000, scope: 'group' },
  });
  const wanted = attributesOf(recorded('spawn'));
  const written = attributesOf(out.takeAll());
  assert.deepEqual(
    written.map(([id]) => id),
    [1, 3, 4, 5, 6, 7, 8, 14, 15, 16, 18],
  );
  for (const attribute of written)
    assert.deepEqual(
      attribute,
      wanted.find(([id]) => id === attribute[0]),
    );
});

test('what the kernel is to give beyond that, each in its attribute', () => {
  const out = byteWriter();
  write.writeSpawn(out, {
    ...small,
    attributes: {
      nice: -5,
      oomScore: -100,
      noNewPrivileges: true,
      keptCapabilities: (1n << 40n) | 1n,
      processors: [0, 9],
      ioPriority: 3 << 13,
      parentDeathSignal: 9,
      root: '/jail',
      hasTerminal: true,
      controlGroup: '/sys/fs/cgroup/web/cgroup.procs',
    },
  });
  const written = new Map(attributesOf(out.takeAll()));
  const like = new Map(attributesOf(recorded('spawn')));
  for (const id of [9, 11, 12, 19, 20]) assert.deepEqual(written.get(id), like.get(id), `attribute ${id}`);
  assert.deepEqual(written.get(22), Uint8Array.of(1, 2));
  assert.deepEqual(written.get(23), Uint8Array.of(0, 0x60, 0, 0));
  assert.deepEqual(written.get(24), Uint8Array.of(1, 0, 0, 0, 0, 1, 0, 0));
  assert.deepEqual(written.get(25), new Uint8Array(0));
  assert.deepEqual(written.get(30), new TextEncoder().encode('/sys/fs/cgroup/web/cgroup.procs\0'));
});

test('sockets to be handed over, in order, and one to take a connection from', () => {
  const out = byteWriter();
  const tcp = { address: '::1', port: 80, backlog: 2, mode: 0, owner: null };
  const unix = { address: '@x', port: null, backlog: 3, mode: 0o600, owner: { uid: 4, gid: 5 } };
  write.writeSpawn(out, { ...small, accept: tcp, sockets: [unix, tcp] });
  const written = attributesOf(out.takeAll()).filter(([id]) => id >= 40);
  const body = (words: readonly number[], address: string): Uint8Array => concat(wordsOf(...words), text(`${address}\0`));
  const [first, second] = [body([80, 2, 0, 0, 0, 0], '::1'), body([0, 3, 0o600, 1, 4, 5], '@x')];
  assert.deepEqual(written, [
    [41, first],
    [40, second],
    [40, first],
  ]);
});

test('a pipe for readiness, and a place for the process id', () => {
  const out = byteWriter();
  write.writeSpawn(out, { ...small, readyDescriptor: 5, pidVariables: ['WATCHDOG_PID'] });
  const written = attributesOf(out.takeAll());
  assert.deepEqual(written.find(([id]) => id === 26)?.[1], Uint8Array.of(5, 0, 0, 0));
  assert.deepEqual(written.find(([id]) => id === 27)?.[1], text('WATCHDOG_PID\0'));
  const ids = written.map(([id]) => id);
  assert.ok(ids.indexOf(27) > ids.indexOf(3), 'behind the environment');
});

test('nothing beyond that is no attribute', () => {
  const out = byteWriter();
  write.writeSpawn(out, { ...small, attributes: { nice: null, keptCapabilities: null, processors: null, root: null } });
  const plain = byteWriter();
  write.writeSpawn(plain, small);
  assert.deepEqual(out.takeAll(), plain.takeAll());
});

test('environment bytes that are no UTF-8 go through as they are; a user without supplementary groups loses all', () => {
  const out = byteWriter();
  write.writeSpawn(out, { ...small, environment: [Uint8Array.of(88, 61, 0xff, 0xfe)], user: { uid: 1, gid: 2, groups: [] }, stdin: 'inherit' });
  const attributes = new Map(attributesOf(out.takeAll()));
  assert.deepEqual(attributes.get(3), Uint8Array.of(88, 61, 0xff, 0xfe, 0));
  assert.deepEqual(attributes.get(7), new Uint8Array(0));
  assert.deepEqual(attributes.get(14), Uint8Array.of(2, 0, 0, 0));
});

test('wait statuses', () => {
  assert.deepEqual(decodeWaitStatus(0), { code: 0, signal: null, coreDumped: false });
  assert.deepEqual(decodeWaitStatus(255 << 8), { code: 255, signal: null, coreDumped: false });
  assert.deepEqual(decodeWaitStatus(64), { code: -1, signal: 64, coreDumped: false });
  assert.deepEqual(decodeWaitStatus(0x80 | 11), { code: -1, signal: 11, coreDumped: true });
});

test('any bytes are a frame or a FrameError', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80 }), fc.uint8Array({ maxLength: 120 }), (type, body) => {
      try {
        readFrame(type, body);
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }),
    { numRuns: 2000 },
  );
  for (const type of [0, 14, 64, FRAME.READY, 0xffff]) assert.throws(() => readFrame(type, new Uint8Array(64)), /is not known/u);
});

test('sizes that only TypeScript and the page tell', () => {
  assert.deepEqual([FRAME_LIMIT_BYTES, FRAME_HEADER_BYTES], [2_097_152, 8]);
});
