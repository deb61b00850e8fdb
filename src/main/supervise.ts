/** The supervise role: the addon, init's socket, and who is told when a descriptor is ready. What init's greeting begins is in start.ts. */
import { writeSync } from 'node:fs';
import type { Personality } from '../config/model/settings.ts';
import { activeClock, monotonicClock } from '../kernel/clock.ts';
import { createInputs } from '../kernel/inputs.ts';
import type { KernelEvent } from '../kernel/kernel.ts';
import { createNotifySockets } from '../kernel/sockets/notify-sockets.ts';
import { createReadyPipes } from '../kernel/sockets/ready-pipes.ts';
import { createLink } from '../kernel/link/link.ts';
import { loadNative } from '../kernel/load-native.ts';
import type { Native } from '../kernel/native.ts';
import { LINK_FD } from '../kernel/link/protocol.ts';
import { createQuiet } from '../kernel/quiet.ts';
import { LOG_TOKENS } from '../logs/logs.ts';
import type { Logs } from '../logs/logs.ts';
import { createSocketHolder } from './features/sockets.ts';
import type { Verb } from './tools/verbs.ts';
import { start } from './start.ts';

/** Tokens of native.arm() above the log path's. */
const LINK_TOKENS = { readable: LOG_TOKENS, writable: LOG_TOKENS + 1 } as const;
const INPUT_TOKENS = LOG_TOKENS + 2;
/** Above any descriptor's. */
const SOCKET_TOKENS = 2 ** 29;
const NOTIFY_TOKENS = 2 ** 30;
const READY_TOKENS = NOTIFY_TOKENS + 2 ** 29;
const INTERNAL_ERROR = 70;
const STDERR = 2;

export type Role = {
  /** Without the program's name. */
  readonly argv: readonly string[];
  /** What the program's name implies. */
  readonly personality: Personality;
  /** Null: the usual command line. */
  readonly verb: Verb | null;
  /** For the case that there is no init any more. */
  readonly end: (code: number) => void;
};

/** Serves until init ends us. */
export const supervise = ({ argv, personality, verb, end }: Role, native: Native = loadNative()): void => {
  let onEvent: (event: KernelEvent) => void = () => {};
  let logs: Logs | null = null;
  const inputs = createInputs(native, INPUT_TOKENS);
  const notifySockets = createNotifySockets(native, NOTIFY_TOKENS);
  const readyPipes = createReadyPipes(native, READY_TOKENS);
  const sockets = createSocketHolder(native, SOCKET_TOKENS, (number, requests) => link.listen(number, requests));
  const quiet = createQuiet(native, monotonicClock, collectGarbage);
  const onLogs = (ready: Logs): void => {
    logs = ready;
  };
  const link = createLink(native, LINK_FD, LINK_TOKENS, {
    onHello: (hello) => {
      const { kernel } = link;
      const { onActivity } = quiet;
      onEvent = start({ native, kernel, argv, personality, verb, inputs, notifySockets, readyPipes, sockets, onLogs, onActivity }, hello);
    },
    onEvent: (event) => {
      onEvent('atMs' in event ? { ...event, atMs: activeClock.fromKernelMs(event.atMs) } : event);
      quiet.onActivity();
    },
    onListening: sockets.held.onListening,
    onLost: (reason) => {
      writeSync(STDERR, `tsinit: the supervisor has lost init: ${reason}\n`);
      end(INTERNAL_ERROR);
    },
  });
  native.onReady((token) => {
    if (token === LINK_TOKENS.readable) link.onReadable();
    else if (token === LINK_TOKENS.writable) link.onWritable();
    else if (token >= READY_TOKENS) readyPipes.onReady(token);
    else if (token >= NOTIFY_TOKENS) notifySockets.onReady(token);
    else if (token >= SOCKET_TOKENS) sockets.held.onReady(token);
    else if (token >= INPUT_TOKENS) inputs.onReady(token);
    else logs?.onReady(token);
  });
  link.onReadable();
};

/** There because the executable is started with --expose-gc; V8 itself collects when it allocates, which an idle process does not. */
const collectGarbage = (): void => {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};
