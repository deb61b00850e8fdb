/** Wiring of what programs say about themselves: names of the sockets, whose word counts, and who hears of it. */
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import type { NotificationPort, OutputPort } from '../../engine/ports.ts';
import type { Reports } from '../../engine/publish/reports.ts';
import { isOfRun } from '../../kernel/descent.ts';
import type { ReadyPipes } from '../../kernel/sockets/ready-pipes.ts';
import type { NotifySockets, Sender } from '../../kernel/sockets/notify-sockets.ts';
import { BOX_FD } from '../../kernel/link/protocol.ts';
import { readNotification } from '../../world/events/notification.ts';
import type { Notification } from '../../world/events/notification.ts';
import { fullName } from '../../world/plan.ts';

export type NotificationParts = {
  readonly sockets: NotifySockets;
  readonly pipes: ReadyPipes;
  readonly reports: Reports;
  /** Where sockets are files; null: they are abstract. */
  readonly directory: () => string | null;
  readonly onReady: (run: number) => void;
  /** Of the run's own process; 0: none is known. */
  readonly pidOf: (run: number) => number;
  readonly notice: OutputPort['notice'];
};

export const createNotifications = ({ sockets, pipes, reports, directory, onReady, pidOf, notice }: NotificationParts): NotificationPort => {
  let known: string | null = null;
  /** The same for all supervisors of one container and for no other's: abstract names are shared wherever the network is. */
  const container = (): string => (known ??= fstatSync(BOX_FD).ino.toString(36));

  /** Anybody can find an abstract socket. Told once for each run: whoever sends may send a lot. */
  const strangers = new Set<number>();
  const isBelieved = (run: number, name: string, owner: number, { pid, uid }: Sender): boolean => {
    if (uid === owner || isOfRun(pid, pidOf(run))) return true;
    if (!strangers.has(run)) notice('warn', `process ${pid} of user ${uid} speaks for ${name}, and is no process of it or its user: not believed`, name);
    strangers.add(run);
    return false;
  };

  const hear = (run: number, name: string, said: Notification): void => {
    for (const remark of said.remarks) notice('debug', `${name} says ${remark}`, name);
    const isStranger = said.mainPid !== null && !isOfRun(said.mainPid, pidOf(run));
    if (isStranger) notice('warn', `${name} says MAINPID=${said.mainPid}, which is no process of it: not believed`, name);
    reports.hear(run, isStranger ? { ...said, mainPid: null } : said);
    if (said.isReady) onReady(run);
  };

  return {
    open: (run, spec, owner) => {
      const { readyOn, watchdog } = spec.service;
      if (readyOn.kind !== 'notify' && watchdog === null) return null;
      const name = `tsinit-${container()}-${run}`;
      const folder = directory();
      const address = folder === null ? `@${name}` : join(folder, name);
      const uid = owner?.uid ?? process.getuid?.() ?? 0;
      const problem = sockets.open(run, address, owner, (text, sender) => {
        if (isBelieved(run, fullName(spec), uid, sender)) hear(run, fullName(spec), readNotification(text));
      });
      if (problem !== null)
        notice('warn', `cannot make the socket ${address} on which ${fullName(spec)} is to say that it is ready: ${problem}`, fullName(spec));
      return problem === null ? address : null;
    },
    attach: (run, fd) => pipes.attach(run, fd, () => onReady(run)),
    close: (run) => {
      strangers.delete(run);
      sockets.close(run);
      pipes.close(run);
      reports.forget(run);
    },
  };
};
