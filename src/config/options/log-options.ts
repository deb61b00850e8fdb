/** Options of [program:x], and of the supervisor itself, that say in which shape lines go to the container's streams. */
import { LOG_FORMATS, LOG_TIMES } from '../log-shape.ts';
import { logLabels } from '../values/logs/log-labels.ts';
import { logLimit } from '../values/logs/log-limit.ts';
import { logPrefix } from '../values/logs/log-prefix.ts';
import { boolean, oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

const TIME = 'Without it: iso for json and logfmt, else none.';
const time = oneOf(LOG_TIMES, 'kind of time');

export const logOptions = {
  stdout_to_container: option('stdoutToContainer', boolean, 'false', "What goes to the file of stdout_logfile also goes to the container's stdout."),
  stderr_to_container: option('stderrToContainer', boolean, 'false', "What goes to the file of stderr_logfile also goes to the container's stderr."),
  log_format: option(
    'logFormat',
    oneOf(LOG_FORMATS, 'log format'),
    { tsinit: 'prefix', supervisord: 'raw' },
    "Shape of its lines on the container's streams: prefix (behind its name), raw (as written), json or logfmt (one object for each line).",
  ),
  log_prefix: optional(
    'logPrefix',
    logPrefix,
    'What stands in front of each line with log_format=prefix, as in {time} {program:*} |; words: {program}, {group}, {stream}, {pid}, {time}.',
  ),
  log_timestamp: optional('logTime', time, `When a line was read: iso (UTC), local, unix (seconds), unix_ms or none. ${TIME}`),
  log_labels: option(
    'logLabels',
    logLabels,
    '',
    'Further fields with log_format=json and logfmt, as in team="core", POD_NAME; a bare name is a variable of the environment.',
  ),
  log_limit: optional('logLimit', logLimit, 'Lines each stream may have within a second, as in 100/s; what is dropped is counted in the log itself.'),
  log_overflow: option(
    'logOverflow',
    oneOf(['block', 'drop'], 'way with overflow'),
    'block',
    "When nobody reads the container's output: block (the program waits when its pipe is full), or drop lines and count them in the log itself.",
  ),
};

const FOR_ALL = 'Of every program that has none of its own';

/** Defaults of every program; the shape (but for raw) is that of tsinit's own lines too. */
export const supervisorLogOptions = {
  log_format: option(
    'logFormat',
    oneOf(LOG_FORMATS, 'log format'),
    'prefix',
    `${FOR_ALL}, and of the lines of tsinit itself: their shape (prefix, raw, json, logfmt). Its own lines keep their prefix with raw.`,
  ),
  log_prefix: optional('logPrefix', logPrefix, `${FOR_ALL}, and of the lines of tsinit itself: what stands in front with log_format=prefix.`),
  log_timestamp: optional('logTime', time, `${FOR_ALL}, and of the lines of tsinit itself: iso (UTC), local, unix (seconds), unix_ms or none. ${TIME}`),
  log_labels: option('logLabels', logLabels, '', `${FOR_ALL}, and of the lines of tsinit itself: further fields with log_format=json and logfmt.`),
  log_limit: optional('logLimit', logLimit, `${FOR_ALL}: lines each stream may have within a second, as in 100/s.`),
  log_overflow: option(
    'logOverflow',
    oneOf(['block', 'drop'], 'way with overflow'),
    'block',
    `${FOR_ALL}: when nobody reads the container's output, block or drop its lines and count them.`,
  ),
};
