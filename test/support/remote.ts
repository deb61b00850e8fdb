/** A client of a container's control interface, for tests that ask it what they want to know. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { remoteAt } from '../../src/control/client/remote.ts';
import type { Value } from '../../src/control/client/remote.ts';

export type RemoteControl = {
  /** The value, or a fault as `code text`. Each call is a connection of its own: it outlives whoever answered the last one. */
  readonly ask: (method: string, ...params: readonly Value[]) => Promise<unknown>;
  /** By name: `STATE pid`. */
  readonly states: () => Promise<Readonly<Record<string, string>>>;
};

/** Waits until somebody answers at the unix socket. */
export const remoteControl = async (t: TestContext, path: string): Promise<RemoteControl> => {
  await answering(t, path);
  const ask: RemoteControl['ask'] = async (method, ...params) => {
    await answering(t, path);
    const remote = remoteAt(`unix://${path}`, null);
    assert.ok(remote !== null);
    try {
      const answer = await remote.call(method, ...params);
      return answer.ok ? answer.value : `${answer.code} ${answer.text}`;
    } finally {
      remote.close();
    }
  };
  return {
    ask,
    states: async () => {
      const all = (await ask('supervisor.getAllProcessInfo')) as readonly { name: string; group: string; statename: string; pid: number }[];
      return Object.fromEntries(all.map(({ name, group, statename, pid }) => [group === name ? name : `${group}:${name}`, `${statename} ${pid}`]));
    },
  };
};

/** A supervisor that has just died leaves its socket file behind; its successor takes it over. */
const answering = async (t: TestContext, path: string): Promise<void> => {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return;
    } catch {
      t.signal.throwIfAborted();
      await new Promise((resolve) => void setTimeout(resolve, 10));
    } finally {
      socket.destroy();
    }
  }
};
