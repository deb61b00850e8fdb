/** Peer credentials from real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { peerOf } from '../../../src/kernel/sockets/peer.ts';
import { addonPath } from '../../logs/support/real.ts';

const native = loadNative(await addonPath());

/** Node tells the descriptor of a socket to those who ask for it by force. */
const descriptorOf = (socket: Socket): number => (Reflect.get(socket, '_handle') as { readonly fd: number }).fd;

test('a connected unix socket tells who connected', async (t) => {
  const server = createServer().listen(`\0tsinit-test-peer-${process.pid}`);
  t.after(() => server.close());
  await once(server, 'listening');
  const client = connect(`\0tsinit-test-peer-${process.pid}`);
  t.after(() => client.destroy());
  const [socket] = (await once(server, 'connection')) as [Socket];
  assert.deepEqual(peerOf(native, descriptorOf(socket)), { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
  socket.destroy();
});

test('others tell nothing', () => {
  assert.equal(peerOf(native, -1), null);
  assert.equal(native.peerOf(0, new Uint32Array(2)), -22);
});
