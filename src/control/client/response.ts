/**
 * Reads one HTTP/1.x answer as its bytes arrive: length-delimited, chunked, or until the connection ends. Node's own client
 * would do the same and takes longer to load than a whole answer takes. Refuses heads over 64 KiB.
 */
import { failed } from './failure.ts';

export type Head = { readonly status: number; readonly reason: string; readonly headers: ReadonlyMap<string, string> };

export type ResponseReader = {
  /** True once the answer is whole. */
  readonly push: (bytes: Buffer) => boolean;
  /** The connection has ended. True when that was the answer's end. */
  readonly end: () => boolean;
  readonly mayReuse: () => boolean;
};

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'rest' | 'done';

const LONGEST_HEAD = 64 * 1024;
const NEW_LINE = 10;

export const responseReader = (onHead: (head: Head) => void, onBody: (bytes: Buffer) => void): ResponseReader => {
  let phase: Phase = 'head';
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of the body, or of the chunk, that are still to come. */
  let left = 0;
  let mayReuse = false;
  const lines: string[] = [];

  const takeLine = (): string | null => {
    const end = held.indexOf(NEW_LINE);
    if (end < 0) {
      if (held.length > LONGEST_HEAD) throw failed({ kind: 'strange', what: 'a line of its answer has no end' });
      return null;
    }
    const line = held.toString('latin1', 0, held[end - 1] === 13 ? end - 1 : end);
    held = held.subarray(end + 1);
    return line;
  };

  const takeHead = (): boolean => {
    for (let line = takeLine(); line !== null; line = takeLine()) {
      if (line !== '') {
        lines.push(line);
        if (lines.length > 200) throw failed({ kind: 'strange', what: 'its answer has too many headers' });
        continue;
      }
      if (lines.length === 0) continue;
      const head = headOf(lines.splice(0));
      // 100 and its like come before the answer.
      if (head.status < 200) continue;
      const connection = head.headers.get('connection')?.toLowerCase() ?? '';
      mayReuse = connection !== 'close';
      const length = head.headers.get('content-length');
      if (head.headers.get('transfer-encoding')?.toLowerCase() === 'chunked') phase = 'chunk-size';
      else if (length === undefined) phase = 'rest';
      else phase = 'length';
      left = Number(length ?? 0);
      if (phase === 'rest') mayReuse = false;
      if (!Number.isSafeInteger(left) || left < 0) throw failed({ kind: 'strange', what: 'the length of its answer is no number' });
      onHead(head);
      return true;
    }
    return false;
  };

  const takeBody = (next: Phase): boolean => {
    const taken = held.subarray(0, left);
    held = held.subarray(taken.length);
    left -= taken.length;
    if (taken.length > 0) onBody(taken);
    if (left > 0) return false;
    phase = next;
    return true;
  };

  const takeChunkSize = (): boolean => {
    const line = takeLine();
    if (line === null) return false;
    left = Number.parseInt(line, 16);
    if (!Number.isSafeInteger(left) || left < 0) throw failed({ kind: 'strange', what: 'the size of a part of its answer is no number' });
    phase = left === 0 ? 'trailer' : 'chunk';
    return true;
  };

  const skipLine = (): boolean => {
    const line = takeLine();
    if (line === null) return false;
    if (phase === 'chunk-end') phase = 'chunk-size';
    else if (line === '') phase = 'done';
    return true;
  };

  /** One step; false when more bytes are needed. */
  const step = (): boolean => {
    switch (phase) {
      case 'head':
        return takeHead();
      case 'length':
        return takeBody('done');
      case 'chunk-size':
        return takeChunkSize();
      case 'chunk':
        return takeBody('chunk-end');
      case 'chunk-end':
      case 'trailer':
        return skipLine();
      case 'rest':
        if (held.length > 0) onBody(held);
        held = held.subarray(held.length);
        return false;
      case 'done':
        return false;
    }
  };

  return {
    push: (bytes) => {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      while (step());
      return phase === 'done';
    },
    end: () => phase === 'rest' || phase === 'done',
    mayReuse: () => mayReuse && phase === 'done' && held.length === 0,
  };
};

const headOf = ([first = '', ...rest]: readonly string[]): Head => {
  const [, status, reason] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/u.exec(first) ?? [];
  if (status === undefined) throw failed({ kind: 'strange', what: 'it does not speak HTTP' });
  const headers = new Map<string, string>();
  for (const line of rest) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), reason: reason ?? '', headers };
};
