/** What the supervisor says to init, as bytes. One function a frame; the table is in protocol.md. */
import type { ByteWriter } from '../box/bytes.ts';
import type { ListenRequest, ProcessUser, SignalScope, SpawnAttributes, SpawnRequest, StreamKind } from '../kernel.ts';
import { ATTRIBUTE, EXIT_LEAVES, FRAME, KILL_WAKES, PROTOCOL_VERSION, SCOPE, SCOPE_LAUNCH } from './protocol.ts';

const SIGKILL = 9;
const encoder = new TextEncoder();
const STREAM_CODE: Readonly<Record<StreamKind | 'stdout', number>> = { null: 0, pipe: 1, inherit: 2, stdout: 3 };

/** Header and payload; the length is filled in behind. */
export const frame = (out: ByteWriter, type: number, payload: () => void): void => {
  const start = out.position();
  out.u32(0);
  out.u16(type);
  out.u16(0);
  const body = out.position();
  payload();
  out.patchU32(start, out.position() - body);
};

const words = (out: ByteWriter, type: number, ...values: readonly number[]): void => frame(out, type, () => values.forEach(out.u32));

export const writeReady = (out: ByteWriter): void => words(out, FRAME.READY, PROTOCOL_VERSION);
/** Ends a run that has not been executed yet. */
export const writeCancel = (out: ByteWriter, run: number): void => words(out, FRAME.KILL, run, SIGKILL, SCOPE_LAUNCH);
export const writeKill = (out: ByteWriter, run: number, signal: number, scope: SignalScope, wakes = false): void =>
  words(out, FRAME.KILL, run, signal, SCOPE[scope] + (wakes ? KILL_WAKES : 0));
export const writeFollow = (out: ByteWriter, run: number, pid: number): void => words(out, FRAME.FOLLOW, run, pid);
export const writeRelease = (out: ByteWriter, run: number): void => words(out, FRAME.RELEASE, run);
export const writeSweep = (out: ByteWriter, graceMs: number): void => words(out, FRAME.SWEEP, graceMs);
export const writeExit = (out: ByteWriter, code: number, leavesOthers: boolean): void => words(out, FRAME.EXIT, leavesOthers ? code + EXIT_LEAVES : code);
export const writeAck = (out: ByteWriter, handled: number): void => words(out, FRAME.ACK, handled);
export const writeForward = (out: ByteWriter, signal: number, runs: readonly number[]): void => words(out, FRAME.FORWARD, signal, ...runs);
export const writeStopSignals = (out: ByteWriter, signals: readonly number[]): void => {
  const bits = signals.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n);
  words(out, FRAME.STOP_SIGNALS, Number(bits & 0xffff_ffffn), Number(bits >> 32n));
};
export const writeStopping = (out: ByteWriter): void => words(out, FRAME.STOPPING, 1);

export const writeBecome = (out: ByteWriter, { uid, gid, groups }: ProcessUser, withInit: boolean): void =>
  words(out, FRAME.BECOME, withInit ? 1 : 0, uid, gid, ...groups);
export const writeAllow = (out: ByteWriter, request: SpawnRequest): void => writeRequest(out, FRAME.ALLOW, { ...request, run: 0 });
export const writeSpawn = (out: ByteWriter, request: SpawnRequest): void => writeRequest(out, FRAME.SPAWN, request);

const writeRequest = (out: ByteWriter, type: number, request: SpawnRequest): void =>
  frame(out, type, () => {
    out.u32(request.run);
    attribute(out, ATTRIBUTE.ARGV, () => request.argv.forEach((word) => string(out, encoder.encode(word))));
    attribute(out, ATTRIBUTE.ENVP, () => request.environment.forEach((entry) => string(out, entry)));
    if (request.directory !== null) {
      const directory = encoder.encode(request.directory);
      attribute(out, ATTRIBUTE.DIRECTORY, () => string(out, directory));
    }
    if (request.user !== null) {
      const { uid, gid, groups } = request.user;
      numbers(out, ATTRIBUTE.UID, uid);
      numbers(out, ATTRIBUTE.GID, gid);
      numbers(out, ATTRIBUTE.GROUPS, ...groups);
    }
    if (request.umask !== null) numbers(out, ATTRIBUTE.UMASK, request.umask);
    for (const { resource, soft, hard } of request.limits) {
      attribute(out, ATTRIBUTE.LIMIT, () => {
        out.u32(resource);
        long(out, soft);
        long(out, hard);
      });
    }
    for (const name of request.pidVariables ?? []) attribute(out, ATTRIBUTE.PID_VARIABLE, () => string(out, encoder.encode(name)));
    if (request.readyDescriptor) numbers(out, ATTRIBUTE.READY_DESCRIPTOR, request.readyDescriptor);
    if (request.attributes !== undefined) writeAttributes(out, request.attributes);
    numbers(out, ATTRIBUTE.STDIN, STREAM_CODE[request.stdin]);
    if (request.listen) writeSocket(out, ATTRIBUTE.LISTEN, request.listen);
    if (request.accept) writeSocket(out, ATTRIBUTE.ACCEPT, request.accept);
    for (const socket of request.sockets ?? []) writeSocket(out, ATTRIBUTE.SOCKET, socket);
    numbers(out, ATTRIBUTE.STDOUT, STREAM_CODE[request.stdout]);
    numbers(out, ATTRIBUTE.STDERR, STREAM_CODE[request.stderr]);
    numbers(out, ATTRIBUTE.STOP, request.stop.signal, request.stop.waitMs, SCOPE[request.stop.scope]);
  });

