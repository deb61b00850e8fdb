/**
 * The supervisor's end of init's socket: frames and descriptors in, frames out. Keeps order, keeps partial frames,
 * acknowledges what it handled. Decides nothing; a frame that breaks the contract ends the supervisor (init starts the next).
 */
import { createAssembler } from './assembler.ts';
import { FrameError, byteWriter } from '../box/bytes.ts';
import { readFrame } from './frames-in.ts';
import type { InitFrame } from './frames-in.ts';
import * as write from './frames-out.ts';
import type { Hello, Kernel, KernelListener, KnownRun, ListenRequest, RunStreams } from '../kernel.ts';
import type { Native } from '../native.ts';
import { PROTOCOL_VERSION, STREAM } from './protocol.ts';

const EAGAIN = 11;
const EINTR = 4;
const READABLE = 1;
const WRITABLE = 2;
/** SCM_MAX_FD is 253: one recvmsg never brings more. */
const MOST_DESCRIPTORS = 254;

export type LinkTokens = { readonly readable: number; readonly writable: number };

export type Link = {
  readonly kernel: Kernel;
  /** These sockets, and no others, are held open from now on; onListening() answers for each. Sent with the next flush. */
  readonly listen: (number: number, sockets: readonly ListenRequest[]) => void;
  /** Reads whatever is there; called at start and whenever the readable token fires. */
  readonly onReadable: () => void;
  /** Continues a send that found the socket full; called when the writable token fires. */
  readonly onWritable: () => void;
};

/** Takes over the socket `fd`. Readiness comes back through the two tokens of native.arm(). */
export const createLink = (native: Native, fd: number, tokens: LinkTokens, listener: KernelListener): Link => {
  const incoming = createAssembler();
  const received = new Int32Array(MOST_DESCRIPTORS);
  const descriptors: number[] = [];
  const knownRuns: KnownRun[] = [];
  let greeting: Extract<InitFrame, { type: 'hello' }> | null = null;
  let handled = 0;
  let lost = false;

  const out = byteWriter();
  let unsent: Uint8Array | null = null;
  let blocked = false;

  const lose = (reason: string): void => {
    if (lost) return;
    lost = true;
    native.disarm(fd);
    listener.onLost(reason);
  };

  const takeDescriptor = (): number => {
    const descriptor = descriptors.shift();
    if (descriptor === undefined) throw new FrameError('a frame announces more descriptors than came');
    return descriptor;
  };

  const takeStreams = (mask: number): RunStreams => {
    const take = (bit: number): number | null => ((mask & bit) === 0 ? null : takeDescriptor());
    const streams = { stdin: take(STREAM.STDIN), stdout: take(STREAM.STDOUT), stderr: take(STREAM.STDERR) };
    const ready = take(STREAM.READY);
    return ready === null ? streams : { ...streams, ready };
  };

  const handle = (frame: InitFrame): void => {
    switch (frame.type) {
      case 'hello':
        if (frame.version !== PROTOCOL_VERSION) throw new FrameError(`init speaks version ${frame.version}, this supervisor ${PROTOCOL_VERSION}`);
        greeting = frame;
        return;
      case 'run':
        knownRuns.push({ ...frame, streams: takeStreams(frame.streams) });
        return;
      case 'synced':
        if (greeting === null) throw new FrameError('SYNCED before HELLO');
        listener.onHello(helloOf(greeting, knownRuns));
        return;
      case 'spawned':
        listener.onEvent({ ...frame, streams: takeStreams(frame.streams) });
        return;
      case 'listening':
        listener.onListening({ number: frame.number, index: frame.index, errno: frame.errno, fd: frame.errno === 0 ? takeDescriptor() : null });
        return;
      case 'protocolError':
        throw new FrameError(`init refused frame ${frame.frame}: ${frame.text}`);
      case 'spawnFailed':
      case 'exited':
      case 'groupEnded':
      case 'treeEnded':
      case 'followed':
      case 'killed':
      case 'signalReceived':
      case 'swept':
        listener.onEvent(frame);
        return;
    }
  };

  const send = (bytes: Uint8Array): void => {
    let offset = 0;
    while (offset < bytes.length) {
      const sent = native.send(fd, bytes, offset, bytes.length - offset);
      if (sent === -EAGAIN) {
        unsent = bytes.slice(offset);
        if (!blocked) native.arm(fd, WRITABLE, tokens.writable);
        blocked = true;
        return;
      }
      if (sent < 0 && sent !== -EINTR) return lose(`sending to init failed with error ${-sent}`);
      if (sent > 0) offset += sent;
    }
    unsent = null;
  };

  const flush = (): void => {
    if (lost || blocked) return;
    const bytes = out.takeAll();
    if (bytes.length > 0) send(bytes);
  };

  const drain = (): boolean => {
    for (;;) {
      const count = native.receive(fd, incoming.room(), received);
      if (count === -EINTR) continue;
      if (count === -EAGAIN) return true;
      if (count <= 0) {
        lose(count === 0 ? 'init closed the socket' : `receiving from init failed with error ${-count}`);
        return false;
      }
      for (let index = 1; index <= (received[0] ?? 0); index += 1) descriptors.push(received[index] ?? -1);
      incoming.added(count);
      for (let next = incoming.next(); next !== null; next = incoming.next()) {
        handled += 1;
        handle(readFrame(next.type, next.body));
      }
    }
  };

  const onReadable = (): void => {
    const before = handled;
    try {
      if (!drain()) return;
    } catch (error) {
      if (error instanceof FrameError) return lose(error.message);
      throw error;
    }
    if (handled !== before) {
      write.writeAck(out, handled);
      flush();
    }
    // While a send is blocked the descriptor is armed for writing alone; onWritable() reads and arms again.
    if (!lost && !blocked) native.arm(fd, READABLE, tokens.readable);
  };

  const onWritable = (): void => {
    blocked = false;
    const rest = unsent;
    unsent = null;
    if (rest !== null) send(rest);
    if (!blocked) flush();
    onReadable();
  };

  return { kernel: kernelOn(out, flush), listen: (number, sockets) => write.writeListen(out, number, sockets), onReadable, onWritable };
};

