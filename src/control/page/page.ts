/**
 * The pages for browsers, at supervisord's addresses. Actions come by POST with a token that only our own page knows; by GET, as scripts have
 * always sent them, only from what is no browser: a page elsewhere can make a browser ask for any address.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { includes } from '../api/api.ts';
import type { Api } from '../api/api.ts';
import { internalError } from '../api/internal-error.ts';
import { createSession } from '../api/session.ts';
import type { Exchange, Reply, Surface } from '../exchange.ts';
import { errorPage } from '../http/error-page.ts';
import type { ControlPort } from '../port.ts';
import { act } from './actions.ts';
import { statusPage } from './status.ts';
import { STYLE } from './style.ts';
import { tailPage } from './tail.ts';

/** Nothing from elsewhere, nothing that runs, and no frame around it. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const TOKEN_BYTES = 18;

type Form = { readonly get: (name: string) => string | null };

export const createPage = (port: ControlPort, api: Api): Surface => {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');

  const show = (exchange: Exchange): void => {
    const message = exchange.query.get('message');
    const page = statusPage(port, { message, token: includes(exchange.access, 'operate') ? token : null });
    exchange.reply(pageReply(page));
  };
  const perform = async (exchange: Exchange, form: Form): Promise<void> => {
    const action = form.get('action');
    if (action === null) return show(exchange);
    if (!isWanted(exchange, form, token)) return exchange.reply(errorPage(403, {}, 'The action did not come from this page as it is now. Open it again.'));
    const { session, answered } = createSession(exchange);
    const message = await act({ api, session, action, name: form.get('processname'), now: () => new Date() });
    exchange.reply(message === null ? errorPage(400, {}, 'There is no such action.') : redirect(exchange, message));
    answered();
  };
  const index = async (exchange: Exchange): Promise<void> => {
    if (exchange.method !== 'POST') return perform(exchange, exchange.query);
    const body = new URLSearchParams(Buffer.from(await exchange.body()).toString('utf8'));
    return perform(exchange, { get: (name) => body.get(name) ?? exchange.query.get(name) });
  };

  const pages: Readonly<Record<string, (exchange: Exchange) => void>> = {
    '': (exchange) => guard(port, exchange, index(exchange)),
    'index.html': (exchange) => guard(port, exchange, index(exchange)),
    'tail.html': (exchange) => exchange.reply(pageReply(tailPage(api, exchange))),
    'ok.html': (exchange) => exchange.reply({ status: 200, type: 'text/plain', body: 'OK' }),
    'stylesheets/supervisor.css': (exchange) =>
      exchange.reply({ status: 200, type: 'text/css', headers: { 'Cache-Control': 'max-age=3600', 'X-Content-Type-Options': 'nosniff' }, body: STYLE }),
  };
  return (exchange) => {
    const name = exchange.path.replace(/^\/+/u, '');
    const serve = Object.hasOwn(pages, name) ? pages[name] : undefined;
    if (serve === undefined) return false;
    if (['GET', 'HEAD', 'POST'].includes(exchange.method)) serve(exchange);
    else exchange.reply(errorPage(400));
    return true;
  };
};

const guard = (port: ControlPort, exchange: Exchange, work: Promise<void>): void => {
  work.catch((problem: unknown) => {
    port.notice('critical', internalError('the status page', problem));
    exchange.reply(errorPage(500));
  });
};

const pageReply = (page: string): Reply => ({ status: 200, type: 'text/html;charset=utf-8', headers: HEADERS, body: page });

/** Scripts expect what supervisord has always answered; a browser must not remember where a POST led to. */
const redirect = (exchange: Exchange, message: string): Reply => {
  const host = exchange.header('host') ?? '';
  const base = exchange.method === 'POST' || host === '' ? './' : `http://${host}/`;
  return { status: exchange.method === 'POST' ? 303 : 301, headers: { ...HEADERS, Location: `${base}?message=${encodeURIComponent(message)}` }, body: '' };
};

const isWanted = (exchange: Exchange, form: Form, token: string): boolean => {
  if (exchange.method !== 'POST') return exchange.method === 'GET' && !isBrowser(exchange);
  const given = Buffer.from(form.get('token') ?? '');
  return given.length === token.length && timingSafeEqual(given, Buffer.from(token));
};

/** What no page elsewhere can make a browser leave out. */
const isBrowser = ({ header }: Exchange): boolean =>
  header('sec-fetch-site') !== undefined ||
  header('origin') !== undefined ||
  header('accept-language') !== undefined ||
  /mozilla/iu.test(header('user-agent') ?? '');
