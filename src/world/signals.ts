/** What a signal to the container means in supervise mode: stop everything, read the configuration again, open logs again, pass it on, or nothing. */
import { signalName } from '../process/signal-names.ts';
import type { Forwarding, ProcessSpec, SignalNumber } from '../config/model/model.ts';
import { activateBySignal } from './triggers/activation.ts';
import { say, type Draft } from './draft.ts';
import { requestReload } from './reload.ts';
import { beginShutdown, isUp } from './stop/shutdown.ts';
import type { Sender, WorldEvent } from './types.ts';

const SIGHUP = 1;
const SIGUSR2 = 12;
const SIGCHLD = 17;
const SIGCONT = 18;
const SIGTSTP = 20;
const SIGTTIN = 21;
const SIGTTOU = 22;
const SIGWINCH = 28;

type Received = Extract<WorldEvent, { readonly type: 'signalReceived' }>;

export const receiveSignal = (draft: Draft, event: Received): void => {
  const { signal } = event;
  const name = signalName(signal) ?? `signal ${signal}`;
  if (isStopSignal(draft, event)) requestStop(draft, event, name);
  else if (signal === SIGHUP) requestReload(draft, name);
  else if (signal === SIGUSR2) requestReopen(draft, name);
  else if (isOurOwn(event) || activateBySignal(draft, signal, name)) return;
  else forward(draft, event, name);
};

/** A WINCH of the kernel's is the new size of a window, whatever is written. */
const isStopSignal = (draft: Draft, { signal, hasTerminal }: Received): boolean =>
  draft.plan.model.supervisor.stopSignals.includes(signal) && !(signal === SIGWINCH && hasTerminal);

/** About our own children and our own use of the terminal: no program's business. */
const isOurOwn = ({ signal, sender }: Received): boolean => signal === SIGCHLD || ((signal === SIGTTIN || signal === SIGTTOU) && sender?.pid === 0);

/** A second one forces nothing: engines, shells and terminals deliver the same wish twice. The deadlines do the forcing. */
const requestStop = (draft: Draft, { signal, sender }: Received, name: string): void => {
  const from = sender === undefined ? '' : `, sent by ${senderText(sender)}`;
  if (draft.plan.signalsLikeSupervisord) say(draft, 'warn', `received ${name} indicating exit request`);
  else say(draft, 'warn', isUp(draft) ? `stopping everything: ${name}${from}` : `ignored ${name}: everything is being stopped already`);
  if (!isUp(draft)) return;
  beginShutdown(draft, { cause: 'requested', atMs: draft.nowMs, by: sender === undefined ? null : { kind: 'signal', signal, ...sender } });
};

const senderText = ({ pid, uid }: Sender): string => {
  if (pid > 0) return `process ${pid} of user ${uid}`;
  return pid === 0 ? 'the kernel' : `user ${uid} from outside of this container`;
};

/** Also while everything ends: who rotates logs needs the old files to be let go. */
const requestReopen = (draft: Draft, name: string): void => {
  const isPeer = draft.plan.signalsLikeSupervisord;
  say(draft, 'info', isPeer ? `received ${name} indicating log reopen request` : `opening log files again: ${name}`);
  draft.effects.push({ type: 'reopenLogs' });
};

/** To each program as its forward_signals says. Nothing ends by a signal that it does not catch, unless that is written. */
const forward = (draft: Draft, event: Received, name: string): void => {
  const { signal } = event;
  const whole: number[] = [];
  const catching: number[] = [];
  for (const [index, { run, pid }] of draft.states.entries()) {
    if (pid === 0) continue;
    const { forwarding } = draft.plan.processes[index] as ProcessSpec;
    if (takesWhole(forwarding, signal)) whole.push(run);
    else if (forwarding === 'caught' && signal !== SIGTSTP) catching.push(run);
  }
  const count = whole.length + catching.length;
  if (count === 0) return sayIgnored(draft, event, name);
  const condition = catching.length === 0 ? '' : catching.length === count ? ', where they catch it' : `, to ${catching.length} where they catch it`;
  say(draft, levelOf(event), `passing on ${name} to ${count} program${count === 1 ? '' : 's'}${condition}`);
  for (const [runs, isCaught] of [[whole, false] as const, [catching, true] as const])
    if (runs.length > 0) draft.effects.push({ type: 'forward', signal, runs, isCaught });
};

/** What is stopped goes on at CONT, whether it catches that or not. */
const takesWhole = (forwarding: Forwarding, signal: SignalNumber): boolean => {
  if (forwarding === 'caught') return signal === SIGCONT;
  return forwarding === 'all' ? signal !== SIGTSTP : forwarding.includes(signal);
};

/** Somebody who sends one wants to know what has become of it; a terminal sends many. */
const levelOf = ({ signal, sender }: Received): 'info' | 'debug' => (signal === SIGWINCH || sender === undefined || sender.pid === 0 ? 'debug' : 'info');

const sayIgnored = (draft: Draft, event: Received, name: string): void => {
  if (draft.plan.signalsLikeSupervisord) say(draft, 'debug', `ignored ${name}: it means nothing to supervisord`);
  else if (event.signal === SIGTSTP) say(draft, 'info', `ignored ${name}: a container cannot be suspended from its keyboard`);
  else say(draft, levelOf(event), `ignored ${name}: it means nothing to tsinit, and no program that runs is passed it on (forward_signals)`);
};