/** Many programs at once: init starts the first ones while we still write down the others. */
const EARLY_BYTES = 8_192;

const kernelOn = (out: ReturnType<typeof byteWriter>, flush: () => void): Kernel => ({
  ready: () => write.writeReady(out),
  spawn: (request) => {
    write.writeSpawn(out, request);
    if (out.position() >= EARLY_BYTES) flush();
  },
  allow: (request) => write.writeAllow(out, request),
  become: (user, withInit) => write.writeBecome(out, user, withInit),
  cancel: (run) => write.writeCancel(out, run),
  kill: (run, signal, scope, wakes) => write.writeKill(out, run, signal, scope, wakes),
  follow: (run, pid) => write.writeFollow(out, run, pid),
  forward: (signal, runs) => write.writeForward(out, signal, runs),
  stopSignals: (signals) => write.writeStopSignals(out, signals),
  release: (run) => write.writeRelease(out, run),
  sweep: (graceMs) => write.writeSweep(out, graceMs),
  stopping: () => write.writeStopping(out),
  exit: (code, leavesOthers = false) => write.writeExit(out, code, leavesOthers),
  flush,
});

const helloOf = (frame: Extract<InitFrame, { type: 'hello' }>, runs: readonly KnownRun[]): Hello => ({
  initPid: frame.initPid,
  isPid1: frame.isPid1,
  isTakeover: frame.isTakeover,
  hasTerminal: frame.hasTerminal,
  starts: frame.starts,
  environment: frame.environment,
  files: frame.files,
  lastRun: frame.lastRun,
  lastTaskRun: frame.lastTaskRun,
  runs: [...runs],
});
