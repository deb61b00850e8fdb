/**
 * The situations that an image is put into: options of the engine and what is to be seen of the probe then. Data alone.
 */
import type { EngineName } from './engine.ts';

export type Mode = 'direct' | 'supervise';

export type Situation = {
  readonly name: string;
  /** Options of `run`. */
  readonly options: (engine: EngineName, mode: Mode) => readonly string[];
  /** The descriptor that tsinit is started without. */
  readonly closed?: 0 | 1 | 2;
  readonly uid?: number;
  /** Another init is between the engine and us; what signals it blocks is its own affair, and passed on as found. */
  readonly isBelowInit?: true;
  /** The probe ends by itself with this code, and nobody stops it. */
  readonly exits?: number;
};

const always =
  (...options: readonly string[]): Situation['options'] =>
  () =>
    options;

/** As OpenShift gives to a namespace: in no passwd file, group 0. */
const ARBITRARY_UID = 1_000_730_000;
const user = `${ARBITRARY_UID}:0`;
const hardened = ['--cap-drop=ALL', '--security-opt=no-new-privileges'];
/** Podman mounts a writable /tmp and /run over a read-only root; Docker does not. */
const nothingWritable = (engine: EngineName): readonly string[] => ['--read-only', '--ipc=none', ...(engine === 'podman' ? ['--read-only-tmpfs=false'] : [])];

/** Direct mode itself has one process. The engine's own start of a container runs inside of the limit, a Go program with a thread for each thing that it waits for: with 10 it fails
 *  now and then, before there is any tsinit. */
const FEW_PROCESSES = 16;

export const situations: readonly Situation[] = [
  { name: 'default', options: always() },
  { name: 'ends by itself', options: always(), exits: 42 },
  { name: '`--read-only`', options: always('--read-only') },
  { name: 'arbitrary uid, gid 0', options: always(`--user=${user}`), uid: ARBITRARY_UID },
  { name: 'no capabilities, no new privileges', options: always(...hardened) },
  { name: 'nothing writable: no /tmp, /run, /dev/shm', options: nothingWritable },
  { name: 'all of these', options: (engine) => [...nothingWritable(engine), `--user=${user}`, ...hardened], uid: ARBITRARY_UID },
  { name: '`--init`: not PID 1', options: always('--init'), isBelowInit: true },
  { name: '`-i`', options: always('-i') },
  { name: '`-t`', options: always('-t') },
  { name: '`-ti`', options: always('-t', '-i') },
  { name: 'stdin closed', options: always(), closed: 0 },
  { name: 'stdout closed', options: always(), closed: 1 },
  { name: 'stderr closed', options: always(), closed: 2 },
  { name: 'little memory', options: (_engine, mode) => (mode === 'direct' ? ['--memory=6m'] : ['--memory=32m']) },
  { name: 'few processes', options: always(`--pids-limit=${FEW_PROCESSES}`) },
  { name: 'few descriptors', options: (_engine, mode) => [`--ulimit=nofile=${mode === 'direct' ? '24:24' : '64:64'}`] },
  { name: 'many descriptors', options: always('--ulimit=nofile=1048576:1048576') },
];
