/**
 * Who may come in: decides from a request's head alone, before anything of it is served. Logins are those of the section.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Access, Reply } from '../exchange.ts';
import { errorPage } from './error-page.ts';
import type { Login } from './server-spec.ts';

export type Admission = { readonly ok: true; readonly access: Access } | { readonly ok: false; readonly reply: Reply };

/** Answers at once or later. */
export type Gate = (request: IncomingMessage, answer: (admission: Admission) => void) => void;

const UNAUTHORIZED: Admission = { ok: false, reply: errorPage(401, { 'WWW-Authenticate': 'Basic realm="default"', Connection: 'close' }) };

/** For servers that ask nobody. */
export const openGate: Gate = (_request, answer) => answer({ ok: true, access: 'admin' });

export const createGate = (login: Login): Gate => {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const expected = digest(`${login.username}:${login.password}`);
  return (request, answer) => {
    const given = /^Basic +(\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];
    const isRight = given !== undefined && timingSafeEqual(digest(Buffer.from(given, 'base64').toString()), expected);
    answer(isRight ? { ok: true, access: 'admin' } : UNAUTHORIZED);
  };
};
