/**
 * Every kind of section and the options it may hold: what unknown words are checked against, and what the option
 * reference is made from.
 */
import { socketOptions } from './activation-options.ts';
import { beyondOptions } from './beyond-options.ts';
import { fcgiOptions, groupOptions, listenerOptions } from './group-options.ts';
import { notifyOptions } from './notify-options.ts';
import type { OptionTable } from './option.ts';
import { logOptions, supervisorLogOptions } from './log-options.ts';
import { programEnvironmentOptions, programGroupOptions, programProcessOptions, programSectionOptions } from './program-options.ts';
import { clientOptions, inetServerOptions, unixServerOptions } from './server-options.ts';
import { supervisorEnvironmentOptions, supervisorOptions } from './supervisor-options.ts';

export type SectionKind = {
  readonly kind: string;
  /** As shown to people: `[program:x]`. */
  readonly shown: string;
  /** Must, may, or must not a name follow behind a colon? */
  readonly label: 'required' | 'optional' | 'none';
  readonly tables: readonly OptionTable[];
  /** Options beyond the tables, kept by other means. */
  readonly others: readonly string[] | 'any';
  readonly doc: string;
};

const program = [programGroupOptions, programSectionOptions, beyondOptions, programEnvironmentOptions, programProcessOptions, logOptions];

export const SECTION_KINDS: readonly SectionKind[] = [
  {
    kind: 'supervisord',
    shown: '[tsinit]',
    label: 'none',
    tables: [supervisorOptions, supervisorLogOptions, supervisorEnvironmentOptions],
    others: [],
    doc: 'The supervisor itself; also written [supervisord].',
  },
  { kind: 'program', shown: '[program:x]', label: 'required', tables: program, others: [], doc: 'A program to run, in one process or several.' },
  {
    kind: 'program-default',
    shown: '[program-default]',
    label: 'none',
    tables: program,
    others: [],
    doc: 'Options for every [program:x] and [fcgi-program:x] that does not set them.',
  },
  { kind: 'group', shown: '[group:x]', label: 'required', tables: [groupOptions], others: [], doc: 'Programs commanded together.' },
  {
    kind: 'fcgi-program',
    shown: '[fcgi-program:x]',
    label: 'required',
    tables: [fcgiOptions, ...program],
    others: [],
    doc: 'A FastCGI program: the options of [program:x], and a shared socket.',
  },
  {
    kind: 'eventlistener',
    shown: '[eventlistener:x]',
    label: 'required',
    tables: [listenerOptions, ...program],
    others: [],
    doc: 'A program that is told of events: the options of [program:x], and which events.',
  },
  {
    kind: 'socket',
    shown: '[socket:x]',
    label: 'required',
    tables: [socketOptions],
    others: [],
    doc: 'A socket that tsinit holds open, whatever becomes of the programs that it is handed to.',
  },
  {
    kind: 'unix_http_server',
    shown: '[unix_http_server]',
    label: 'optional',
    tables: [unixServerOptions],
    others: [],
    doc: 'Control interface on a unix socket.',
  },
  {
    kind: 'inet_http_server',
    shown: '[inet_http_server]',
    label: 'optional',
    tables: [inetServerOptions],
    others: [],
    doc: 'Control interface on a TCP port.',
  },
  { kind: 'supervisorctl', shown: '[supervisorctl]', label: 'none', tables: [clientOptions], others: [], doc: 'What the client needs to find the server.' },
  {
    kind: 'notify',
    shown: '[notify:x]',
    label: 'required',
    tables: [notifyOptions],
    others: [],
    doc: 'Somebody who is told of events: by a webhook, a command, mail.',
  },
  {
    kind: 'include',
    shown: '[include]',
    label: 'none',
    tables: [],
    others: ['files'],
    doc: 'Further files: patterns with blanks between, relative to the main file.',
  },
  {
    kind: 'rpcinterface',
    shown: '[rpcinterface:x]',
    label: 'required',
    tables: [],
    others: 'any',
    doc: 'Accepted for compatibility: supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface.',
  },
  { kind: 'ctlplugin', shown: '[ctlplugin:x]', label: 'required', tables: [], others: 'any', doc: 'Accepted for compatibility, and ignored.' },
];

/** Names of all options that a kind of section may hold; null: any. */
export function optionNames(kind: SectionKind): ReadonlySet<string> | null {
  if (kind.others === 'any') return null;
  return new Set([...kind.tables.flatMap((table) => Object.keys(table)), ...kind.others]);
}
