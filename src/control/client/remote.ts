/** What clients ask a server: calls with their answers, logs as they grow. Faults are answers; all else that goes wrong is thrown (failure.ts). */
import { addressOf } from './address.ts';
import { type Connection, type Login, openConnection } from './connection.ts';
import { failed } from './failure.ts';
import { type Answer, decodeAnswer } from '../xml/decode.ts';
import { encodeCall } from '../xml/encode.ts';
import type { Value } from '../xml/value.ts';

export type { Answer, Value };
export type Fault = Extract<Answer, { readonly ok: false }>;

export type Remote = {
  readonly call: (method: string, ...params: readonly Value[]) => Promise<Answer>;
  /** The same where no fault is expected: it is thrown. */
  readonly ask: (method: string, ...params: readonly Value[]) => Promise<Value>;
  readonly follow: Connection['follow'];
  /** A connection of its own to the same server. */
  readonly another: () => Remote;
  readonly close: () => void;
};

/** Null: the URL is of no kind that is known. Nothing is sent yet. */
export const remoteAt = (url: string, login: Login | null): Remote | null => {
  const address = addressOf(url);
  if (address === null) return null;
  const connection = openConnection(address, login);
  const call = async (method: string, ...params: readonly Value[]): Promise<Answer> => {
    const body = await connection.request('POST', '/RPC2', { type: 'text/xml', text: encodeCall(method, params) });
    const decoded = decodeAnswer(body.toString('utf8'));
    if (!decoded.ok) throw failed({ kind: 'strange', what: decoded.error });
    return decoded.value;
  };
  return {
    call,
    ask: async (method, ...params) => {
      const answer = await call(method, ...params);
      if (!answer.ok) throw failed({ kind: 'fault', code: answer.code, text: answer.text });
      return answer.value;
    },
    follow: connection.follow,
    another: () => remoteAt(url, login) as Remote,
    close: connection.close,
  };
};
