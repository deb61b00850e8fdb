/**
 * XML-RPC over HTTP: POST /RPC2. Only translates: text to a call, an outcome to text. A client that goes away does not take back what it
 * asked for.
 */
import { quoteLikePython } from '../base/python-quote.ts';
import type { Api } from './api/api.ts';
import { fault } from './api/faults.ts';
import type { Outcome } from './api/faults.ts';
import { internalError } from './api/internal-error.ts';
import { MAXIMUM_READ_BYTES } from './api/log-source.ts';
import { type Budget, createBudget, createSession } from './api/session.ts';
import type { Exchange, Surface } from './exchange.ts';
import { errorPage } from './http/error-page.ts';
import type { ControlPort } from './port.ts';
import { decodeCall } from './xml/decode.ts';
import { encodeAnswer, encodeFault } from './xml/encode.ts';

const PATH = '/RPC2';

/** Of a request that makes no sense, in the log. */
const SHOWN_CHARACTERS = 200;

/** What a client may be told, at most: it is held as text and as bytes until it has been taken. */
const MAXIMUM_ANSWER_BYTES = 32 * 1024 * 1024;

export const createRpc =
  (port: ControlPort, api: Api, budget: Budget = createBudget(MAXIMUM_READ_BYTES)): Surface =>
  (exchange) => {
    if (!exchange.path.startsWith(PATH)) return false;
    if (exchange.method === 'POST') void serve(port, api, exchange, budget);
    else exchange.reply(errorPage(400));
    return true;
  };

const serve = async (port: ControlPort, api: Api, exchange: Exchange, budget: Budget): Promise<void> => {
  const body = await exchange.body().catch(() => null);
  if (body === null) return;
  const text = decodeText(body);
  const call = text === null ? null : decodeAgain(text);
  if (call?.ok !== true || call.value.method === '') {
    const why = call?.ok === true ? 'no method name' : 'unmarshallable';
    port.notice('error', `XML-RPC request data ${shown(text ?? Buffer.from(body).toString('latin1'))} is invalid: ${why}`);
    exchange.reply(errorPage(400));
    return;
  }
  const { method, params } = call.value;
  const { session, answered, release } = createSession(exchange, budget);
  try {
    const outcome = api.call(session, method, params);
    // Most are done at once; only those that wait cost a turn.
    const answer = bytesOf(outcome instanceof Promise ? await outcome : outcome);
    exchange.reply({ status: 200, type: 'text/xml', body: answer });
  } catch (problem) {
    port.notice('critical', internalError(method, problem));
    exchange.reply(errorPage(500));
  }
  exchange.onDone(release);
  answered();
};

/** Who watches asks the same again and again. */
const decodeAgain = (text: string): ReturnType<typeof decodeCall> => {
  if (text === last?.text) return last.call;
  const call = decodeCall(text);
  if (text.length <= KEPT_CHARACTERS) last = { text, call };
  return call;
};

/** Longer ones are not worth their memory. */
const KEPT_CHARACTERS = 1024;

let last: { readonly text: string; readonly call: ReturnType<typeof decodeCall> } | null = null;

const bytesOf = (outcome: Outcome): Uint8Array => {
  const answer = outcome.ok ? encodeAnswer(outcome.value) : encodeFault(outcome.error.code, outcome.error.text);
  if (answer.length <= MAXIMUM_ANSWER_BYTES) return answer;
  const { error } = fault('TOO_MUCH', 'the answer is too large; ask for less at once');
  return encodeFault(error.code, error.text);
};

const decodeText = (body: Uint8Array): string | null => {
  try {
    return STRICT.decode(body);
  } catch {
    return null;
  }
};

const STRICT = new TextDecoder('utf-8', { fatal: true });

const shown = (text: string): string => quoteLikePython(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);
