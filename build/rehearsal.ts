/**
 * Plays a start, a crash and a stop of the supervise role against an init that is only played, and writes the compiled code of the bundle as it is then:
 * V8 compiles a function when it is first called, and a start would spend a third of its time on that. Run by compiled-code.ts
 * with the flags of the real run: `node FLAGS build/rehearsal.ts BUNDLE RESULT`.
 */
import { unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteWriter } from '../src/kernel/box/bytes.ts';
import { frame } from '../src/kernel/link/frames-out.ts';
import type { Native } from '../src/kernel/native.ts';
import { FRAME } from '../src/kernel/link/protocol.ts';
import { rehearse } from './rehearsing.ts';

type Roles = { readonly roles: { readonly supervise: (native: Native) => Promise<void> } };

const AGAIN = -11;
/** More than there are scenes: after the last one nothing is armed. */
const TURNS = 12;
const PROGRAM_PID = 7;
const STOP_SIGNAL = 15;
/** And the number of the run. */
const PROGRAM_STDOUT = 100;
const PROGRAM_STDERR = 110;
/** Of the box, as far as one program needs it. A larger one would set off the garbage collector, whose rounds are counted in the compiled code. */
const TOUCHED_BYTES = 17 * 1024 * 1024;
const OUTPUT = 'a line\nanother line\nno line yet';
const CONFIGURATION = `[tsinit]
[program:web]
command = /bin/web --port "80" ; a comment
environment = A="1",B="2"
autorestart = true
startsecs = 0
`;

/** What init would say, one element for each time the supervisor listens. */
const script = (): readonly { readonly bytes: Uint8Array; readonly descriptors: readonly number[] }[] => {
  const out = byteWriter();
  const scene = (descriptors: readonly number[]): { bytes: Uint8Array; descriptors: readonly number[] } => ({ bytes: out.takeAll().slice(), descriptors });
  const environment = new TextEncoder().encode('PATH=/usr/bin:/bin\0HOME=/\0');
  frame(out, FRAME.HELLO, () => {
    for (const word of [1, 1, 1, 0]) out.u32(word);
    for (const long of [1e9, 1024, 4096]) out.u64(long);
    for (const word of [0, 0, environment.length]) out.u32(word);
    out.bytes(environment);
  });
  frame(out, FRAME.SYNCED, () => {});
  const hello = scene([]);
  const spawned = (run: number): ReturnType<typeof scene> => {
    frame(out, FRAME.SPAWNED, () => {
      out.u32(run);
      out.i32(PROGRAM_PID);
      out.u64(2e9);
      out.u32(6);
    });
    return scene([PROGRAM_STDOUT + run, PROGRAM_STDERR + run]);
  };
  const exited = (run: number): ReturnType<typeof scene> => {
    frame(out, FRAME.EXITED, () => {
      for (const word of [run, PROGRAM_PID, 256, 1]) out.u32(word);
      for (const long of [3e9, 1, 1, 1]) out.u64(long);
      for (const word of [0, 0]) out.u32(word);
    });
    return scene([]);
  };
  const signal = (): ReturnType<typeof scene> => {
    frame(out, FRAME.SIGNAL, () => [STOP_SIGNAL, 0, 0, 1].forEach(out.u32));
    return scene([]);
  };
  const swept = (): ReturnType<typeof scene> => {
    frame(out, FRAME.SWEPT, () => [0, 0, 0].forEach(out.u32));
    return scene([]);
  };
  return [hello, spawned(1), exited(1), spawned(2), signal(), exited(2), swept()];
};

/** An addon whose programs write one text each; `turn` makes what is armed ready. */
const playedNative = (): { readonly native: Native; readonly turn: () => void } => {
  const scenes = [...script()];
  const armed = new Map<number, number>();
  const hasBeenRead = new Set<number>();
  let box = new Uint8Array(0);
  /** Between two scenes there is nothing to hear. */
  let isQuiet = true;
  let ready: (token: number) => void = () => {};
  const native: Native = {
    mapBox: (_fd, bytes) => {
      const buffer = new ArrayBuffer(Math.min(bytes, TOUCHED_BYTES));
      const larger = new Uint8Array(buffer);
      larger.set(box);
      box = larger;
      return buffer;
    },
    punchBox: () => 0,
    readBox: (fd, offset) => {
      if (hasBeenRead.has(fd)) return 0;
      hasBeenRead.add(fd);
      box.set(new TextEncoder().encode(OUTPUT), offset);
      return OUTPUT.length;
    },
    writeBox: (_fd, _offset, length) => length,
    writeLines: (_fd, _offset, length) => length,
    receive: (_fd, into, fds) => {
      isQuiet = !isQuiet;
      const scene = isQuiet ? undefined : scenes.shift();
      fds[0] = scene?.descriptors.length ?? 0;
      if (scene === undefined) return AGAIN;
      scene.descriptors.forEach((descriptor, index) => {
        fds[index + 1] = descriptor;
      });
      into.set(scene.bytes);
      return scene.bytes.length;
    },
    send: (_fd, _from, _offset, length) => length,
    arm: (fd, _interest, token) => {
      armed.set(fd, token);
      return 0;
    },
    disarm: (fd) => void armed.delete(fd),
    onReady: (callback) => {
      ready = callback;
    },
    close: () => 0,
    reopen: () => -6,
    setNonBlocking: () => 0,
    writeNow: (_fd, _from, _offset, length) => length,
    kind: () => 'pipe',
    setPipeBytes: (_fd, bytes) => bytes,
    trim: () => {},
    connectDatagram: () => -2,
    connectStream: () => -2,
    endNow: () => undefined,
    peerOf: () => -1,
    bindDatagram: () => -1,
    receiveDatagram: () => -11,
    openPlace: () => -2,
    movePlace: () => -2,
    openSocketFile: () => -2,
  };
  return {
    native,
    turn: () => {
      const due = [...armed];
      for (const [fd, token] of due) {
        armed.delete(fd);
        ready(token);
      }
    },
  };
};

const configuration = join(tmpdir(), `tsinit-rehearsal-${process.pid}.conf`);
writeFileSync(configuration, CONFIGURATION);

await rehearse(
  async (exports) => {
    const { native, turn } = playedNative();
    await (exports as Roles).roles.supervise(native);
    for (let count = 0; count < TURNS; count += 1) turn();
    unlinkSync(configuration);
  },
  ['-c', configuration],
);
