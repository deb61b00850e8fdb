/** Everything that is served over HTTP, for the servers to try in turn. */
import { createApi } from './api/api.ts';
import type { Surface } from './exchange.ts';
import { createPage } from './page/page.ts';
import type { ControlPort } from './port.ts';
import { createRpc } from './rpc.ts';
import { createTailStreams } from './tail-stream.ts';

export const createSurfaces = (port: ControlPort): readonly Surface[] => {
  const api = createApi(port);
  return [createRpc(port, api), createTailStreams(port), createPage(port, api)];
};