const writeAttributes = (out: ByteWriter, given: SpawnAttributes): void => {
  const { nice, oomScore, noNewPrivileges, keptCapabilities, processors, ioPriority, parentDeathSignal, root, hasTerminal, controlGroup } = given;
  const number = (id: number, value: number | null | undefined): void => {
    if (value !== null && value !== undefined) numbers(out, id, value >>> 0);
  };
  number(ATTRIBUTE.NICE, nice);
  number(ATTRIBUTE.OOM_SCORE, oomScore);
  number(ATTRIBUTE.IO_PRIORITY, ioPriority);
  number(ATTRIBUTE.PARENT_DEATH, parentDeathSignal);
  if (noNewPrivileges === true) attribute(out, ATTRIBUTE.NO_NEW_PRIVILEGES, () => {});
  if (hasTerminal === true) attribute(out, ATTRIBUTE.TERMINAL, () => {});
  if (keptCapabilities !== null && keptCapabilities !== undefined) {
    numbers(out, ATTRIBUTE.KEEP_CAPABILITIES, Number(keptCapabilities & 0xffff_ffffn), Number(keptCapabilities >> 32n));
  }
  if (processors !== null && processors !== undefined) attribute(out, ATTRIBUTE.AFFINITY, () => out.bytes(bitsOf(processors)));
  const path = (id: number, value: string | null | undefined): void => {
    if (value === null || value === undefined) return;
    const bytes = encoder.encode(value);
    attribute(out, id, () => string(out, bytes));
  };
  path(ATTRIBUTE.CHROOT, root);
  path(ATTRIBUTE.CONTROL_GROUP, controlGroup);
};

/** Bit n of byte m: number 8m+n. */
const bitsOf = (numbersSet: readonly number[]): Uint8Array => {
  const bits = new Uint8Array(Math.floor(Math.max(0, ...numbersSet) / 8) + 1);
  for (const number of numbersSet) bits[number >> 3] = (bits[number >> 3] ?? 0) | (1 << (number & 7));
  return bits;
};

/** The whole list of sockets to be held open. */
export const writeListen = (out: ByteWriter, number: number, sockets: readonly ListenRequest[]): void =>
  frame(out, FRAME.LISTEN, () => {
    out.u32(number);
    for (const socket of sockets) {
      out.u32(SOCKET_FIXED_BYTES + encoder.encode(socket.address).length);
      writeSocketBody(out, socket);
    }
  });

/** In the place of a backlog. */
const DATAGRAMS = 0xffff_ffff;
/** Six words, and the zero behind the address. */
const SOCKET_FIXED_BYTES = 25;

const writeSocket = (out: ByteWriter, id: number, socket: ListenRequest): void => attribute(out, id, () => writeSocketBody(out, socket));

const writeSocketBody = (out: ByteWriter, { address, port, backlog, mode, owner, isDatagram = false }: ListenRequest): void => {
  for (const word of [port ?? 0, isDatagram ? DATAGRAMS : backlog, mode, owner === null ? 0 : 1, owner?.uid ?? 0, owner?.gid ?? 0]) out.u32(word);
  string(out, encoder.encode(address));
};

/** Infinity is all ones. */
const long = (out: ByteWriter, value: number): void => {
  if (value !== Number.POSITIVE_INFINITY) return out.u64(value);
  out.u32(0xffff_ffff);
  out.u32(0xffff_ffff);
};

const attribute = (out: ByteWriter, id: number, payload: () => void): void => {
  out.u16(id);
  out.u16(0);
  const start = out.position();
  out.u32(0);
  const body = out.position();
  payload();
  out.patchU32(start, out.position() - body);
};

const numbers = (out: ByteWriter, id: number, ...values: readonly number[]): void => attribute(out, id, () => values.forEach(out.u32));

const string = (out: ByteWriter, bytes: Uint8Array): void => {
  out.bytes(bytes);
  out.zero();
};
