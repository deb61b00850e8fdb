/**
 * Words for events that listeners lose: the first loss is told at once, in supervisord's words where supervisord has words; those of the
 * next second are one line with a count, and so on while losses last. Pure: time comes in.
 */
export type Loss =
  /** A pool's buffer was full: its oldest event went. */
  | { readonly kind: 'overflow'; readonly pool: string; readonly serial: number }
  /** Larger than any event that is sent. */
  | { readonly kind: 'oversize'; readonly name: string; readonly bytes: number; readonly most: number };

/** Losses of one kind that are not told yet. */
export type Losses = { readonly dueMs: number; readonly count: number; readonly first: Loss; readonly last: Loss };

type Told = { readonly losses: Losses | null; readonly text: string | null };

const SECOND_MS = 1_000;

/** Losses of equal keys are told together. */
export const keyOf = (loss: Loss): string => (loss.kind === 'overflow' ? `overflow ${loss.pool}` : 'oversize');

/** `losses`: null when none of the kind was told within the last second. */
export const lose = (losses: Losses | null, loss: Loss, nowMs: number): { readonly losses: Losses; readonly text: string | null } => {
  if (losses === null) return { losses: { dueMs: nowMs + SECOND_MS, count: 0, first: loss, last: loss }, text: single(loss) };
  return { losses: { ...losses, count: losses.count + 1, first: losses.count === 0 ? loss : losses.first, last: loss }, text: null };
};

/** At `dueMs`, or before the end. Null: there is nothing left to wait for. */
export const tellLosses = (losses: Losses, nowMs: number): Told => {
  const { count, first, last } = losses;
  if (count === 0) return { losses: null, text: null };
  return { losses: { ...losses, dueMs: nowMs + SECOND_MS, count: 0 }, text: count === 1 ? single(last) : several(count, first, last) };
};

const single = (loss: Loss): string =>
  loss.kind === 'overflow'
    ? `pool ${loss.pool} event buffer overflowed, discarding event ${loss.serial}`
    : `discarding an event ${loss.name} of ${loss.bytes} bytes: at most ${loss.most} can be sent to listeners`;

const several = (count: number, first: Loss, last: Loss): string => {
  if (first.kind === 'overflow' && last.kind === 'overflow')
    return `pool ${last.pool} event buffer overflowed, discarding ${count} events, from event ${first.serial} to event ${last.serial}`;
  return `discarding ${count} events, for example: ${single(last)}`;
};
