/** A log file as a source, opened without the kernel addon. */
import { constants, openSync } from 'node:fs';
import type { LogSource } from '../../../src/control/port.ts';

export const fileAt = (path: string): LogSource => ({ kind: 'file', path, open: () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) });
