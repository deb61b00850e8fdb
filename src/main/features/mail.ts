/** Mail by SMTP. A bundle of its own: the library weighs as much as the whole supervisor, and few configurations send mail. */
import { createTransport } from 'nodemailer';
import type { Mail } from '../../config/model/notifier-model.ts';

export type Letter = { readonly subject: string; readonly text: string; readonly timeoutMs: number };

/** What went wrong, or null. */
export const sendMail = async ({ to, from, server }: Mail, { subject, text, timeoutMs }: Letter): Promise<string | null> => {
  const { host, port, isImplicit, credentials } = server;
  const transport = createTransport({
    host,
    port,
    secure: isImplicit,
    ignoreTLS: isThisMachine(host),
    requireTLS: credentials !== null && !isThisMachine(host),
    ...(credentials === null ? {} : { auth: { user: credentials.username, pass: credentials.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ to: [...to], from, subject, text });
    return null;
  } catch (error) {
    return `cannot mail by ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    transport.close();
  }
};

/** Nobody listens there, and its certificate is seldom one that can be checked. Elsewhere no password travels in the clear. */
const isThisMachine = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '::1';
