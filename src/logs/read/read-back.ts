/**
 * What programs have written, read back: in its file, or where there is none in memory, as long as there is somebody who may ask.
 * And making it empty. Knows logs by the settings of their stream; whether a program runs is for others to know.
 */
import { constants } from 'node:fs';
import type { LogSettings } from '../../config/model/model.ts';
import { openPlace } from '../../kernel/files/places.ts';
import type { PlaceNative } from '../../kernel/files/places.ts';
import { createRing } from './ring.ts';
import type { Ring } from './ring.ts';
import type { Place, Sinks } from '../out/sinks.ts';
import type { StreamName } from '../box/slots.ts';
import type { Tap } from './taps.ts';

/** Where to look: a file, which may not be there at the moment, or the last bytes of all there have been. */
/** `open`: for reading; throws as Node does. */
export type LogSource =
  | { readonly kind: 'file'; readonly path: string; readonly open: () => number }
  | { readonly kind: 'memory'; readonly tail: Ring['tail'] };

export type ReadBack = {
  /** Null: it is not kept anywhere. `process`: full name. */
  readonly sourceOf: (process: string, stream: StreamName, settings: LogSettings) => LogSource | null;
  /** Returns what went wrong, or null. */
  readonly clear: (process: string, stream: StreamName, settings: LogSettings) => string | null;
  /** Hears the stream for its record in memory; null: it has none. */
  readonly tapOf: (process: string, stream: StreamName, settings: LogSettings) => Tap | null;
  /** Lets go of what others have said. */
  readonly keepOnly: (isKnown: (process: string) => boolean) => void;
};

/** A thousand talkative programs must not cost a hundred megabytes: beyond so much, what is new is kept shorter. */
const PLENTY_BYTES = 16_777_216;
const LEAST_BYTES = 4_096;

const NOTHING: ReturnType<Ring['tail']> = { bytes: new Uint8Array(0), total: 0 };

/** A log file for reading: it may lie in a folder in which others can put links. */
export const fileSource = (native: PlaceNative, path: string): LogSource => ({
  kind: 'file',
  path,
  open: () => openPlace(native, path, constants.O_RDONLY, 0),
});

/** `recordBytes`: how many of the last bytes are wanted; 0: nobody may ask for what is in memory. */
export const createReadBack = (native: PlaceNative, sinks: Pick<Sinks, 'placeOf' | 'clear'>, recordBytes: () => number): ReadBack => {
  const rings = new Map<string, { readonly process: string; readonly wanted: number; readonly ring: Ring }>();

  const tapOf: ReadBack['tapOf'] = (process, stream, settings) => {
    if (!isInMemory(sinks.placeOf(settings, stream, process), settings)) return null;
    const key = keyOf(process, stream);
    return (bytes, from, to) => {
      if (from === to) return;
      const wanted = recordBytes();
      if (wanted === 0) return void rings.delete(key);
      let kept = rings.get(key);
      if (kept === undefined || kept.wanted < wanted) rings.set(key, (kept = { process, wanted, ring: enlarged(kept?.ring, limitFor(wanted, rings.size)) }));
      kept.ring.add(bytes, from, to);
    };
  };

  return {
    tapOf,
    sourceOf: (process, stream, settings) => {
      const place = sinks.placeOf(settings, stream, process);
      if (place.kind === 'file') return fileSource(native, place.path);
      if (!isInMemory(place, settings)) return null;
      return { kind: 'memory', tail: (length) => rings.get(keyOf(process, stream))?.ring.tail(length) ?? NOTHING };
    },
    clear: (process, stream, settings) => {
      rings.delete(keyOf(process, stream));
      const place = sinks.placeOf(settings, stream, process);
      return place.kind === 'file' ? sinks.clear(place.path) : null;
    },
    keepOnly: (isKnown) => {
      for (const [key, { process }] of rings) if (!isKnown(process)) rings.delete(key);
    },
  };
};

/** With what the smaller one has kept: another configuration asks for more. */
const enlarged = (smaller: Ring | undefined, limit: number): Ring => {
  const ring = createRing(limit);
  const { bytes } = smaller?.tail(limit) ?? NOTHING;
  ring.add(bytes, 0, bytes.length);
  return ring;
};

const limitFor = (wanted: number, others: number): number => Math.max(LEAST_BYTES, Math.min(wanted, Math.floor(PLENTY_BYTES / (others + 1))));

/** What goes to syslog is wanted, though it leaves no log of ours. */
const isInMemory = (place: Place, settings: LogSettings): boolean => place.kind === 'container' || (place.kind === 'nowhere' && hasSyslog(settings));

const hasSyslog = ({ syslog, target }: LogSettings): boolean => syslog || target.kind === 'syslog';

const keyOf = (process: string, stream: StreamName): string => `${process} ${stream}`;
