/** A run's stream on its way in: where its lines go, in which shape, who else hears it; then it is read. */
import type { LogSettings } from '../../config/model/model.ts';
import { MOST_STREAMS } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';
import { TARGET, createCapture, stagingOf } from './capture.ts';
import type { Capture } from './capture.ts';
import type { Outbox } from '../out/outbox.ts';
import type { Pieces } from './pieces.ts';
import { prefixOf } from '../lines/prefix.ts';
import { shapeText } from '../lines/shape-text.ts';
import type { Shaper } from '../lines/shaper.ts';
import { writeShape } from '../lines/shapes.ts';
import type { Sinks } from '../out/sinks.ts';
import { FORM } from '../box/slots.ts';
import type { Form, Slots, StreamName } from '../box/slots.ts';
import type { EventTaps, Taps } from './taps.ts';

const NO_PREFIX = new Uint8Array(0);

/** A stream of a run. */
export type Attached = {
  readonly processIndex: number;
  readonly run: number;
  /** As people call the process. */
  readonly name: string;
  /** Null: not known. */
  readonly pid: number | null;
  readonly stream: StreamName;
  /** Ours from now on. */
  readonly fd: number;
  readonly settings: LogSettings;
};

export type AttachParts = {
  readonly box: Box;
  readonly outboxes: readonly Outbox[];
  /** Where lines for the container's stderr go. */
  readonly errorTarget: number;
  readonly settings: { readonly nameWidth: number; readonly colour: boolean; readonly stripAnsi: boolean; readonly isRaw?: boolean };
  readonly slots: Slots;
  readonly sinks: Sinks;
  readonly taps: Taps;
  readonly pieces: Pieces;
  readonly shaper: () => Shaper;
  /** A predecessor may have dropped lines of this stream and not said so. */
  readonly onTakenOver: (slot: number) => void;
  readonly events: EventTaps | undefined;
};

/** Returns null, and leaves the descriptor alone, when there is no slot for one more. */
export const createAttach = ({ box, outboxes, errorTarget, settings: own, slots, sinks, taps, pieces, shaper, onTakenOver, events }: AttachParts) => {
  const colourOf = (target: number, processIndex: number): number | null =>
    own.colour && !own.stripAnsi && outboxes[target]?.isTerminal === true ? processIndex : null;

  const formOf = (target: number, { shape }: LogSettings): Form => {
    if (target >= TARGET.FILE || shape === null) return own.isRaw === true ? FORM.RAW : FORM.PREFIX;
    const isPlain = shape.format === 'raw' && shape.linesPerSecond === 0 && shape.overflow === 'block';
    return isPlain ? FORM.RAW : FORM.SHAPED;
  };

  return ({ processIndex, run, name, pid, stream, fd, settings }: Attached): Capture | null => {
    const route = sinks.routeOf(settings, stream, name);
    const target = route.target === TARGET.STDERR ? errorTarget : route.target;
    const form = formOf(target, settings);
    const prefix = form === FORM.PREFIX ? prefixOf(name, own.nameWidth, colourOf(target, processIndex)) : NO_PREFIX;
    const taken = slots.take(processIndex, run, stream, target, prefix, form, (slot, isNew) => {
      if (form !== FORM.SHAPED || settings.shape === null) return;
      const text = shapeText(settings.shape, { name, stream, pid, width: own.nameWidth, colour: colourOf(target, processIndex) });
      writeShape(box, slot, settings.shape, text, isNew);
      shaper().forget(slot);
      if (!isNew) onTakenOver(slot);
    });
    if (taken === null) {
      sinks.release(route);
      return null;
    }
    const staging = stagingOf(target, form === FORM.SHAPED && settings.shape?.overflow === 'drop');
    const capture = createCapture({
      slot: taken,
      run,
      fd,
      target,
      staging,
      sink: route.sink,
      tap: taps.tapOf(name, run, stream, settings, () => pieces.number(staging)),
      communication: taps.communicationOf(name, run, stream, settings),
      isPrompt: events?.isPrompt(name, stream) ?? false,
    });
    // A log is there as soon as its program runs, not with its first line. Automatic ones are made before.
    if (settings.target.kind === 'file') route.sink?.open();
    if (capture.isPrompt) pieces.hearAgain(capture);
    return capture;
  };
};

export const tooMany = (name: string): string => `the output of ${name} is not read: at most ${MOST_STREAMS} streams can be`;
