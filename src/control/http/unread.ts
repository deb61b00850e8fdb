/**
 * An answer without an end, for a client that may stop reading: passes on as fast as it reads, keeps a little, and cuts it off beyond that.
 * Owns the rest of the response.
 */
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import type { Connection } from './connection.ts';

export class UnreadStream extends Writable {
  readonly #response: ServerResponse;
  readonly #connection: Connection;

  constructor(response: ServerResponse, connection: Connection) {
    super({ decodeStrings: false });
    this.#response = response;
    this.#connection = connection;
    this.on('error', () => {});
    response.once('close', () => this.destroy());
    connection.streams();
  }

  /** Here and not below, for what waits inside a Writable is not shown to it. */
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    // One cast for the overloads of Node's own signature, which both lead here.
    const isRoomLeft = super.write(chunk, ...(rest as [BufferEncoding]));
    if (this.writableLength > this.#connection.limits.unreadBytes) this.#connection.socket.destroy();
    return isRoomLeft;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: () => void): void {
    this.#connection.answers();
    this.#response.write(chunk, encoding, () => {
      this.#connection.streams();
      done();
    });
  }

  override _final(done: () => void): void {
    this.#connection.answers();
    this.#response.end(done);
  }
}
