/** How many connections there are to listening sockets of this container, as /proc/net has them: open ones and those that wait. */
import { readFileSync } from 'node:fs';
import type { ListenRequest } from '../kernel.ts';

/** ESTABLISHED, SYN_RECV, CLOSE_WAIT: the program still has something to do with it. */
const OPEN_TCP: ReadonlySet<string> = new Set(['01', '03', '08']);
/** Waiting to be accepted, and accepted. */
const OPEN_UNIX: ReadonlySet<string> = new Set(['02', '03']);

type ReadText = (path: string) => string | null;

/** Inode of the socket that listens there, as fstat() has it; null: not known. */
type InodeOf = (request: ListenRequest) => number | null;

/** Null: it cannot be known. */
export const countConnections = (sockets: readonly ListenRequest[], inodeOf: InodeOf, read: ReadText = readText): number | null => {
  const ports = new Set(sockets.flatMap(({ port }) => (port === null ? [] : [port])));
  const unix = sockets.filter(({ port }) => port === null);
  let count = 0;
  if (ports.size > 0) {
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(read).filter((text) => text !== null);
    if (tables.length === 0) return null;
    for (const table of tables) count += linesOf(table).filter((fields) => isOfPort(fields, ports)).length;
  }
  if (unix.length > 0) {
    const table = read('/proc/net/unix');
    if (table === null) return null;
    const lines = linesOf(table).map((fields) => ({ state: fields[5] ?? '', inode: Number(fields[6]), name: fields.slice(7).join(' ') }));
    // One that was made apart from its folder's owner has another name there than its path.
    const inodes = new Set(unix.map(inodeOf));
    const names = new Set([...unix.map(({ address }) => address), ...lines.flatMap(({ inode, name }) => (inodes.has(inode) ? [name] : []))]);
    count += lines.filter(({ state, name }) => OPEN_UNIX.has(state) && names.has(name)).length;
  }
  return count;
};

/** Without the heading. */
const linesOf = (table: string): readonly (readonly string[])[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ +/));

/** `0: 0100007F:1F90 0100007F:9C40 01 ...`: number, local address and port, remote ones, state. */
const isOfPort = (fields: readonly string[], ports: ReadonlySet<number>): boolean => {
  const local = fields[1] ?? '';
  return OPEN_TCP.has(fields[3] ?? '') && ports.has(Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
};

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};
