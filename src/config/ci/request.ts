/** `tsinit ci`: what its command line asks for. */
import { fail, type Result, succeed } from '../../base/result.ts';
import { durationMsIn, readVerbOptions, RIGHT_DURATION } from '../verb-options.ts';

export type CiRequest = {
  /** Null: look at the usual places. */
  readonly configuration: string | null;
  readonly junit: string | null;
  /** For the test command; 0: for ever. */
  readonly timeoutMs: number;
  /** For each start of a service that has no ready_timeout of its own. */
  readonly readyTimeoutMs: number;
  readonly command: readonly string[];
};

/** A runner's own limit is told by nobody; this one names the service that does not come. */
const READY_TIMEOUT_MS = 300_000;

export function parseCi(argv: readonly string[]): Result<CiRequest, string> {
  const words = readVerbOptions('ci', argv, [
    { long: 'configuration', letter: 'c', takesValue: true },
    { long: 'junit', letter: null, takesValue: true },
    { long: 'timeout', letter: null, takesValue: true },
    { long: 'ready-timeout', letter: null, takesValue: true },
  ]);
  if (!words.ok) return words;
  const { given, rest } = words.value;
  if (rest.length === 0) return fail('ci: there is no test command; write it behind --, as in: tsinit ci -c FILE -- npm test');
  const times = new Map<string, number>();
  for (const name of ['timeout', 'ready-timeout']) {
    const text = given.get(name);
    if (text === undefined) continue;
    const ms = durationMsIn(text);
    if (ms === null) return fail(`ci: --${name} expects ${RIGHT_DURATION}, got '${text}'`);
    times.set(name, ms);
  }
  return succeed({
    configuration: given.get('configuration') ?? null,
    junit: given.get('junit') ?? null,
    timeoutMs: times.get('timeout') ?? 0,
    readyTimeoutMs: times.get('ready-timeout') ?? READY_TIMEOUT_MS,
    command: rest,
  });
}
