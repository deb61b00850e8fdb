/**
 * Plays init and its programs for the whole supervise role, from the sources, in one process: `node played-init.ts -c FILE`. What the
 * supervisor asks for is printed as lines `> FRAME RUN`, between the lines of its output. Programs, by their first word:
 *   say TEXT CODE    writes the text and exits     stay    runs until a signal     term    as stay, and TERM comes for the container
 *   missing          cannot be executed            linger  as say, but ends only after others of its process group
 * Exits with the code that the supervisor asks init for. With BOX=FILE the black box is kept there, for a successor; DIE_AT=FRAME
 * ends this process at that frame, as SIGKILL would.
 */
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { BOX_BYTES, CARRY_AT, CARRY_BYTES } from '../../../src/kernel/box/box.ts';
import type { Native } from '../../../src/kernel/native.ts';
import { FRAME } from '../../../src/kernel/link/protocol.ts';
import { concat, frameOf, partsOf, recorded, text, wordsOf } from '../../kernel/support/frames.ts';

const AGAIN = -11;
const LINK = 3;
/** Up to the unfinished lines of the first few streams. */
const KEPT_BYTES = CARRY_AT + 8 * CARRY_BYTES;
const NANOSECONDS = 1_000_000_000n;

type Program = { readonly run: number; readonly argv: readonly string[]; isAlive: boolean };

const boxFile = process.env['BOX'];
const dieAt = process.env['DIE_AT'];
const buffer = new ArrayBuffer(BOX_BYTES);
const box = new Uint8Array(buffer);
const isTakeover = boxFile !== undefined && existsSync(boxFile);
if (isTakeover) box.set(readFileSync(boxFile));

const incoming: { readonly bytes: Uint8Array; readonly descriptors: readonly number[] }[] = [];
const pipes = new Map<number, { readonly chunks: Uint8Array[]; isEnded: boolean }>();
const programs = new Map<number, Program>();
const armed = new Map<number, { readonly token: number; readonly interest: number }>();
let ready: (token: number) => void = () => {};

const isReady = (fd: number, interest: number): boolean => {
  if (interest === 2) return true;
  if (fd === LINK) return incoming.length > 0;
  const pipe = pipes.get(fd);
  return pipe !== undefined && (pipe.chunks.length > 0 || pipe.isEnded);
};

const wake = (): void => {
  for (const [fd, { token, interest }] of armed) {
    if (!isReady(fd, interest)) continue;
    armed.delete(fd);
    setImmediate(() => ready(token));
  }
};

const tell = (bytes: Uint8Array, descriptors: readonly number[] = []): void => {
  incoming.push({ bytes, descriptors });
  wake();
};

const now = (): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, process.hrtime.bigint() || NANOSECONDS, true);
  return bytes;
};

/** -ENOTSOCK: the supervisor's own streams are pipes here. */
const NO_SOCKET = -88;

const stdoutOf = (run: number): number => 100 + run * 2;

const exited = (program: Program, status: number): void => {
  if (!program.isAlive) return;
  program.isAlive = false;
  const hasOthers = program.argv[0] === 'linger';
  tell(frameOf(FRAME.EXITED, concat(wordsOf(program.run, 1000 + program.run, status, hasOthers ? 0 : 1), now(), new Uint8Array(32))));
  if (hasOthers) tell(frameOf(FRAME.GROUP_ENDED, wordsOf(program.run, 0, 0, 0)));
  for (const fd of [stdoutOf(program.run), stdoutOf(program.run) + 1]) {
    const pipe = pipes.get(fd);
    if (pipe !== undefined) pipe.isEnded = true;
  }
  wake();
};

const spawn = (body: Uint8Array): string => {
  const view = new DataView(body.buffer, body.byteOffset);
  const run = view.getUint32(0, true);
  const argv = new TextDecoder().decode(body.subarray(12, 11 + view.getUint32(8, true))).split('\0');
  const [verb, said = '', code = '0'] = argv;
  if (verb === 'missing') {
    tell(frameOf(FRAME.SPAWN_FAILED, concat(wordsOf(run, 17, 2, 1, 7), text('missing'), wordsOf(4), text('/bin'))));
    return `${run} missing`;
  }
  const program: Program = { run, argv, isAlive: true };
  programs.set(run, program);
  for (const fd of [stdoutOf(run), stdoutOf(run) + 1]) pipes.set(fd, { chunks: [], isEnded: false });
  tell(frameOf(FRAME.SPAWNED, concat(wordsOf(run, 1000 + run), now(), wordsOf(6))), [stdoutOf(run), stdoutOf(run) + 1]);
  if (verb === 'term') tell(recorded('signal'));
  if (verb === 'say' || verb === 'linger') {
    pipes.get(stdoutOf(run))?.chunks.push(text(said));
    exited(program, Number(code) << 8);
  }
  return `${run} ${argv[0]}`;
};

