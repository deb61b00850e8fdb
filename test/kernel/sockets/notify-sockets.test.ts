/** Sockets for notifications against the kernel: what is heard, what is refused, what is left. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { createNotifySockets } from '../../../src/kernel/sockets/notify-sockets.ts';
import { addonPath } from '../../logs/support/real.ts';

const native = loadNative(await addonPath());
const FIRST_TOKEN = 1000;
const RUN = 7;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const abstract = (name: string): string => `@tsinit-test-notify-${process.pid}-${name}`;

/** Sends to an address that may be abstract; false: nobody listens there. */
const send = (address: string, ...texts: readonly string[]): boolean => {
  const fd = native.connectDatagram(bytesOf(address.replace(/^@/, '\0')));
  if (fd < 0) return false;
  for (const text of texts) assert.equal(native.send(fd, bytesOf(text), 0, text.length), text.length);
  native.close(fd);
  return true;
};

/** Texts as they are heard; `next` waits for that many. */
const createEar = () => {
  const heard: string[] = [];
  let onHeard = (): void => {};
  const sockets = createNotifySockets(native, FIRST_TOKEN);
  native.onReady(sockets.onReady);
  const next = async (count: number): Promise<readonly string[]> => {
    while (heard.length < count) await new Promise<void>((resolve) => (onHeard = resolve));
    return heard.splice(0);
  };
  const onMessage = (text: string): void => {
    heard.push(text);
    onHeard();
  };
  return { sockets, next, onMessage };
};

test('everything is heard in order, however much there is at once, until the run is over', { timeout: 30_000 }, async () => {
  const { sockets, next, onMessage } = createEar();
  const address = abstract('order');
  assert.equal(sockets.open(RUN, address, null, onMessage), null);
  assert.equal(sockets.open(RUN, address, null, onMessage), null, 'it is open already');
  assert.equal(sockets.open(8, address, null, onMessage), 'EADDRINUSE');
  assert.ok(send(address, 'one', 'two', 'x'.repeat(5000)));
  assert.deepEqual(await next(3), ['one', 'two', 'x'.repeat(4096)]);
  for (let round = 0; round < 20; round++) {
    const texts = Array.from({ length: 8 }, (_, index) => `${round} ${index}`);
    assert.ok(send(address, ...texts));
    assert.deepEqual(await next(8), texts);
  }
  sockets.close(RUN);
  sockets.close(RUN);
  sockets.onReady(FIRST_TOKEN);
  assert.ok(!send(address, 'late'));
});

test('who hears it may close it', { timeout: 30_000 }, async () => {
  const { sockets, next, onMessage } = createEar();
  const address = abstract('closing');
  sockets.open(RUN, address, null, (text) => {
    sockets.close(RUN);
    onMessage(text);
  });
  assert.ok(send(address, 'end'));
  assert.deepEqual(await next(1), ['end']);
  assert.ok(!send(address, 'late'));
});

test('a path is for its owner alone, takes the place of a former one, and goes with the run', { timeout: 30_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { sockets, next, onMessage } = createEar();
  const path = join(folder, 'socket');
  writeFileSync(path, 'left over');
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  assert.equal(sockets.open(RUN, path, { uid, gid }, onMessage), null);
  const status = statSync(path);
  assert.deepEqual([status.mode & 0o777, status.uid, status.gid], [0o600, uid, gid]);
  assert.ok(send(path, 'ready'));
  assert.deepEqual(await next(1), ['ready']);
  sockets.close(RUN);
  assert.ok(!existsSync(path));
});

test('what comes from outside the container is not heard, and nobody holds the others up', () => {
  const heard: string[] = [];
  const armed: number[] = [];
  let sender = 0;
  const played = {
    arm: (fd: number) => armed.push(fd),
    close: () => 0,
    bindDatagram: () => 5,
    openSocketFile: () => -1,
    movePlace: () => -2,
    receiveDatagram: (_fd: number, into: Uint8Array, from: Uint32Array) => {
      into.set(bytesOf('READY=1'));
      from[0] = sender;
      return 7;
    },
  };
  const sockets = createNotifySockets(played, FIRST_TOKEN);
  sockets.open(RUN, '@x', null, (text) => heard.push(text));
  sockets.onReady(FIRST_TOKEN + 5);
  assert.deepEqual(heard, []);
  sender = 42;
  sockets.onReady(FIRST_TOKEN + 5);
  assert.equal(heard.length, 64, 'there is more, for the next turn');
  assert.deepEqual(armed, [5, 5, 5]);
});

test('why there is no socket', () => {
  const { sockets, onMessage } = createEar();
  assert.equal(sockets.open(RUN, '/nowhere/socket', null, onMessage), 'ENOENT');
  assert.equal(sockets.open(RUN, `/tmp/${'x'.repeat(120)}`, null, onMessage), 'ENAMETOOLONG');
  assert.equal(native.bindDatagram(new Uint8Array(0)), -22);
  assert.equal(native.receiveDatagram(0, new Uint8Array(1), new Uint32Array(0)), -22);
});
