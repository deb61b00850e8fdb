/** Ports for servers of tests. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the kernel gives away by itself, and another range for each process: nobody takes it between here and there. */
let nextPort = 12_000 + (process.pid % 1_800) * 10;

/** A port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = nextPort++;
    const server = createServer().listen(port);
    const isFree = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
};
