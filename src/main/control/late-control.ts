/**
 * The control interfaces, loaded when there is a server to open: a supervisor without one never pays for them, and no first program waits for
 * them.
 */
import type { Model } from '../../config/model/model.ts';
import type { NoticeLevel } from '../../process/types.ts';
import type { Control, ControlParts } from './control.ts';

export type LateControl = {
  /** The configuration in force: its servers. */
  readonly follow: (model: Model) => void;
  /** Before the exit: leaves no socket file behind. */
  readonly close: () => void;
};

export const createLateControl = (partsOf: () => ControlParts, notice: (level: NoticeLevel, text: string) => void): LateControl => {
  let control: Control | null = null;
  let latest: Model | null = null;
  let isClosed = false;
  /** One change after the other. */
  let turn: Promise<void> = Promise.resolve();

  const apply = async (): Promise<void> => {
    if (control === null) {
      const { createControl } = await import('./control.ts');
      control = createControl(partsOf());
    }
    if (!isClosed && latest !== null) await control.follow(latest);
  };

  return {
    follow: (model) => {
      latest = model;
      if (isClosed || (model.servers.length === 0 && control === null)) return;
      turn = turn.then(apply).catch((error: unknown) => {
        notice('error', `cannot open the control interfaces: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
    },
    close: () => {
      isClosed = true;
      control?.close();
    },
  };
};
