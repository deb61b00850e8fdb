/** Why is a process in the state it is in, and what would change that? One sentence, for an operator who wonders. */
import { assertNever } from '../../base/assert-never.ts';
import type { ProcessSpec } from '../../config/model/model.ts';
import { TOO_QUICKLY } from '../../process/exit.ts';
import { DEPENDENCY_FAILED } from '../../process/dependency-failure.ts';
import { OVER_LIMIT } from '../../process/health.ts';
import { describeExit, isExpectedExit } from '../../process/exit-status.ts';
import { isPaced } from '../../process/pace.ts';
import { signalName } from '../../process/signal-names.ts';
import type { ProcessState } from '../../process/types.ts';
import { ITS_TURN, waitsFor } from '../dependencies.ts';
import { formatTime, formatUptime } from './describe.ts';
import type { Moment } from './describe.ts';
import { missingReadiness } from './missing-readiness.ts';
import { fullName } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { NO_REPORT, reportText } from './report.ts';
import type { Report } from './report.ts';
import { showTrigger } from '../triggers/triggers.ts';
import type { World } from '../types.ts';

/** An index without a process gets a sentence that says so. `nextRunMs`: the next time of its schedule, since the epoch; null: none follows. */
export const why = (plan: Plan, world: World, index: number, moment: Moment, report: Report = NO_REPORT, nextRunMs: number | null = null): string => {
  const spec = plan.processes[index];
  const state = world.states[index];
  if (spec === undefined || state === undefined) return 'There is no such process.';
  const reason = state.isHeld ? whyHeld(plan, world, index) : reasonOf({ spec, state, moment });
  return `${fullName(spec)} ${reason}${aboutSchedule(spec, moment, nextRunMs)}${aboutLeft(state)}${reportText(report)}${aboutWorld(world, index)}.`;
};

const whyHeld = (plan: Plan, { states }: World, index: number): string => {
  const awaited = waitsFor(plan, states, index).join(' and ');
  return awaited === ITS_TURN
    ? `waits until others have started: parallel_start=${plan.model.supervisor.parallelStart}`
    : `waits for ${awaited}, as depends_on says`;
};

type Case = { readonly spec: ProcessSpec; readonly state: ProcessState; readonly moment: Moment };

const reasonOf = (about: Case): string => {
  const { state, moment } = about;
  switch (state.name) {
    case 'STOPPED':
      return whyStopped(about);
    case 'STARTING':
      return whyStarting(about);
    case 'RUNNING':
      return `is running with pid ${state.pid}, for ${formatUptime(moment.nowMs - state.startedAtMs)} now${readinessOf(about)}`;
    case 'BACKOFF':
      return whyBackoff(about);
    case 'STOPPING':
      return whyStopping(about) + (state.wish === 'up' ? '; then it starts again, as was asked for' : '');
    case 'EXITED':
      return whyExited(about);
    case 'FATAL':
      return whyFatal(about);
    case 'UNKNOWN':
      return 'is in an unknown state; a start command leads out of it';
    default:
      return assertNever(state.name);
  }
};

const whyStopped = ({ spec, state, moment }: Case): string => {
  if (state.run === 0) return whyNeverStarted(spec);
  if (state.exit === null) return `was stopped on request while it waited for another try${because(state)}`;
  const when = `was stopped on request at ${formatTime(state.stoppedAtMs, moment)}`;
  if (state.spawnError.startsWith(OVER_LIMIT))
    return `was stopped at ${formatTime(state.stoppedAtMs, moment)}${because(state)}; only a start command starts it again`;
  if (state.killed) return `${when}: it did not end within ${seconds(spec.stopWaitMs)} of ${stopSignal(spec)} and was killed`;
  return `${when} (${describeExit(state.exit)})`;
};

const whyNeverStarted = ({ autostart, service: { activation, schedule } }: ProcessSpec): string => {
  if (autostart) return 'has not been started yet';
  if (schedule !== null) return 'has not been started yet: its schedule starts it, or a start command';
  if (activation === null || activation.startOn.length === 0) return 'has never been started: autostart=false waits for a start command';
  return `has never been started: it waits for ${activation.startOn.map(showTrigger).join(', ')} (start_on), or a start command`;
};

const whyStarting = ({ spec, state, moment }: Case): string => {
  const tries = state.failures === 0 ? '' : `, try ${state.failures + 1} of ${spec.startRetries + 1}`;
  if (state.pid === 0) return `is just being started${tries}`;
  const sinceMs = Math.max(0, moment.nowMs - state.startedAtMs);
  return `was started ${seconds(sinceMs)} ago with pid ${state.pid}${tries}: it counts as running when it has survived ${seconds(spec.startMs)} (startsecs)`;
};

/** Others may be waiting for it. */
const readinessOf = (about: Case): string => {
  const missing = about.state.isReady ? null : missingReadiness(about.spec.service.readyOn);
  if (missing === null) return '';
  const limit = about.state.deadlineMs === null ? '' : `, which must come within ${waiting(about)}`;
  return `, but is not ready: ${missing}${limit}`;
};

