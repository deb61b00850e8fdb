/** A JSON object by POST. Loaded when the first one is to be sent. */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { activeClock } from '../clock.ts';
import { once } from './once.ts';

export type Post = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly timeoutMs: number };

/** Calls back with what went wrong, or null. Redirects are not followed: what is sent may be a secret. The path of the URL is not told: it may be one, too. */
export const post = ({ url, headers, body, timeoutMs }: Post, done: (problem: string | null) => void): (() => void) => {
  const { origin } = new URL(url);
  const tell = once(done);
  const bytes = new TextEncoder().encode(body);
  const send = url.toLowerCase().startsWith('https:') ? requestSecure : requestPlain;
  const request = send(url, {
    method: 'POST',
    agent: false,
    headers: { 'User-Agent': 'tsinit', Connection: 'close', 'Content-Type': 'application/json', ...headers, 'Content-Length': bytes.length },
  });
  const forgetTime = activeClock.at(activeClock.nowMs() + timeoutMs, () => end(`no answer from ${origin} within ${timeoutMs / 1000} seconds`));
  const end = (problem: string | null): void => {
    forgetTime();
    tell.call(problem);
    request.destroy();
  };
  request.once('response', ({ statusCode = 0 }) => end(statusCode >= 200 && statusCode < 300 ? null : `${origin} answered ${statusCode}`));
  request.on('error', (error) => end(`cannot post to ${origin}: ${error.message}`));
  request.end(bytes);
  return () => {
    tell.forget();
    forgetTime();
    request.destroy();
  };
};
