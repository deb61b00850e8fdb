/** Bytes for a file need no outbox: they go there as they are. So do those for nowhere, which only others hear. */
import type { Box } from '../../kernel/box/box.ts';
import { TARGET } from '../read/capture.ts';
import type { Capture } from '../read/capture.ts';
import { stagingAt } from './journal.ts';
import type { Journal } from './journal.ts';

export type RawParts = { readonly box: Box; readonly journal: Journal; readonly onProblem: (text: string) => void };

/** Settles the staging area of files; false while it is not known whose bytes are there. */
export const createRawSettle =
  ({ box, journal, onProblem }: RawParts, captureOf: (slot: number) => Capture | undefined, isSettled: () => boolean) =>
  (): boolean => {
    const owner = journal.owner(TARGET.FILE);
    const found = journal.found(TARGET.FILE);
    const length = found + journal.length(TARGET.FILE);
    if (owner < 0 || length === 0) return true;
    const capture = captureOf(owner);
    if (capture === undefined && !isSettled()) return false;
    if (found > 0) journal.filled(TARGET.FILE, found);
    if (capture === undefined) onProblem(`${length} bytes of output of a run that is not known any more were dropped`);
    capture?.sink?.write(box.bytes, stagingAt(TARGET.FILE), length);
    journal.clear(TARGET.FILE);
    return true;
  };
