/** `tsinit ci`: what its command line asks for. */
import { fail, type Result, succeed } from '../../base/result.ts';
import { readVerbOptions, secondsIn } from '../verb-options.ts';

export type CiRequest = {
  /** Null: look at the usual places. */
  readonly configuration: string | null;
  readonly junit: string | null;
  /** For the test command; 0: for ever. */
  readonly timeoutSeconds: number;
  /** For each start of a service that has no ready_timeout of its own. */
  readonly readyTimeoutSeconds: number;
  readonly command: readonly string[];
};

/** A runner's own limit is told by nobody; this one names the service that does not come. */
const READY_TIMEOUT_SECONDS = 300;

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
  for (const name of ['timeout', 'ready-timeout']) {
    const text = given.get(name);
    if (text !== undefined && secondsIn(text) === null) return fail(`ci: --${name} expects a whole number of seconds, got '${text}'`);
  }
  return succeed({
    configuration: given.get('configuration') ?? null,
    junit: given.get('junit') ?? null,
    timeoutSeconds: Number(given.get('timeout') ?? 0),
    readyTimeoutSeconds: Number(given.get('ready-timeout') ?? READY_TIMEOUT_SECONDS),
    command: rest,
  });
}
