/** Options of [program:x] that say what it is to others: its kind, readiness, dependencies, restarts, and what its end means. */
import { dependencies } from '../values/dependencies.ts';
import { duration } from '../values/time/durations.ts';
import { exitCodeMap } from '../values/exit-code-map.ts';
import { fraction, factor } from '../values/fractions.ts';
import { readyOn } from '../values/ready-on.ts';
import { restartBudget } from '../values/time/restart-budget.ts';
import { boolean, oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

export const serviceOptions = {
  type: option(
    'type',
    oneOf(['simple', 'oneshot', 'notify'], 'type of program'),
    'simple',
    'oneshot: runs to its end, which is its success; startsecs is then 0, autorestart false. notify: as simple, but ready_on is notify.',
  ),
  ready_on: optional(
    'readyOn',
    readyOn,
    'When it counts as ready: started (startsecs survived), exit (ended as expected), check (first good health check), notify (READY=1 on NOTIFY_SOCKET), fd:N (a newline on descriptor N, 3 to 63), log:REGEX. Without it: started; exit for a oneshot.',
  ),
  ready_timeout: option('readyTimeoutMs', duration, '0', 'Time from its start to being ready, of a oneshot to its end; 0: for ever.'),
  ready_timeout_action: option('readyTimeoutAction', oneOf(['fail', 'ignore'], 'action'), 'fail', 'fail: a failed start; ignore: it counts as ready.'),
  depends_on: option('dependsOn', dependencies, '', 'What must be up first, as in db:ready, migrate:completed, cache; a ? behind makes it ordering only.'),
  on_dependency_failure: option(
    'onDependencyFailure',
    oneOf(['stop', 'ignore', 'fatal'], 'action'),
    'stop',
    'When a dependency has failed for good: stop (or do not start) it, ignore that, or make it FATAL too.',
  ),
  restart_delay: optional('restartDelayMs', duration, 'Time before each restart; without it none after RUNNING, and a second more after each failed start.'),
  restart_delay_max: option('mostRestartDelayMs', duration, '300', 'The longest delay that restart_factor may lead to.'),
  restart_factor: option('restartFactor', factor, '2', 'By what the delay grows with each failed start in a row.'),
  restart_jitter: option('restartJitter', fraction, '0', 'Part of a delay, 0 to 1, by which it may be longer, so that many do not start at once.'),
  restart_budget: optional('restartBudget', restartBudget, 'Restarts allowed, as in 5/60: five within sixty seconds; beyond that it is given up.'),
  on_failure: option(
    'onFailure',
    oneOf(['restart', 'stop-all', 'ignore'], 'action'),
    'restart',
    'When it has failed for good (FATAL, or an unexpected end without restart): restart says nothing beyond autorestart, stop-all ends everything, ignore keeps it out of the exit code.',
  ),
  exit_code_map: option('exitCodeMap', exitCodeMap, '', "Its exit codes that count as others in the container's exit code, as in 143:0."),
  success_exit_stops_all: option('successStopsAll', boolean, 'false', 'When it ends as expected for good, everything ends.'),
};
