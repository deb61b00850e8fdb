/** Connections as /proc/net lists them: of these ports and paths, open or waiting, and not those that are on their way out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countConnections } from '../../../src/kernel/sockets/connections.ts';
import type { ListenRequest } from '../../../src/kernel/kernel.ts';

const tcp = (port: number): ListenRequest => ({ address: '*', port, backlog: 1, mode: 0, owner: null });
const unix = (address: string): ListenRequest => ({ address, port: null, backlog: 1, mode: 0, owner: null });
const line = (port: string, state: string): string => `   0: 0100007F:${port} 0100007F:9C40 ${state} 00000000:00000000 00:00000000 00000000 0 0 1 1`;
const FILES: Readonly<Record<string, string>> = {
  '/proc/net/tcp': `  sl  local_address rem_address   st\n${[line('1F90', '0A'), line('1F90', '01'), line('1F90', '06'), line('0050', '01')].join('\n')}\n`,
  '/proc/net/tcp6': `  sl\n${line('1F90', '08')}\n`,
  '/proc/net/unix': `Num       RefCount Protocol Flags    Type St Inode Path\n0000: 00000002 00000000 00010000 0001 01 11 /run/x y.sock\n0000: 00000003 00000000 00000000 0001 03 12 /run/x y.sock\n0000: 00000002 00000000 00000000 0001 02 0 @name\n0000: 00000003 00000000 00000000 0001 03 13\n0000: 00000002 00000000 00010000 0001 01 21 /proc/self/fd/9/apart\n0000: 00000003 00000000 00000000 0001 03 22 /proc/self/fd/9/apart\n`,
};
/** One that was made apart has another name in the table. */
const inodeOf = ({ address }: ListenRequest): number | null => (address === '/home/apart.sock' ? 21 : null);
const count = (sockets: readonly ListenRequest[], files = FILES): number | null => countConnections(sockets, inodeOf, (path) => files[path] ?? null);

test('open connections of both families', () => {
  assert.equal(count([tcp(8080)]), 2);
  assert.equal(count([tcp(80)]), 1);
  assert.equal(count([tcp(81)]), 0);
  assert.equal(count([]), 0);
});

test('unix sockets by path and by name, accepted and waiting', () => {
  assert.equal(count([unix('/run/x y.sock')]), 1);
  assert.equal(count([unix('@name'), unix('/run/x y.sock'), tcp(80)]), 3);
  assert.equal(count([unix('/run/other')]), 0);
  assert.equal(count([unix('/home/apart.sock')]), 1);
});

test('what cannot be known is not zero', () => {
  assert.equal(count([tcp(80)], {}), null);
  assert.equal(count([unix('@name')], {}), null);
  assert.equal(count([tcp(8080)], { '/proc/net/tcp': FILES['/proc/net/tcp'] ?? '' }), 1, 'without IPv6');
  assert.equal(
    countConnections([tcp(1)], () => null, undefined),
    0,
  );
});
