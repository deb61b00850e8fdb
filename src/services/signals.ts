/** What a signal to the container means in supervise mode: stop everything, read the configuration again, open logs again, pass it on, or nothing. */
import { signalName } from '../process/signal-names.ts';
import type { SignalNumber } from '../config/model.ts';
import { activateBySignal } from './activation.ts';
import { say, type Draft } from './draft.ts';
import { requestReload } from './reload.ts';
import { beginShutdown, isUp } from './shutdown.ts';
import type { Sender, WorldEvent } from './types.ts';

const SIGHUP = 1;
const SIGINT = 2;
const SIGQUIT = 3;
const SIGUSR2 = 12;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIGTSTP = 20;
const SIGTTIN = 21;
const SIGTTOU = 22;
const SIGWINCH = 28;
const SIGPWR = 30;
const SIGRTMIN_PLUS_3 = 37;

/** TERM, INT, QUIT: everybody's; RTMIN+3 and PWR: how systemd and LXC ask a container to halt. */
const STOP_SIGNALS: ReadonlySet<SignalNumber> = new Set([SIGINT, SIGQUIT, SIGTERM, SIGPWR, SIGRTMIN_PLUS_3]);

/** About our own children and our own use of the terminal: no program's business. */
const PRIVATE_SIGNALS: ReadonlySet<SignalNumber> = new Set([SIGCHLD, SIGTTIN, SIGTTOU]);

type Received = Extract<WorldEvent, { readonly type: 'signalReceived' }>;

export const receiveSignal = (draft: Draft, event: Received): void => {
  const { signal, hasTerminal } = event;
  const name = signalName(signal) ?? `signal ${signal}`;
  const isPeer = draft.plan.signalsLikeSupervisord;
  if (isStopSignal(signal, hasTerminal || isPeer)) requestStop(draft, event, name);
  else if (signal === SIGHUP) requestReload(draft, name);
  else if (signal === SIGUSR2) requestReopen(draft, name);
  else if (PRIVATE_SIGNALS.has(signal) || activateBySignal(draft, signal, name)) return;
  else if (isPeer) say(draft, 'debug', `ignored ${name}: it means nothing to supervisord`);
  else if (signal === SIGTSTP) say(draft, 'info', `ignored ${name}: a container cannot be suspended from its keyboard`);
  else forward(draft, signal, name);
};

/** WINCH is a window's new size where there is a window, and nothing to supervisord; else images' way (httpd, STOPSIGNAL SIGWINCH) to say stop. */
const isStopSignal = (signal: SignalNumber, hasTerminal: boolean): boolean => STOP_SIGNALS.has(signal) || (signal === SIGWINCH && !hasTerminal);

/** A second one forces nothing: engines, shells and terminals deliver the same wish twice. The deadlines do the forcing. */
const requestStop = (draft: Draft, { signal, sender }: Received, name: string): void => {
  const isPeer = draft.plan.signalsLikeSupervisord;
  const from = sender === undefined || isPeer ? '' : `, sent by ${senderText(sender)}`;
  if (!isUp(draft)) return say(draft, 'warn', isPeer ? exitRequest(name) : `ignored ${name} indicating exit request (shutdown in progress)`);
  say(draft, 'warn', `${exitRequest(name)}${from}`);
  beginShutdown(draft, { cause: 'requested', atMs: draft.nowMs, by: sender === undefined ? null : { kind: 'signal', signal, ...sender } });
};

const exitRequest = (name: string): string => `received ${name} indicating exit request`;

const senderText = ({ pid, uid }: Sender): string => {
  if (pid > 0) return `process ${pid} of user ${uid}`;
  return pid === 0 ? 'the kernel' : `user ${uid} from outside of this container`;
};

/** Also while everything ends: who rotates logs needs the old files to be let go. */
const requestReopen = (draft: Draft, name: string): void => {
  say(draft, 'info', `received ${name} indicating log reopen request`);
  draft.effects.push({ type: 'reopenLogs' });
};

const forward = (draft: Draft, signal: SignalNumber, name: string): void => {
  const runs = draft.states.filter((state) => state.pid !== 0).map((state) => state.run);
  say(draft, 'debug', `forwarding ${name} to ${runs.length} running program${runs.length === 1 ? '' : 's'}`);
  if (runs.length > 0) draft.effects.push({ type: 'forward', signal, runs });
};
