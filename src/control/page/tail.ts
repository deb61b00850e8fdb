/** The end of a program's output as a page, with a way to see more and one to follow it. */
import type { Api } from '../api/api.ts';
import type { Outcome } from '../api/faults.ts';
import { createSession } from '../api/session.ts';
import type { Exchange } from '../exchange.ts';
import { document, html } from './html.ts';

const LEAST_BYTES = 1024;
const MOST_BYTES = 1024 * 1024;

export const tailPage = (api: Api, exchange: Exchange): string => {
  const name = exchange.query.get('processname') ?? '';
  const limit = limitOf(exchange.query.get('limit') ?? '');
  const encoded = encodeURIComponent(name);
  const links = html`<a href="tail.html?processname=${encoded}&amp;limit=${limit}">Refresh</a>
<a href="tail.html?processname=${encoded}&amp;limit=${Math.min(MOST_BYTES, limit * 8)}">More</a> <a href="logtail/${encoded}">Follow</a> `;
  return document(
    `${name === '' ? 'no process' : name}: output`,
    html`<header><h1>${name === '' ? 'No process' : name}</h1></header>
<main>
<nav>${name === '' ? html`` : links}<a href="index.html">Status</a></nav>
<pre>${name === '' ? 'No process name found' : textOf(api, exchange, name, limit)}</pre>
</main>`,
  );
};

const limitOf = (text: string): number => (/^\d+$/u.test(text) ? Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Number(text))) : LEAST_BYTES);

const textOf = (api: Api, exchange: Exchange, name: string, limit: number): string => {
  const { session } = createSession(exchange);
  const outcome: Outcome | Promise<Outcome> = api.call(session, 'supervisor.readProcessStdoutLog', [name, -limit, 0]);
  if (outcome instanceof Promise) return '';
  if (outcome.ok) return typeof outcome.value === 'string' ? outcome.value : '';
  const { name: fault, code, text } = outcome.error;
  return fault === 'NO_FILE' ? `No file for ${name}` : `ERROR: unexpected rpc fault [${code}] ${text}`;
};
