/** Wiring of readiness by notification: names of the sockets, and what becomes of what programs say there. */
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import type { NotificationPort, OutputPort } from '../engine/ports.ts';
import type { ReadyPipes } from '../kernel/ready-pipes.ts';
import type { NotifySockets } from '../kernel/notify-sockets.ts';
import { BOX_FD } from '../kernel/protocol.ts';
import { readNotification } from '../services/notification.ts';
import { fullName } from '../services/plan.ts';

export type NotificationParts = {
  readonly sockets: NotifySockets;
  readonly pipes: ReadyPipes;
  /** Where sockets are files; null: they are abstract. */
  readonly directory: () => string | null;
  readonly onReady: (run: number) => void;
  readonly notice: OutputPort['notice'];
};

export const createNotifications = ({ sockets, pipes, directory, onReady, notice }: NotificationParts): NotificationPort => {
  let known: string | null = null;
  /** The same for all supervisors of one container and for no other's: abstract names are shared wherever the network is. */
  const container = (): string => (known ??= fstatSync(BOX_FD).ino.toString(36));
  return {
    open: (run, spec, owner) => {
      if (spec.service.readyOn.kind !== 'notify') return null;
      const name = `tsinit-${container()}-${run}`;
      const folder = directory();
      const address = folder === null ? `@${name}` : join(folder, name);
      const problem = sockets.open(run, address, owner, (text) => {
        const { isReady, remarks } = readNotification(text);
        for (const remark of remarks) notice('debug', `${fullName(spec)} says ${remark}`);
        if (isReady) onReady(run);
      });
      if (problem !== null) notice('warn', `cannot make the socket ${address} on which ${fullName(spec)} is to say that it is ready: ${problem}`);
      return problem === null ? address : null;
    },
    attach: (run, fd) => pipes.attach(run, fd, () => onReady(run)),
    close: (run) => {
      sockets.close(run);
      pipes.close(run);
    },
  };
};
