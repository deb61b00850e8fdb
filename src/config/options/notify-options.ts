/** Options of [notify:x]: who is told of which events, and how. */
import { duration } from '../values/time/durations.ts';
import { environment } from '../values/text/environment.ts';
import { eventTypes } from '../values/event-types.ts';
import { mailAddress, mailAddresses, mailServer } from '../values/network/mail.ts';
import { nameList } from '../values/text/name.ts';
import { integer } from '../values/numbers.ts';
import { probeCommand, webhookUrl } from '../values/network/probes.ts';
import { rateLimit } from '../values/time/restart-budget.ts';
import { boolean } from '../values/text/words.ts';
import { option, optional } from './option.ts';

const MOST_RETRIES = 100;

export const notifyOptions = {
  events: option('events', eventTypes, 'PROCESS_STATE_EXITED,PROCESS_STATE_FATAL', 'Types of events to tell, with commas between.'),
  programs: option('programs', nameList, '', 'Programs, groups or processes (group:name) to tell of, with commas between; empty: everything.'),
  expected_exits: option('tellsExpectedExits', boolean, 'false', 'Also tell ends that exitcodes expects.'),
  webhook: optional('webhook', webhookUrl, 'URL that gets a POST with a JSON object.'),
  webhook_headers: option('webhookHeaders', environment, '', 'Further headers of the POST, as in Authorization="Bearer %(ENV_TOKEN)s".'),
  command: optional(
    'command',
    probeCommand,
    "Command that is run, without a shell, as tsinit's own user, with TSINIT_TEXT and TSINIT_NOTIFICATION (the JSON object) in its environment.",
  ),
  email: optional('email', mailAddresses, 'Addresses that get a mail.'),
  email_from: optional('emailFrom', mailAddress, 'Sender of the mail; without it tsinit@ and the name of the host.'),
  smtp: option(
    'mailServer',
    mailServer,
    'smtp://localhost:25',
    'Server that takes the mail: smtp:// (STARTTLS where it is offered) or smtps://, with user:password@ before the host.',
  ),
  batch: option('batchMs', duration, '0', 'Time for which further events are waited for; then all go out together.'),
  rate_limit: optional('limit', rateLimit, 'Notifications allowed, as in 10/60: ten within sixty seconds. What comes beyond waits, and goes out together.'),
  retries: option('retries', integer(0, MOST_RETRIES), '5', 'Further tries of what could not be delivered.'),
  retry_delay: option('retryDelayMs', duration, '2', 'Time before the first of them; doubled before each further one, up to five minutes.'),
  timeout: option('timeoutMs', duration, '10', 'Time for one try.'),
};
