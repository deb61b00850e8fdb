/** Lines of our own on the container's streams, among those of the programs and never inside one. What finds no room waits. */
import type { LogLevel } from '../../config/model/model.ts';
import { TARGET } from '../read/capture.ts';
import { createNotices } from './notices.ts';
import type { Outbox } from '../out/outbox.ts';
import type { OwnLine } from './own-shape.ts';
import type { StreamName } from '../box/slots.ts';
import type { Stage } from '../box/stage.ts';

export type OwnLines = {
  /** In the shape of our own lines; on stderr when no stream is named. */
  readonly notice: (text: string, level?: LogLevel, stream?: StreamName) => void;
  /** Whole lines as they are. */
  readonly print: (lines: string, stream: StreamName) => void;
  /** Puts what had to wait. */
  readonly retry: () => void;
  readonly hasWaiting: () => boolean;
};

const asItIs: OwnLine = (text) => text;

/** `errorTarget`: where lines for stderr go. */
export const createOwnLines = (stage: Stage, outboxes: readonly Outbox[], errorTarget: number, ownLine: OwnLine): OwnLines => {
  const queueTo = (target: number, lineOf: OwnLine) => {
    const queue = createNotices(lineOf, (lines) => stage.append(target, lines));
    return {
      ...queue,
      put: (text: string, level?: LogLevel): void => {
        queue.say(text, level);
        outboxes[target]?.flush();
      },
      again: (): void => {
        if (!queue.hasWaiting()) return;
        queue.retry();
        outboxes[target]?.flush();
      },
    };
  };
  const notices = { stdout: queueTo(TARGET.STDOUT, ownLine), stderr: queueTo(errorTarget, ownLine) };
  const plain = { stdout: queueTo(TARGET.STDOUT, asItIs), stderr: queueTo(errorTarget, asItIs) };
  const all = [notices.stderr, notices.stdout, plain.stdout, plain.stderr];
  return {
    notice: (text, level, stream = 'stderr') => notices[stream].put(text, level),
    print: (lines, stream) => plain[stream].put(lines),
    retry: () => all.forEach(({ again }) => again()),
    hasWaiting: () => all.some(({ hasWaiting }) => hasWaiting()),
  };
};
