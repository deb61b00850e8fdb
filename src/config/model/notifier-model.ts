/** [notify:x] as the rest of tsinit knows it: who is told of which events, by what means. Durations are milliseconds. */
import type { Place } from './model.ts';
import type { EventType } from '../values/event-types.ts';

export type Webhook = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type Mail = {
  readonly to: readonly string[];
  readonly from: string;
  readonly server: MailServer;
};

/** `isImplicit`: the connection begins with TLS (smtps). Credentials null: the server takes mail from anybody. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly isImplicit: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | null;
};

/** All of the means that are not null are used. */
export type NotifierSpec = {
  readonly name: string;
  readonly place: Place;
  readonly events: readonly EventType[];
  /** `group:name` of each process to tell of; null: all of them, and the events that are of no process. */
  readonly processes: readonly string[] | null;
  /** Also ends that were expected. */
  readonly tellsExpectedExits: boolean;
  readonly webhook: Webhook | null;
  readonly command: readonly string[] | null;
  readonly mail: Mail | null;
  /** At most `count` notifications in `periodMs`; null: as many as there are. */
  readonly limit: { readonly count: number; readonly periodMs: number } | null;
  /** What happens within this time after the first goes out together. */
  readonly batchMs: number;
  /** Further tries of a notification that could not be delivered. */
  readonly retries: number;
  /** Before the first of them; doubled before each further one. */
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
};
