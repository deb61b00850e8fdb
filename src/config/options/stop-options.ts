/** Options of [program:x] that say how far a stop reaches, and which other signals it is passed on. */
import { forwarding } from '../values/machine/signals.ts';
import { oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

export const stopOptions = {
  stop_scope: optional(
    'stopScope',
    oneOf(['process', 'group', 'tree'], 'scope'),
    'What a stop signals and waits for: the main process, its process group, or every process that came from it, those in sessions of their own too; KILL reaches all of them. In the place of stopasgroup and killasgroup; without any of them the main process and its group are signalled, and everything that came from it is waited for.',
  ),
  stop_scope_signal: optional(
    'stopScopeSignal',
    oneOf(['all', 'group', 'main'], 'receiver'),
    'Which processes get the stop signal at once: all of the scope, the process group, or the main process alone, while the rest is waited for. Without it the main process comes first, and the rest has the signal once, when the main process has ended or half of stopwaitsecs is over.',
  ),
  forward_signals: option(
    'forwarding',
    forwarding,
    { tsinit: 'caught', supervisord: 'none' },
    'Which signals to tsinit that mean nothing to itself its process group is passed on: caught (each process what it has a handler for), all, none, or those named, as in USR1, TTIN, whether it catches them or not.',
  ),
};
