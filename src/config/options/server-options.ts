/** Options of the control interfaces: [unix_http_server], [inet_http_server], and of the client, [supervisorctl]. */
import { inetAddress } from '../values/network/addresses.ts';
import { owner } from '../values/machine/identity.ts';
import { octal } from '../values/numbers.ts';
import { serverPassword } from '../values/network/passwords.ts';
import { plainText, withPeerWords } from '../values/value-type.ts';
import { boolean, serverAccess } from '../values/text/words.ts';
import { option, optional, required } from './option.ts';

const credentials = {
  username: optional('username', plainText, 'User name that clients must give; needs password.'),
  password: optional(
    'password',
    serverPassword,
    'Password that clients must give: plain, as `tsinit ctl hash-password` writes it ($scrypt$...), or as {SHA} and 40 hexadecimal digits.',
  ),
  access: option('access', serverAccess, 'admin', 'What whoever comes in may do: look (read), also start and stop (operate), or everything (admin).'),
  operate_username: optional('operateUsername', plainText, 'Another user name, for those who may operate; needs operate_password.'),
  operate_password: optional('operatePassword', serverPassword, 'Its password.'),
  read_username: optional('readUsername', plainText, 'Another user name, for those who may only read; needs read_password.'),
  read_password: optional('readPassword', serverPassword, 'Its password.'),
};

export const unixServerOptions = {
  file: required('path', plainText, (section) => `section [${section}] has no file value`, 'Path of the socket; @name for an abstract one, without a file.'),
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
  allow_unauthenticated: option(
    'allowUnauthenticated',
    boolean,
    { tsinit: 'false', supervisord: 'true' },
    'Without a password, serve others than this machine, too; else the address is 127.0.0.1 then, whatever port says.',
  ),
  ...credentials,
};

export const clientOptions = {
  serverurl: option('serverUrl', plainText, 'http://localhost:9001', 'Where the server listens: http://host:port or unix:///path.'),
  username: optional('username', plainText, 'User name to give.'),
  password: optional('password', plainText, 'Password to give.'),
  prompt: option('prompt', plainText, 'supervisor', 'Prompt of the interactive shell.'),
  history_file: optional('historyFile', plainText, 'File that keeps the lines typed in the shell.'),
};
