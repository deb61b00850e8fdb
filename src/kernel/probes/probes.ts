/** Health checks over the network: a connection, or an answer to a GET. Loaded when the first one is to be made. */
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { connect } from 'node:net';
import { activeClock } from '../clock.ts';
import { once } from './once.ts';

/** Why it failed, or null. */
type Done = (problem: string | null) => void;

/** Returns the way to give up; nothing is told then. */
export const probeTcp = (host: string, port: number, timeoutMs: number, done: Done): (() => void) => {
  const tell = once(done);
  const socket = connect({ host, port });
  const forgetTime = activeClock.at(activeClock.nowMs() + timeoutMs, () => end(`no connection to ${host}:${port} within ${timeoutMs / 1000} seconds`));
  const end = (problem: string | null): void => {
    forgetTime();
    socket.destroy();
    tell.call(problem);
  };
  socket.once('connect', () => end(null));
  socket.once('error', (error) => end(`cannot connect to ${host}:${port}: ${error.message}`));
  return () => {
    tell.forget();
    forgetTime();
    socket.destroy();
  };
};

/** Redirects are answers, not followed. `timeoutMs`: to the head of the answer. */
export const probeHttp = (url: string, statuses: readonly (readonly [number, number])[], timeoutMs: number, done: Done): (() => void) => {
  const tell = once(done);
  const get = url.toLowerCase().startsWith('https:') ? getSecure : getPlain;
  const request = get(url, { agent: false, headers: { 'User-Agent': 'tsinit', Connection: 'close' } });
  const forgetTime = activeClock.at(activeClock.nowMs() + timeoutMs, () => end(`no answer from ${url} within ${timeoutMs / 1000} seconds`));
  const end = (problem: string | null): void => {
    forgetTime();
    tell.call(problem);
    request.destroy();
  };
  request.once('response', ({ statusCode = 0 }) => {
    const isGood = statuses.some(([first, last]) => statusCode >= first && statusCode <= last);
    end(isGood ? null : `${url} answered ${statusCode}`);
  });
  request.on('error', (error) => end(`cannot get ${url}: ${error.message}`));
  return () => {
    tell.forget();
    forgetTime();
    request.destroy();
  };
};