const whyBackoff = (about: Case): string => {
  const { spec, state, moment } = about;
  if (state.failures === 0) return `ended by itself at ${formatTime(state.stoppedAtMs, moment)}; it starts again in ${waiting(about)} (restart_delay)`;
  return `could not be started${because(state)}; try ${state.failures + 1} of ${spec.startRetries + 1} follows in ${waiting(about)}`;
};

const whyStopping = (about: Case): string => {
  const { spec, state } = about;
  if (state.afterStop !== 'nothing') return `is being stopped${because(state)}; then it ${state.afterStop === 'retry' ? 'is tried again' : 'is given up'}`;
  if (state.lingering) return `has ended, but not what it has left behind: SIGKILL follows in ${waiting(about)}`;
  if (state.pid === 0) return 'is to be stopped as soon as its start has been answered';
  if (state.killed) return `did not end within ${seconds(spec.stopWaitMs)} of ${stopSignal(spec)}: SIGKILL has been sent, and the kernel has not ended it yet`;
  return `is being stopped: ${stopSignal(spec)} has been sent, SIGKILL follows in ${waiting(state.killAtMs === null ? about : { ...about, state: { ...state, deadlineMs: state.killAtMs } })} unless it ends (stopwaitsecs=${spec.stopWaitMs / 1000})`;
};

const whyExited = (about: Case): string => {
  const { spec, state, moment } = about;
  if (state.exit === null) return 'has ended';
  const isExpected = isExpectedExit(state.exit, spec);
  const end = `ended by itself at ${formatTime(state.stoppedAtMs, moment)} with ${describeExit(state.exit)}`;
  if (isPaced(state)) return `${end}; it starts again in ${waiting(about)}: after so short a run not within a second of its start`;
  if (state.lingering && state.leftPid === 0) return `${end}, and starts again as soon as what it has left behind is gone`;
  if (isExpected && spec.service.isOneshot) return `${end}: it is a oneshot, and has done its work`;
  if (spec.autorestart === 'never') return `${end}: autorestart=false leaves it so`;
  if (isExpected && spec.autorestart === 'unexpected') return `${end}, as exitcodes expects: autorestart=unexpected leaves it so`;
  return `${end}, and was not to be restarted any more`;
};

const whyFatal = ({ spec, state }: Case): string => {
  if (state.wish === 'down') return `is given up${because(state)}; no other try follows, for it was not to run any more`;
  const { budget } = spec.service.restart;
  if (state.spawnError.includes(DEPENDENCY_FAILED)) return `was given up${because(state)}; only a start command tries again`;
  if (budget !== null && state.restarts >= budget.count) {
    return `was given up after ${budget.count} restarts within ${seconds(budget.periodMs)} (restart_budget)${because(state)}; only a start command tries again`;
  }
  const tries = spec.startRetries + 1;
  return `was given up after ${tries} ${tries === 1 ? 'try' : 'tries'} (startretries=${spec.startRetries})${because(state)}; only a start command tries again`;
};

const because = ({ spawnError, exit }: ProcessState): string => {
  if (spawnError === TOO_QUICKLY && exit !== null) return `: it ended too quickly, with ${describeExit(exit)}; its log may say why`;
  return spawnError === '' ? '' : `: ${spawnError}`;
};

const aboutSchedule = ({ service: { schedule } }: ProcessSpec, moment: Moment, nextRunMs: number | null): string => {
  if (schedule === null || nextRunMs === null) return '';
  return `; its next time by the schedule is ${formatTime(nextRunMs - moment.wallOffsetMs, moment)}`;
};

/** Of what lives on without being supervised. */
const aboutLeft = ({ leftPid, lingering, wish }: ProcessState): string => {
  if (leftPid === 0) return '';
  if (!lingering)
    return `; it has left process ${leftPid} behind, which lives on and is not supervised: let it run in the foreground, or name its pid file in pid_file`;
  return `; process ${leftPid}, which it has left behind, is being ended${wish === 'up' ? ', then it starts' : ''}`;
};

const aboutWorld = ({ phase, leaving }: World, index: number): string => {
  switch (phase) {
    case 'running':
      return '';
    case 'reloading':
      return leaving.includes(index) ? '; its group is leaving for another configuration' : '';
    case 'restarting':
      return '; everything is being restarted';
    case 'unready':
      return '; everything will be stopped when drain_delay is over';
    case 'stopping':
    case 'sweeping':
    case 'draining':
    case 'ended':
      return '; everything is being stopped';
    default:
      return assertNever(phase);
  }
};

const stopSignal = ({ stopSignal: signal }: ProcessSpec): string => signalName(signal) ?? `signal ${signal}`;

/** Until the state is looked at again. */
const waiting = ({ state, moment }: Case): string => seconds(Math.max(0, (state.deadlineMs ?? moment.nowMs) - moment.nowMs));

/** `10 s`, `0.4 s`. */
const seconds = (durationMs: number): string => `${Math.round(durationMs / 100) / 10} s`;
