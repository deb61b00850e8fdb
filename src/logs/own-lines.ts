/** Lines of our own on the container's streams, among those of the programs and never inside one. What finds no room waits. */
import { TARGET } from './capture.ts';
import { createNotices } from './notices.ts';
import type { Outbox } from './outbox.ts';
import type { StreamName } from './slots.ts';
import type { Stage } from './stage.ts';

const NOTICE_NAME = 'tsinit';

export type OwnLines = {
  /** Prefixed with our name, on stderr. */
  readonly notice: (text: string) => void;
  /** Whole lines as they are. */
  readonly print: (lines: string, stream: StreamName) => void;
  /** Puts what had to wait. */
  readonly retry: () => void;
  readonly hasWaiting: () => boolean;
};

/** `errorTarget`: where lines for stderr go. `nameWidth`: of the longest prefix. */
export const createOwnLines = (stage: Stage, outboxes: readonly Outbox[], errorTarget: number, nameWidth: number): OwnLines => {
  const queueTo = (target: number, prefix: string) => {
    const queue = createNotices(prefix, (lines) => stage.append(target, lines));
    return {
      ...queue,
      put: (text: string): void => {
        queue.say(text);
        outboxes[target]?.flush();
      },
      again: (): void => {
        if (!queue.hasWaiting()) return;
        queue.retry();
        outboxes[target]?.flush();
      },
    };
  };
  const notices = queueTo(errorTarget, `${NOTICE_NAME.padEnd(nameWidth)} | `);
  const plain = { stdout: queueTo(TARGET.STDOUT, ''), stderr: queueTo(errorTarget, '') };
  const all = [notices, plain.stdout, plain.stderr];
  return {
    notice: notices.put,
    print: (lines, stream) => plain[stream].put(lines),
    retry: () => all.forEach(({ again }) => again()),
    hasWaiting: () => all.some(({ hasWaiting }) => hasWaiting()),
  };
};
