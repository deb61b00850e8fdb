/** The ways in to the command table, each as a function: the contract tests run over all of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createApi } from '../../../src/control/api/api.ts';
import { createSession } from '../../../src/control/api/session.ts';
import { remoteAt } from '../../../src/control/client/remote.ts';
import type { Access, Exchange, Reply } from '../../../src/control/exchange.ts';
import { createServers } from '../../../src/control/http/servers.ts';
import type { ControlPort } from '../../../src/control/port.ts';
import { createRpc } from '../../../src/control/rpc.ts';
import { readAnswer } from '../../../src/control/client/answer.ts';
import { createSurfaces } from '../../../src/control/surfaces.ts';
import { socketFiles } from '../http/support.ts';
import { encodeCall } from '../../../src/control/xml/encode.ts';
import type { Value } from '../../../src/control/xml/value.ts';

/** The value, or a fault as `code text`. */
export type Said = { readonly value: unknown } | { readonly fault: string };

export type Caller = (method: string, ...params: readonly Value[]) => Promise<Said>;

export type SurfaceName = 'direct' | 'XML-RPC' | 'multicall' | 'client';

/** `client`: ours, over a unix socket of a real server. */
export const SURFACES: readonly SurfaceName[] = ['direct', 'XML-RPC', 'multicall', 'client'];

export const callerOf = (surface: SurfaceName, port: ControlPort, access: Access = 'admin'): Caller => {
  const xmlRpc = overXmlRpc(port, access);
  switch (surface) {
    case 'direct':
      return direct(port, access);
    case 'XML-RPC':
      return xmlRpc;
    case 'client':
      return overSocket(port, access);
    case 'multicall':
      return async (methodName, ...params) => {
        const said = await xmlRpc('system.multicall', [{ methodName, params }]);
        assert.ok('value' in said && Array.isArray(said.value));
        const [result] = said.value as readonly unknown[];
        return isFault(result) ? { fault: `${result.faultCode} ${result.faultString}` } : { value: result };
      };
  }
};

const isFault = (result: unknown): result is { readonly faultCode: number; readonly faultString: string } =>
  typeof result === 'object' && result !== null && 'faultCode' in result;

const direct = (port: ControlPort, access: Access): Caller => {
  const api = createApi(port);
  return async (method, ...params) => {
    const { session, answered } = createSession({ access, who: 'somebody', onGone: () => {} });
    const outcome = await api.call(session, method, params);
    answered();
    return outcome.ok ? { value: plain(outcome.value) } : { fault: `${outcome.error.code} ${outcome.error.text}` };
  };
};

const overXmlRpc = (port: ControlPort, access: Access): Caller => {
  const rpc = createRpc(port, createApi(port));
  return async (method, ...params) => {
    const exchange = createExchange({ method: 'POST', path: '/RPC2', access, body: encodeCall(method, params) });
    assert.equal(rpc(exchange.exchange), true);
    const reply = await exchange.replied;
    assert.equal(reply.status, 200);
    const answer = readAnswer(Buffer.from(reply.body).toString());
    assert.ok(answer !== null);
    return answer.ok ? { value: plain(answer.value) } : { fault: `${answer.code} ${answer.text}` };
  };
};

/** A server and a client for each call: nothing is left open. */
const overSocket =
  (port: ControlPort, access: Access): Caller =>
  async (method, ...params) => {
    const folder = mkdtempSync(join(tmpdir(), 'tsinit-contract-'));
    const path = join(folder, 's');
    const servers = createServers({ port, surfaces: createSurfaces(port), peerOf: () => null, files: socketFiles });
    await servers.apply([{ kind: 'unix', section: 'unix_http_server', path, mode: 0o700, owner: null, credentials: null, access, otherLogins: [] }]);
    const remote = remoteAt(`unix://${path}`, null);
    assert.ok(remote !== null);
    try {
      const answer = await remote.call(method, ...params);
      return answer.ok ? { value: plain(answer.value) } : { fault: `${answer.code} ${answer.text}` };
    } finally {
      remote.close();
      servers.close();
      rmSync(folder, { recursive: true });
    }
  };

/** Decoded structs have no prototype; for comparisons that does not matter. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export type Asked = {
  readonly method?: string;
  readonly path: string;
  readonly access?: Access;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Played = { readonly exchange: Exchange; readonly replied: Promise<Reply>; readonly stream: PassThrough; readonly leave: () => void };

/** What the HTTP layer would hand a surface. A stream counts as a reply with an empty body. */
export const createExchange = ({ method = 'GET', path, access = 'admin', body = '', headers = {} }: Asked): Played => {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const stream = new PassThrough();
  const gone: (() => void)[] = [];
  const [name = '', query = ''] = path.split('?');
  const exchange: Exchange = {
    method,
    path: decodeURIComponent(name),
    query: new URLSearchParams(query),
    header: (header) => headers[header.toLowerCase()],
    access,
    who: 'somebody',
    body: () => Promise.resolve(Buffer.from(body)),
    reply: resolve,
    stream: (head) => {
      resolve({ ...head, body: '' });
      return stream;
    },
    onDone: (listener) => listener(),
    onGone: (listener) => void gone.push(listener),
  };
  return { exchange, replied: promise, stream, leave: () => gone.forEach((tell) => tell()) };
};
