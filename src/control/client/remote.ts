/** What clients ask a server: calls with their answers, logs as they grow. Faults are answers; all else that goes wrong is thrown (failure.ts). */
import { addressOf } from './address.ts';
import { type Connection, type Login, openConnection } from './connection.ts';
import { failed } from './failure.ts';
import { type Answer, readAnswer } from './answer.ts';
import { encodeCall } from '../xml/encode.ts';
import type { Value } from '../xml/value.ts';
import type { Dial } from './wire.ts';

export type { Answer, Dial, Value };
export type Fault = Extract<Answer, { readonly ok: false }>;

export type Remote = {
  readonly call: (method: string, ...params: readonly Value[]) => Promise<Answer>;
  /** The same where no fault is expected: it is thrown. */
  readonly ask: (method: string, ...params: readonly Value[]) => Promise<Value>;
  readonly open: Connection['open'];
  readonly follow: Connection['follow'];
  /** A connection of its own to the same server, for what is followed. */
  readonly another: () => Remote;
  readonly close: () => void;
};

/** Null: the URL is of no kind that is known. Nothing is sent yet. */
export const remoteAt = (url: string, login: Login | null, dial: Dial | null = null): Remote | null => {
  const address = addressOf(url);
  if (address === null) return null;
  const connection = openConnection(address, login, dial);
  const call = async (method: string, ...params: readonly Value[]): Promise<Answer> => {
    const body = await connection.request('POST', '/RPC2', { type: 'text/xml', text: encodeCall(method, params) });
    const answer = readAnswer(body.toString('utf8'));
    if (answer === null) throw failed({ kind: 'strange', what: 'its answer is no XML-RPC' });
    return answer;
  };
  return {
    call,
    ask: async (method, ...params) => {
      const answer = await call(method, ...params);
      if (!answer.ok) throw failed({ kind: 'fault', code: answer.code, text: answer.text });
      return answer.value;
    },
    open: connection.open,
    follow: connection.follow,
    another: () => remoteAt(url, login) as Remote,
    close: connection.close,
  };
};
