/** The shape of log lines out of their options; null for the personality's own, which has a way of its own through the log path. */
import type { LogFormat, LogShape, LogTime } from '../log-shape.ts';
import { type logOptions, supervisorLogOptions } from '../options/log-options.ts';
import type { Values } from '../options/option.ts';
import { addWarning } from '../problems.ts';
import { type RawConfig, type RawSection, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';

export type LogValues = Values<typeof logOptions>;

const hasFields = (format: LogFormat): boolean => format === 'json' || format === 'logfmt';

const timeOf = (format: LogFormat, prefix: LogShape['prefix'], written: LogTime | null): LogTime => {
  if (format === 'raw') return 'none';
  const isInPrefix = prefix?.some((part) => typeof part !== 'string' && part.word === 'time') === true;
  if (isInPrefix && written === 'none') return 'iso';
  return written ?? (hasFields(format) || isInPrefix ? 'iso' : 'none');
};

export function shapeOf(values: Omit<LogValues, 'stdoutToContainer' | 'stderrToContainer'>, own: LogFormat): LogShape | null {
  const { logFormat: format, logLimit, logOverflow: overflow } = values;
  const prefix = format === 'prefix' ? values.logPrefix : null;
  const time = timeOf(format, prefix, values.logTime);
  if (format === own && prefix === null && time === 'none' && logLimit === null && overflow === 'block') return null;
  return { format, prefix, time, labels: hasFields(format) ? values.logLabels : [], linesPerSecond: logLimit ?? 0, overflow };
}

/** tsinit's own lines are neither limited nor dropped, and always say whose they are. */
export function ownShapeOf(values: Values<typeof supervisorLogOptions>): LogShape | null {
  const logFormat = values.logFormat === 'raw' ? 'prefix' : values.logFormat;
  return shapeOf({ ...values, logFormat, logLimit: null, logOverflow: 'block' }, 'prefix');
}

/** What [tsinit] says of log lines stands in for what a program and [program-default] do not say: one place for the whole container. */
export function withLogDefaults(config: RawConfig): RawConfig {
  const whole = config.sections.find(({ kind, label }) => kind === 'supervisord' && label === '');
  const written = [...(whole?.options ?? [])].filter(([key]) => key in supervisorLogOptions);
  return written.length === 0 ? config : { ...config, programDefaults: new Map([...written, ...config.programDefaults]) };
}

/** What a program's own section says in vain; what stands for all programs may well be meant for others. */
export function warnOfShape(context: ReadContext, section: RawSection, { logFormat }: LogValues): void {
  const vain = [
    ...(logFormat === 'prefix' ? [] : (['log_prefix'] as const)),
    ...(logFormat === 'raw' ? (['log_timestamp'] as const) : []),
    ...(hasFields(logFormat) ? [] : (['log_labels'] as const)),
  ];
  for (const name of vain) {
    const place = section.options.get(name)?.place;
    if (place === undefined) continue;
    const sentence = `${name} of [${section.name}] (${showPlace(place)}) says nothing with log_format=${logFormat}; leave it out, or choose another log_format`;
    addWarning(context.problems, place, { ours: sentence, peer: sentence });
  }
}
