/**
 * Shows one process another wall clock, and touches nobody else's: its copy of the vDSO (vdso(7)), from which it reads the clock, is overwritten
 * by /proc/PID/mem, as a debugger sets a breakpoint. The machine's clock stays as it is. A time namespace does not do: it has no CLOCK_REALTIME of its own.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { until } from './container.ts';

/** Null: this can be done here; else why not. */
export const noOtherClock = (): string | null => {
  if (process.arch !== 'x64') return 'the machine code of the other clock is for x86-64';
  if (process.getuid?.() !== 0) return 'needs root';
  const [from, to] = vdsoOf(process.pid) ?? [0, 0];
  if (to === from) return 'this kernel has no vDSO';
  const symbols = symbolsOf(readMemory(process.pid, from, to - from));
  const isTooShort = Object.entries(stubs(0)).some(([name, code]) => (symbols.get(name)?.size ?? 0) < code.length);
  return isTooShort ? 'the functions of this vDSO are too short to be replaced' : null;
};

/** From now on the process reads a wall clock that is so many seconds behind. */
export const setClockBack = async (pid: number, seconds: number): Promise<void> => {
  const [from, to] = vdsoOf(pid) ?? [0, 0];
  const symbols = symbolsOf(readMemory(pid, from, to - from));
  const isOutside = (): boolean =>
    readdirSync(`/proc/${pid}/task`).every((thread) => {
      const place = Number(readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'latin1').trim().split(' ').at(-1));
      return Number.isFinite(place) && (place < from || place >= to);
    });
  await until(() => {
    process.kill(pid, 'SIGSTOP');
    if (isOutside()) return true;
    process.kill(pid, 'SIGCONT');
    return false;
  }, 'all threads to be outside of the vDSO');
  const file = openSync(`/proc/${pid}/mem`, 'r+');
  for (const [name, code] of Object.entries(stubs(seconds))) writeSync(file, code, 0, code.length, from + (symbols.get(name)?.at ?? 0));
  closeSync(file);
  process.kill(pid, 'SIGCONT');
};

/** Asks the kernel, then subtracts. */
const stubs = (seconds: number): Readonly<Record<string, Buffer>> => {
  const less = Buffer.alloc(4);
  less.writeInt32LE(seconds);
  const code = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
  return {
    // mov eax, 228; syscall; test edi, edi; jne end; sub qword [rsi], seconds; end: ret
    __vdso_clock_gettime: Buffer.concat([code('b8 e4 00 00 00 0f 05 85 ff 75 07 48 81 2e'), less, code('c3')]),
    // mov eax, 96; syscall; test rdi, rdi; je end; sub qword [rdi], seconds; end: ret
    __vdso_gettimeofday: Buffer.concat([code('b8 60 00 00 00 0f 05 48 85 ff 74 07 48 81 2f'), less, code('c3')]),
  };
};

const vdsoOf = (pid: number): readonly [from: number, to: number] | null => {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.endsWith('[vdso]'));
  const match = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line ?? '');
  return match === null ? null : [Number.parseInt(match[1] as string, 16), Number.parseInt(match[2] as string, 16)];
};

const readMemory = (pid: number, at: number, length: number): Buffer => {
  const file = openSync(`/proc/${pid}/mem`, 'r');
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, at);
  closeSync(file);
  return bytes;
};

const SECTION_BYTES = 64;
const DYNAMIC_SYMBOLS = 11;
const SYMBOL_BYTES = 24;

/** Of an ELF file for 64 bits: its dynamic symbols, by name. */
const symbolsOf = (elf: Buffer): ReadonlyMap<string, { readonly at: number; readonly size: number }> => {
  const [table, count] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(60)];
  const section = (index: number): Buffer => elf.subarray(table + index * SECTION_BYTES, table + (index + 1) * SECTION_BYTES);
  const symbols = Array.from({ length: count }, (_, index) => section(index)).find(
    (each) => each.length === SECTION_BYTES && each.readUInt32LE(4) === DYNAMIC_SYMBOLS,
  );
  const found = new Map<string, { readonly at: number; readonly size: number }>();
  if (symbols === undefined) return found;
  const [offset, size] = [Number(symbols.readBigUInt64LE(24)), Number(symbols.readBigUInt64LE(32))];
  const names = Number(section(symbols.readUInt32LE(40)).readBigUInt64LE(24));
  for (let at = offset; at < offset + size; at += SYMBOL_BYTES) {
    const nameAt = names + elf.readUInt32LE(at);
    const name = elf.toString('latin1', nameAt, elf.indexOf(0, nameAt));
    found.set(name, { at: Number(elf.readBigUInt64LE(at + 8)), size: Number(elf.readBigUInt64LE(at + 16)) });
  }
  return found;
};
