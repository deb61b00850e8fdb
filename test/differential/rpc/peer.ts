/** One server and one Python client that asks it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Server } from '../server.ts';

export type Said = { readonly value: unknown } | { readonly fault: readonly [number, string] } | { readonly status: number };

export type Client = { readonly call: (method: string, ...params: readonly unknown[]) => Promise<Said> };

/** Debian's, which has supervisor's package. */
const PYTHON = '/usr/bin/python3';

const RETRY_MS = 20;

/** Once the server listens. */
export const connect = async (t: TestContext, { folder }: Server): Promise<Client> => {
  const path = join(folder, 's.sock');
  while (!t.signal.aborted && !(await accepts(path))) await new Promise((resolve) => void setTimeout(resolve, RETRY_MS));
  const child = spawn(PYTHON, [join(import.meta.dirname, 'client.py'), path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  return {
    call: async (method, ...params) => {
      const answered = once(lines, 'line');
      child.stdin.write(`${JSON.stringify([method, params])}\n`);
      const [line] = (await answered) as [string];
      return JSON.parse(line) as Said;
    },
  };
};

const accepts = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = openSocket(path);
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
  });
