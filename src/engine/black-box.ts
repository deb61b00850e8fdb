/** The world in the black box: slot 0 for all of it together, slot index + 1 for each process. Written at each commit. */
import { decodeProcessMemo, encodeProcessMemo, PROCESS_MEMO_BYTES } from '../process/memo.ts';
import type { ProcessState } from '../process/types.ts';
import { decodeWorldMemo, encodeWorldMemo, WORLD_MEMO_BYTES } from '../world/memo.ts';
import type { WorldHeader } from '../world/memo.ts';
import type { World } from '../world/types.ts';
import type { MemoryPort } from './ports.ts';

export type SavedWorld = { readonly header: WorldHeader; readonly states: readonly (ProcessState | null)[] };

export type BlackBox = {
  /** Writes what differs. States first, then what they are counted by: a reader may find a state newer than the header. */
  readonly save: (before: World | null, after: World) => void;
  /** Writes a world of another plan, and makes it count, together with the configuration it belongs to. */
  readonly replace: (after: World) => void;
  /** What a predecessor left; null when it died before its first commit. */
  readonly load: (processes: number) => SavedWorld | null;
};

export const createBlackBox = (memory: MemoryPort): BlackBox => {
  const process = scratch(PROCESS_MEMO_BYTES);
  const header = scratch(WORLD_MEMO_BYTES);
  const put = (write: MemoryPort['write'], before: World | null, after: World): void => {
    for (let index = 0; index < after.states.length; index += 1) {
      const state = after.states[index]; // no entries(): with a thousand processes their pairs fill the nursery at each event
      if (state === undefined || state === before?.states[index]) continue;
      encodeProcessMemo(state, process.view, 0);
      write(index + 1, process.bytes);
    }
    encodeWorldMemo(after, header.view, 0);
    write(0, header.bytes);
  };
  return {
    save: (before, after) => put(memory.write, before, after),
    replace: (after) => {
      put(memory.writeNext, null, after);
      memory.switchToNext();
    },
    load: (processes) => {
      const saved = decodeAt(memory, 0, WORLD_MEMO_BYTES, decodeWorldMemo);
      if (saved === null) return null;
      const states = Array.from({ length: processes }, (_, index) => decodeAt(memory, index + 1, PROCESS_MEMO_BYTES, decodeProcessMemo));
      return { header: saved, states };
    },
  };
};

const scratch = (length: number): { readonly bytes: Uint8Array; readonly view: DataView } => {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
};

const decodeAt = <T>(memory: MemoryPort, slot: number, length: number, decode: (view: DataView, offset: number) => T | null): T | null => {
  const bytes = memory.read(slot);
  return bytes.length < length ? null : decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
};