const obey = (type: number, body: Uint8Array): void => {
  const name = Object.entries(FRAME).find(([, number]) => number === type)?.[0] ?? String(type);
  if (type === FRAME.ACK) return;
  const word = body.length < 4 ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const shown = type === FRAME.SPAWN ? spawn(body) : String(word);
  writeSync(1, `> ${name} ${shown}\n`);
  if (name === dieAt || type === FRAME.EXIT) {
    if (boxFile !== undefined) writeFileSync(boxFile, box.subarray(0, KEPT_BYTES));
    process.exit(type === FRAME.EXIT ? word : 137);
  }
  const program = programs.get(word);
  if (type === FRAME.KILL && program !== undefined) exited(program, new DataView(body.buffer, body.byteOffset).getUint32(4, true));
  if (type === FRAME.SWEEP) tell(frameOf(FRAME.SWEPT, wordsOf(0, 0, 0)));
};

const native: Native = {
  mapBox: () => buffer,
  punchBox: (_fd, offset, length) => {
    box.fill(0, offset, offset + length);
    return 0;
  },
  readBox: (fd, offset, length) => {
    const pipe = pipes.get(fd);
    const [chunk] = pipe?.chunks.splice(0, 1) ?? [];
    if (chunk === undefined) return pipe?.isEnded === true ? 0 : AGAIN;
    box.set(chunk.subarray(0, length), offset);
    return chunk.length;
  },
  writeBox: (fd, offset, length) => writeSync(fd, box, offset, length),
  writeLines: (fd, offset, length) => writeSync(fd, box, offset, length),
  receive: (_fd, into, fds) => {
    const next = incoming.shift();
    fds[0] = next?.descriptors.length ?? 0;
    if (next === undefined) return AGAIN;
    fds.set(next.descriptors, 1);
    into.set(next.bytes);
    return next.bytes.length;
  },
  send: (fd, from, offset, length) => {
    if (fd !== LINK) return NO_SOCKET;
    const bytes = from.slice(offset, offset + length);
    for (let at = 0; at < bytes.length; ) {
      const size = 8 + new DataView(bytes.buffer, at).getUint32(0, true);
      const { type, body } = partsOf(bytes.slice(at, at + size));
      obey(type, body);
      at += size;
    }
    return length;
  },
  arm: (fd, interest, token) => {
    armed.set(fd, { interest, token });
    wake();
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
  kind: (fd) => (fd === LINK ? 'socket' : 'pipe'),
  setPipeBytes: (_fd, bytes) => bytes,
  connectDatagram: () => -2,
  connectStream: () => -2,
  endNow: () => undefined,
  peerOf: () => -107,
  bindDatagram: () => -1,
  receiveDatagram: () => -11,
  openPlace: () => -2,
  movePlace: () => -2,
  openSocketFile: () => -2,
  trim: () => {},
};

const environment = text('PATH=/bin\0HOME=/\0');
const hello = concat(wordsOf(1, 1, isTakeover ? 5 : 1, isTakeover ? 1 : 0), now(), wordsOf(1024, 0, 4096, 0, 0, 0, environment.length), environment);
tell(frameOf(FRAME.HELLO, hello));
if (isTakeover) {
  // Run 1 ended while there was no supervisor; its last words are still in the pipe.
  pipes.set(stdoutOf(1), { chunks: [text('last words')], isEnded: true });
  tell(frameOf(FRAME.RUN, concat(wordsOf(1, 1001, 6, 0), now(), now(), new Uint8Array(24), wordsOf(2))), [stdoutOf(1)]);
}
tell(frameOf(FRAME.SYNCED, new Uint8Array(0)));

const { roles } = await import('../../../src/main.ts');
await roles.supervise(native);
