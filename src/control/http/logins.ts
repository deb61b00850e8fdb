/**
 * Do a name and a password open a server, and for what? Every comparison takes the same time whatever was given. A login that was right is
 * remembered as a keyed digest, so that a slow hash is computed once, not at every request; slow hashes are computed one after the other.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Access } from '../exchange.ts';
import { isPasswordOf } from '../client/password-hash.ts';
import type { Login } from './server-spec.ts';

export type KnownLogin = Login & { readonly access: Access };

export type Given = { readonly username: string; readonly password: string };

export type Logins = {
  readonly isName: (username: string) => boolean;
  /** What a login that has been right before opens; null: it never was. */
  readonly known: (given: Given) => Access | null;
  /** Null: wrong. Answers at once unless a slow hash has to be computed. */
  readonly check: (given: Given, answer: (access: Access | null) => void) => void;
};

export const createLogins = (logins: readonly KnownLogin[]): Logins => {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const wholeOf = ({ username, password }: Given): string => digest(`${username.length}:${username}${password}`).toString('base64');
  const expected = logins.map((login) => ({ ...login, name: digest(login.username), word: digest(login.password) }));
  const remembered = new Map<string, Access>();
  /** The newest last. */
  const waiting: (() => Promise<void>)[] = [];
  let isBusy = false;

  /** One at a time: guessing must not keep the processors busy, nor memory. The newest first, since many guesses must not keep anybody waiting. */
  const inTurn = async (check: () => Promise<boolean>): Promise<boolean> => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    waiting.push(() => check().then(resolve, reject));
    if (!isBusy) void serveWaiting();
    return promise;
  };
  const serveWaiting = async (): Promise<void> => {
    isBusy = true;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next();
    isBusy = false;
  };
  const isRight = ({ password, name, word }: (typeof expected)[number], given: Given): boolean | Promise<boolean> => {
    const isName = timingSafeEqual(name, digest(given.username));
    if (password.startsWith('$scrypt$')) return inTurn(() => isPasswordOf(password, given.password)).then((right) => right && isName);
    if (!password.startsWith('{SHA}')) return timingSafeEqual(word, digest(given.password)) && isName;
    const hash = createHash('sha1').update(given.password).digest('hex');
    return timingSafeEqual(digest(password.slice('{SHA}'.length).toLowerCase()), digest(hash)) && isName;
  };

  return {
    isName: (username) => {
      const given = digest(username);
      return expected.some(({ name }) => timingSafeEqual(name, given));
    },
    known: (given) => remembered.get(wholeOf(given)) ?? null,
    check: (given, answer) => {
      const whole = wholeOf(given);
      // All are looked at, that the time tells nothing about the order.
      const results = expected.map((login) => isRight(login, given));
      const decide = (rights: readonly boolean[]): void => {
        const access = logins[rights.indexOf(true)]?.access ?? null;
        if (access !== null) remembered.set(whole, access);
        answer(access);
      };
      if (results.every((result) => typeof result === 'boolean')) decide(results);
      else void Promise.all(results.map((result) => Promise.resolve(result))).then(decide, () => answer(null));
    },
  };
};
