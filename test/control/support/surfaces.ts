/** The ways in to the command table, each as a function: the contract tests run over all of them. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createApi } from '../../../src/control/api/api.ts';
import { createSession } from '../../../src/control/api/session.ts';
import type { Access, Exchange, Reply } from '../../../src/control/exchange.ts';
import type { ControlPort } from '../../../src/control/port.ts';
import { createRpc } from '../../../src/control/rpc.ts';
import { decodeAnswer } from '../../../src/control/xml/decode.ts';
import { encodeCall } from '../../../src/control/xml/encode.ts';
import type { Value } from '../../../src/control/xml/value.ts';

/** The value, or a fault as `code text`. */
export type Said = { readonly value: unknown } | { readonly fault: string };

export type Caller = (method: string, ...params: readonly Value[]) => Promise<Said>;

export type SurfaceName = 'direct' | 'XML-RPC' | 'multicall';

export const SURFACES: readonly SurfaceName[] = ['direct', 'XML-RPC', 'multicall'];

export const callerOf = (surface: SurfaceName, port: ControlPort, access: Access = 'admin'): Caller => {
  const xmlRpc = overXmlRpc(port, access);
  switch (surface) {
    case 'direct':
      return direct(port, access);
    case 'XML-RPC':
      return xmlRpc;
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
    const { session, answered } = createSession(access, () => {});
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
    const answer = decodeAnswer(Buffer.from(reply.body).toString());
    assert.ok(answer.ok);
    return answer.value.ok ? { value: plain(answer.value.value) } : { fault: `${answer.value.code} ${answer.value.text}` };
  };
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
    body: () => Promise.resolve(Buffer.from(body)),
    reply: resolve,
    stream: (head) => {
      resolve({ ...head, body: '' });
      return stream;
    },
    onGone: (listener) => void gone.push(listener),
  };
  return { exchange, replied: promise, stream, leave: () => gone.forEach((tell) => tell()) };
};
