/** Options of [program:x] that say how far a stop reaches. */
import { oneOf } from '../values/words.ts';
import { option, optional } from './option.ts';

export const stopOptions = {
  stop_scope: optional(
    'stopScope',
    oneOf(['process', 'group', 'tree'], 'scope'),
    'What a stop signals and waits for: the main process, its process group, or every process that came from it, those in sessions of their own too; KILL reaches all of them. In the place of stopasgroup and killasgroup; without any of them: group.',
  ),
  stop_scope_signal: option(
    'stopScopeSignal',
    oneOf(['all', 'main'], 'receiver'),
    'all',
    'Who gets the stop signal: all of the scope, or main, the main process alone, while the rest is waited for.',
  ),
};
