/**
 * Salted hashes of passwords as they stand in configurations: `$scrypt$ln=14,r=8,p=5$SALT$HASH`, base64 without padding. Made by the client,
 * checked by the servers.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

type Cost = { readonly ln: number; readonly r: number; readonly p: number };

/** 16 MiB for a fifth of a second: as hard to guess as OWASP asks for, and small enough for a small container. */
const USUAL: Cost = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A line for `password=`. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, USUAL);
  return `$scrypt$ln=${USUAL.ln},r=${USUAL.r},p=${USUAL.p}$${unpadded(salt)}$${unpadded(hash)}`;
};

/** False for what is no hash. */
export const isPasswordOf = async (text: string, password: string): Promise<boolean> => {
  const [, ln, r, p, salt, hash] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)=*\$([\w+/]+)=*$/u.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), expected.length, { ln: Number(ln), r: Number(r), p: Number(p) });
  return timingSafeEqual(given, expected);
};

const derive = (password: string, salt: Uint8Array, length: number, { ln, r, p }: Cost): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const cost = 2 ** ln;
  scrypt(password, salt, length, { N: cost, r, p, maxmem: 2 * 128 * cost * r }, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
};

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/u, '');
