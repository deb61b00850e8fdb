/** Deadlines of one connection, on a socket that is played. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { hold } from '../../../src/control/http/connection.ts';
import { LIMITS } from '../../../src/control/http/limits.ts';

/** A socket whose reader takes a piece of one large answer at each of `looks`, then nothing more. */
const playedSocket = (looks: number) => {
  let left = looks;
  const ended = Promise.withResolvers<number>();
  const socket = Object.assign(new EventEmitter(), {
    bytesWritten: 1_000_000,
    writableLength: 1_000_000,
    destroyed: false,
    destroy: () => ended.resolve(left),
    _handle: {
      get writeQueueSize(): number {
        if (left > 0) left--;
        return 1_000 + left;
      },
    },
  });
  // The part of a socket that a connection looks at.
  return { socket: socket as unknown as Socket, ended: ended.promise };
};

test('a client that reads slowly is waited for as long as it reads', async () => {
  const { socket, ended } = playedSocket(12);
  const shared = { limits: { ...LIMITS, headMs: 5, stalledMs: 5 }, serverName: 'x', hasRoom: () => true, onAnswer: () => {} };
  hold(socket, shared).answers();
  assert.equal(await ended, 0);
});
