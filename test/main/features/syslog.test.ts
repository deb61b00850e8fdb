/** The wiring of syslog sockets on played ones: who reads how much at once, and what is read before the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Native } from '../../../src/kernel/native.ts';
import type { Logs } from '../../../src/logs/logs.ts';
import { startSyslog } from '../../../src/main/features/syslog.ts';
import type { SocketHolder, SyslogListener } from '../../../src/main/features/sockets.ts';
import { modelOf } from '../../simulate/specs.ts';

const EAGAIN = -11;
const MESSAGE = new TextEncoder().encode('<14>cron: hello');

/** A socket with so many datagrams in it, and a container's output with room for so many lines. */
const play = (sent: number, room: number) => {
  const state = { waiting: sent, room, armed: 0 };
  let listener: SyslogListener | null = null;
  let whenRoom: (() => void) | null = null;
  const native = {
    receiveDatagram: (_fd: number, into: Uint8Array, _sender: Uint32Array, isPeek = false) => {
      if (state.waiting === 0) return EAGAIN;
      if (!isPeek) state.waiting -= 1;
      else into.set(MESSAGE);
      return isPeek ? MESSAGE.length : 1;
    },
  } as unknown as Native;
  const sockets = {
    held: { fdOf: () => 5, arm: () => void (state.armed += 1) },
    onSyslog: (given: SyslogListener) => void (listener = given),
  } as unknown as SocketHolder;
  const logs = {
    put: () => (state.room === 0 ? false : ((state.room -= 1), true)),
    whenRoom: (callback: () => void) => void (whenRoom = callback),
  } as unknown as Logs;
  const readLast = startSyslog({ native, sockets, logs, model: () => modelOf([]) });
  const open = (): void => listener?.opened({ kind: 'datagram', path: '/dev/log' }, 0);
  const makeRoom = (lines: number): void => {
    state.room += lines;
    whenRoom?.();
  };
  return { state, open, readLast, makeRoom };
};

test('one batch at once, for others want to be heard, too; before the end everything', () => {
  const { state, open, readLast } = play(1000, 5000);
  open();
  assert.deepEqual(state, { waiting: 744, room: 4744, armed: 0 });
  readLast();
  assert.deepEqual(state, { waiting: 0, room: 4000, armed: 1 });
});

test('without room the rest waits for it, before the end too', () => {
  const { state, open, readLast, makeRoom } = play(1000, 300);
  open();
  readLast();
  assert.deepEqual(state, { waiting: 700, room: 0, armed: 0 });
  makeRoom(5000);
  assert.deepEqual(state, { waiting: 0, room: 4300, armed: 1 });
});
