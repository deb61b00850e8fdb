/** Addresses of mail, and the server that takes it: `smtp://user:password@host:port`. */
import { succeed } from '../../../base/result.ts';
import type { MailServer } from '../../model/notifier-model.ts';
import { listOf } from '../text/lists.ts';
import { refuse, type ValueType } from '../value-type.ts';

const HIGHEST_PORT = 65_535;
/** Submission; with TLS from the first byte. */
const PORTS = { smtp: 587, smtps: 465 } as const;

export const mailAddress: ValueType<string> = {
  name: 'mail address',
  read: (text) => (isAddress(text) ? succeed(text) : refuseAddress(text)),
};

export const mailAddresses: ValueType<readonly string[]> = {
  name: 'mail addresses',
  read: (text) => {
    const addresses = listOf(text);
    const bad = addresses.find((address) => !isAddress(address));
    if (bad !== undefined) return refuseAddress(bad);
    return addresses.length > 0 ? succeed(addresses) : refuse('no address is named; write one as in ops@example.org', text);
  },
};

/** Credentials are percent-encoded, as in every URL. What is refused is not repeated: it may hold a password. */
export const mailServer: ValueType<MailServer> = {
  name: 'smtp://[user:password@]host[:port]',
  read: (text) => {
    const match = /^(smtps?):\/\/(?:([^\s:@/]+):([^\s:@/]*)@)?(?:\[([0-9a-f:.]+)\]|([^\s:@/[\]]+))(?::(\d{1,5}))?\/?$/i.exec(text);
    const how = match?.[1]?.toLowerCase() === 'smtps' ? 'smtps' : 'smtp';
    const port = Number(match?.[6] ?? PORTS[how]);
    const username = decoded(match?.[2] ?? '');
    const password = decoded(match?.[3] ?? '');
    if (match === null || port < 1 || port > HIGHEST_PORT || username === null || password === null) {
      const sentence = 'this is no mail server; write smtp://host:port or smtps://user:password@host, with %%40 for an @ in user or password';
      return refuse(sentence, sentence);
    }
    const credentials = username === '' ? null : { username, password };
    return succeed({ host: match[4] ?? (match[5] as string), port, isImplicit: how === 'smtps', credentials });
  },
};

/** One line, one @: what is between is the server's to judge. */
const isAddress = (text: string): boolean => /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);

const refuseAddress = (text: string): ReturnType<typeof refuse> => refuse(`${text} is no mail address; write one as in ops@example.org`, text);

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};
