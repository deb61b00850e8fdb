/**
 * Into how much time the stop of everything has to fit: what the deployment says (the environment) comes before what the image says (the
 * file), and that before what engines are known to allow.
 */
import { addError } from '../problems.ts';
import type { ReadContext } from '../read/read-options.ts';
import { duration } from '../values/time/durations.ts';

const VARIABLE = 'TSINIT_STOP_WINDOW';
/** `docker stop` kills after so long; Kubernetes' terminationGracePeriodSeconds is that long where nobody says otherwise. */
const USUAL_MS = 10_000;
const KUBERNETES_MS = 30_000;

/** `writtenMs`: in the file. Null: there is no limit. */
export function readStopWindow({ config, scope, problems }: ReadContext, writtenMs: number | null): number | null {
  const { environment } = scope.world;
  const told = environment[VARIABLE];
  if (told === undefined || told === '') return (writtenMs ?? usualMs(scope.personality === 'supervisord', environment)) || null;
  const reading = duration.read(told, scope);
  if (reading.ok) return reading.value || null;
  addError(problems, { file: config.main, line: 1 }, { ours: `cannot read ${VARIABLE} of the environment: ${reading.error.ours}`, peer: reading.error.peer });
  return null;
}

function usualMs(isPeer: boolean, environment: Readonly<Record<string, string>>): number {
  if (isPeer) return 0;
  return environment['KUBERNETES_SERVICE_HOST'] === undefined ? USUAL_MS : KUBERNETES_MS;
}
