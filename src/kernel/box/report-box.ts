/** The black box's area for what programs have said about themselves, so that a successor knows it, too. What it means is in engine/publish/reports.ts. */
import { snapshotAt } from './box-snapshot.ts';
import type { Snapshot } from './box-snapshot.ts';
import { REPORTS_AT, REPORTS_BYTES } from './box.ts';
import type { Box } from './box.ts';

const HEAD_BYTES = 4_096;

export const createReportBox = (box: Pick<Box, 'bytes' | 'words'>): Snapshot =>
  snapshotAt(box, { wordAt: REPORTS_AT, firstAt: REPORTS_AT + HEAD_BYTES, copyBytes: (REPORTS_BYTES - HEAD_BYTES) / 2 });
