/**
 * Does another supervisor of this container listen on an address? By what the kernel says of sockets and of who holds them. Processes of another mount namespace (another container of a pod) and those that may not be looked at are passed over.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Native } from '../native.ts';
import { peerOf } from './peer.ts';

/** A path, an abstract name behind an @, or a TCP port. */
type ListenPlace = string | number;

const LISTENS_TCP = '0A';

type NeighbourNative = Pick<Native, 'connectStream' | 'peerOf' | 'close'>;

/** Its process id; null: there is none. `own`: processes that do not count. */
export const supervisorOn = (native: NeighbourNative, place: ListenPlace, own: readonly number[]): number | null => {
  const here = linkOf('/proc/self/ns/mnt');
  const isOne = (pid: string): boolean => !own.includes(Number(pid)) && isSupervisor(pid) && linkOf(`/proc/${pid}/ns/mnt`) === here;
  if (typeof place === 'string') {
    const pid = listenerOf(native, place);
    return pid !== 0 && isOne(String(pid)) ? pid : null;
  }
  const sockets = new Set(socketsOn(place).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  const holds = (pid: string): boolean => namesIn(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`) ?? ''));
  const found = namesIn('/proc').find((name) => /^\d+$/.test(name) && isOne(name) && holds(name));
  return found === undefined ? null : Number(found);
};

/** The kernel says who listens to whoever connects. 0: nobody, or a process that cannot be seen from here. */
const listenerOf = (native: NeighbourNative, place: string): number => {
  const fd = native.connectStream(new TextEncoder().encode(place.replace(/^@/, '\0')));
  if (fd < 0) return 0;
  const peer = peerOf(native, fd);
  native.close(fd);
  return peer?.pid ?? 0;
};

/** Inodes of the sockets that listen on a port. */
const socketsOn = (port: number): readonly string[] =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap(rowsOf)
    .filter((fields) => fields[3] === LISTENS_TCP && Number.parseInt((fields[1] ?? '').split(':').at(-1) ?? '', 16) === port)
    .flatMap((fields) => fields[9] ?? []);

/** Of our own file, or supervisord by its command line. */
const isSupervisor = (pid: string): boolean => {
  const file = linkOf(`/proc/${pid}/exe`);
  if (file !== null && file === linkOf('/proc/self/exe')) return true;
  const words = textOf(`/proc/${pid}/cmdline`).split('\0').slice(0, 2);
  return words.some((word) => ['tsinit', 'supervisord'].includes(word.slice(word.lastIndexOf('/') + 1)));
};

const rowsOf = (table: string): readonly (readonly string[])[] =>
  textOf(table)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ +/));

const textOf = (path: string): string => orElse(() => readFileSync(path, 'latin1'), '');
const linkOf = (path: string): string | null => orElse(() => readlinkSync(path), null);
const namesIn = (path: string): readonly string[] => orElse(() => readdirSync(path), []);

const orElse = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch {
    return otherwise;
  }
};
