/** Options of the control interfaces: [unix_http_server], [inet_http_server], and of the client, [supervisorctl]. */
import { inetAddress } from '../values/addresses.ts';
import { owner } from '../values/identity.ts';
import { octal } from '../values/numbers.ts';
import { plainText, withPeerWords } from '../values/value-type.ts';
import { option, optional, required } from './option.ts';

const credentials = {
  username: optional('username', plainText, 'User name that clients must give; needs password.'),
  password: optional('password', plainText, 'Password that clients must give, plain or as {SHA} and 40 hexadecimal digits.'),
};

export const unixServerOptions = {
  file: required('path', plainText, (section) => `section [${section}] has no file value`, 'Path of the socket.'),
  chmod: option(
    'mode',
    withPeerWords(octal, (text) => `Invalid chmod value ${text}`),
    '0700',
    'Mode of the socket.',
  ),
  chown: optional(
    'owner',
    withPeerWords(owner, (text) => `Invalid sockchown value ${text}`),
    'Owner of the socket: user or user:group.',
  ),
  ...credentials,
};

export const inetServerOptions = {
  port: required('address', inetAddress, (section) => `section [${section}] has no port value`, 'Address to listen on: port, host:port or *:port.'),
  ...credentials,
};

export const clientOptions = {
  serverurl: option('serverUrl', plainText, 'http://localhost:9001', 'Where the server listens: http://host:port or unix:///path.'),
  username: optional('username', plainText, 'User name to give.'),
  password: optional('password', plainText, 'Password to give.'),
  prompt: option('prompt', plainText, 'supervisor', 'Prompt of the interactive shell.'),
  history_file: optional('historyFile', plainText, 'File that keeps the lines typed in the shell.'),
};
