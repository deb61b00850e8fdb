/**
 * Who may come in: decides from a request's head alone, before anything of it is served.
 */
import type { IncomingMessage } from 'node:http';
import type { Access, Reply } from '../exchange.ts';
import { refusalOf } from './browsers.ts';
import { errorPage } from './error-page.ts';
import type { Given, Logins } from './logins.ts';
import type { ServerSpec } from './server-spec.ts';
import type { SlowDown } from './slow-down.ts';

export type Admission = { readonly ok: true; readonly access: Access; readonly who: string } | { readonly ok: false; readonly reply: Reply };

/** Answers at once or later. */
export type Gate = (request: IncomingMessage, answer: (admission: Admission) => void) => void;

export type GateParts = {
  readonly spec: ServerSpec;
  /** Null: this server asks nobody. */
  readonly logins: Logins | null;
  readonly slowDown: SlowDown;
  readonly onFailure: (text: string) => void;
};

const refuse = (status: number, headers: Readonly<Record<string, string>> = {}, more = ''): Admission => ({
  ok: false,
  reply: errorPage(status, headers, more),
});

const UNAUTHORIZED = refuse(401, { 'WWW-Authenticate': 'Basic realm="default"', Connection: 'close' });
const MALFORMED = refuse(400);
const TOO_MANY = refuse(429, { 'Retry-After': '5', Connection: 'close' });

/** For the connections of one client; `from` says who that is. */
export const createGate =
  ({ spec, logins, slowDown, onFailure }: GateParts, from: string): Gate =>
  (request, answer) => {
    const foreign = refusalOf(spec, request.headers);
    if (foreign !== null) return answer(refuse(403, {}, foreign));
    if (logins === null) return answer({ ok: true, access: spec.access, who: from });
    const given = givenBy(request);
    if (given === null) return answer(UNAUTHORIZED);
    if (given === 'malformed') return answer(MALFORMED);
    // Even with all places taken by a guesser of the same address (a proxy's); such a login tells a guesser nothing.
    const known = logins.known(given);
    if (known !== null) return answer({ ok: true, access: known, who: `${given.username} (${from})` });
    // Names that nobody has are one name: guessing those leads nowhere, and must not make others be forgotten.
    const key = `${from} ${logins.isName(given.username) ? given.username : ''}`;
    const attempt = slowDown.begin(key);
    if (attempt === null) return answer(TOO_MANY);
    logins.check(given, (access) => {
      if (access !== null) {
        attempt.right();
        return answer({ ok: true, access, who: `${given.username} (${from})` });
      }
      onFailure(`a client (${from}) gave a wrong user name or password to [${spec.section}]`);
      const waitMs = attempt.wrong();
      if (waitMs === 0) answer(UNAUTHORIZED);
      else later(request, waitMs, () => answer(UNAUTHORIZED));
    });
  };

/** Unless the client goes away before. */
const later = ({ socket }: IncomingMessage, waitMs: number, act: () => void): void => {
  const onGone = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    socket.off('close', onGone);
    act();
  }, waitMs);
  socket.once('close', onGone);
};

/** Null: nothing was given, or by other means than a password. */
const givenBy = ({ headers }: IncomingMessage): Given | 'malformed' | null => {
  const text = /^basic +(.*)$/iu.exec(headers.authorization ?? '')?.[1]?.trim();
  if (text === undefined) return null;
  if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(text)) return 'malformed';
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
    const colon = decoded.indexOf(':');
    return colon === -1 ? null : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  } catch {
    return 'malformed';
  }
};
