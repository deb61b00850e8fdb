/**
 * What went wrong, in words. As supervisorctl: its own texts, Python's class names included, for scripts look for them. As
 * tsinit ctl: one sentence on standard error that says which server was asked, where its address came from, and what to do.
 */
import { type Failure, failureOf } from '../../control/client/failure.ts';
import { quoteLikePython } from '../../base/python-quote.ts';
import { EXIT, FAULT } from './codes.ts';
import type { Session } from './shell/session.ts';

type Python = { readonly type: string; readonly text: string };

/** Nobody answers. False when it is not one of the two everyday reasons; nothing was said then. */
export const tellUnreachable = (session: Session, code: string, isShutdown = false): boolean => {
  const why = { ENOENT: 'no such file', ECONNREFUSED: 'refused connection' }[code];
  if (why === undefined) return false;
  if (session.personality === 'tsinit') session.complaint(sentenceOf(session, { kind: 'unreachable', code }));
  else session.line(isShutdown ? `ERROR: ${session.target().url} ${why} (already shut down?)` : `${session.target().url} ${why}`);
  return true;
};

/** What an action has thrown. */
export const tellFailure = (session: Session, error: unknown): void => {
  const failure = failureOf(error);
  if (session.exitCode() === EXIT.ok || session.personality === 'supervisord') session.setExitCode(EXIT.generic);
  if (failure === null) throw error;
  if (session.personality === 'tsinit' && failure.kind === 'fault' && failure.code === FAULT.unknownMethod) session.setExitCode(EXIT.unimplemented);
  if (session.personality === 'tsinit') {
    session.complaint(sentenceOf(session, failure));
    return;
  }
  const isUnauthorized = failure.kind === 'status' && failure.status === 401;
  if (isUnauthorized) session.line('Server requires authentication');
  const { type, text } = pythonOf(failure);
  session.line(`error: <class '${type}'>, ${text}: file: supervisorctl line: 0`);
};

const PYTHON_ERRORS: Readonly<Record<string, Python>> = {
  ENOENT: { type: 'FileNotFoundError', text: '[Errno 2] No such file or directory' },
  ECONNREFUSED: { type: 'ConnectionRefusedError', text: '[Errno 111] Connection refused' },
  EACCES: { type: 'PermissionError', text: '[Errno 13] Permission denied' },
  ECONNRESET: { type: 'ConnectionResetError', text: '[Errno 104] Connection reset by peer' },
  ETIMEDOUT: { type: 'TimeoutError', text: '[Errno 110] Connection timed out' },
  EHOSTUNREACH: { type: 'OSError', text: '[Errno 113] No route to host' },
  ENOTFOUND: { type: 'socket.gaierror', text: '[Errno -2] Name or service not known' },
  EAI_AGAIN: { type: 'socket.gaierror', text: '[Errno -3] Temporary failure in name resolution' },
};

const pythonOf = (failure: Failure): Python => {
  switch (failure.kind) {
    case 'unreachable':
      return PYTHON_ERRORS[failure.code] ?? { type: 'OSError', text: failure.code };
    case 'status':
      return { type: 'xmlrpc.client.ProtocolError', text: `<ProtocolError for 127.0.0.1/RPC2: ${failure.status} ${failure.reason}>` };
    case 'strange':
      return { type: 'http.client.RemoteDisconnected', text: 'Remote end closed connection without response' };
    case 'fault':
      return { type: 'xmlrpc.client.Fault', text: `<Fault ${failure.code}: ${quoteLikePython(failure.text)}>` };
    case 'result':
      return { type: 'ValueError', text: `Unknown result code ${failure.code} for ${failure.name}` };
    case 'url':
      return { type: 'ValueError', text: `Unknown protocol for serverurl ${failure.url}` };
  }
};

/** As tsinit ctl says it. */
export const sentenceOf = (session: Session, failure: Failure): string => {
  const { url, origin } = session.target();
  const where = origin === '' ? url : `${url} (${origin})`;
  switch (failure.kind) {
    case 'unreachable':
      return `cannot reach the server at ${where}: ${REASONS[failure.code] ?? failure.code}`;
    case 'status':
      return `the server at ${where} ${STATUS[failure.status] ?? `answers ${failure.status} ${failure.reason}`}`;
    case 'strange':
      return `cannot understand the server at ${where}: ${failure.what}`;
    case 'fault':
      return FAULTS[failure.code] ?? `the server refuses: ${failure.text} (fault ${failure.code})`;
    case 'result':
      return FAULTS[failure.code] ?? `${failure.name}: ${failure.text} (result ${failure.code})`;
    case 'url':
      return `cannot use the server URL ${url}: write unix:///path/of/socket, unix://@name or http://host:port`;
  }
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; is tsinit running, and with a [unix_http_server] of that file?',
  ECONNREFUSED: 'nobody listens there; is tsinit running?',
  EACCES: 'permission denied; become the owner of the socket, or set chmod or chown in [unix_http_server]',
  ECONNRESET: 'it has closed the connection',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that host',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be resolved now',
};

const STATUS: Readonly<Record<number, string>> = {
  401: 'requires a login: give -u USER -p PASSWORD, or write username and password into [supervisorctl]',
  403: 'does not allow this to whom you are',
  404: 'knows no such path; is it a supervisor?',
  503: 'has too many clients now; try again',
};

const FAULTS: Readonly<Record<number, string>> = {
  [FAULT.unknownMethod]: 'the server does not know this command: it is an older one or supervisord, or has no [rpcinterface:supervisor] in its configuration',
  [FAULT.shutdown]: 'the server is shutting down',
};
