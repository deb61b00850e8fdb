/** Options of [program:x] about health checks: one kind of probe, its pace, and what its failure leads to. */
import { duration } from '../values/time/durations.ts';
import { integer } from '../values/numbers.ts';
import { probeAddress, probeCommand, probeService, probeUrl, statusRanges } from '../values/network/probes.ts';
import { oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

const MOST_RETRIES = 1_000_000;

export const healthOptions = {
  health_command: optional(
    'healthCommand',
    probeCommand,
    'Health check: a command, run as the program is (user, directory, environment), that ends with 0 when all is well. No shell is run.',
  ),
  health_http: optional('healthUrl', probeUrl, 'Health check: a URL to get.'),
  health_http_status: option('healthStatuses', statusRanges, '200-399', 'Status codes that are good.'),
  health_tcp: optional('healthAddress', probeAddress, 'Health check: HOST:PORT to connect to.'),
  health_grpc: optional('healthGrpc', probeService, 'Health check: HOST:PORT, or HOST:PORT/SERVICE, of a gRPC server with the standard health service.'),
  health_interval: option('healthIntervalMs', duration, '10', 'Time between the end of one check and the next; until the first good one, a second at most.'),
  health_timeout: option(
    'healthTimeoutMs',
    duration,
    '5',
    'Time after which a check has failed; a command is stopped then: its main process first, then its process group, and KILL after as long again, or `stopwaitsecs` where that is shorter.',
  ),
  health_retries: option('healthRetries', integer(1, MOST_RETRIES), '3', 'Failures in a row until it counts as unhealthy.'),
  health_start_period: option('healthStartPeriodMs', duration, '0', 'Time from its start in which failures do not count.'),
  health_action: option(
    'healthAction',
    oneOf(['restart', 'none', 'fail'], 'action'),
    'restart',
    'When it is unhealthy: restart it as after a failed start, only say so, or make it FATAL.',
  ),
  watchdog: option(
    'watchdogMs',
    duration,
    '0',
    'Time within which it has to say WATCHDOG=1 on NOTIFY_SOCKET, again and again; else it is unhealthy. 0: it need not.',
  ),
};
