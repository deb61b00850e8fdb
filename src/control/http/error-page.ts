/** Answers that are not what was asked for: the pages that clients of supervisord have always got. */
import { STATUS_CODES } from 'node:http';
import type { Reply } from '../exchange.ts';

/** `more` is a sentence for people, after the page's own words. */
export const errorPage = (status: number, headers: Readonly<Record<string, string>> = {}, more = ''): Reply => ({
  status,
  type: 'text/html',
  headers,
  body: pageOf(status, more),
});

/** A whole answer for a connection on which there is no request to answer. */
export const bareError = (status: number, serverName: string): string => {
  const body = pageOf(status, '');
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Server: ${serverName}`,
    'Content-Type: text/html',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
};

const pageOf = (status: number, more: string): string =>
  [
    '<head>',
    '<title>Error response</title>',
    '</head>',
    '<body>',
    '<h1>Error response</h1>',
    `<p>Error code ${status}.`,
    `<p>Message: ${STATUS_CODES[status] ?? 'Error'}.`,
    ...(more === '' ? [] : [`<p>${escape(more)}`]),
    '</body>',
    '',
  ].join('\r\n');

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
