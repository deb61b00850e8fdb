/** Notifiers, loaded when there is one to tell: what happens meanwhile is kept for them. */
import type { NotifierSpec } from '../../config/model/notifier-model.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Notifiers } from '../../engine/publish/notifiers.ts';
import type { OutputPort } from '../../engine/ports.ts';
import type { Publisher } from '../../engine/publish/publisher.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';

/** Of the time that output is given at the end: what notifiers have to say about it must still be written. */
const LAST_WORDS_MS = 1_000;

export type LateNotifiers = {
  /** Before the first program is started: those of the configuration in force. */
  readonly follow: (specs: readonly NotifierSpec[]) => void;
  /** The same output, drained once everybody has been told. */
  readonly before: (drain: OutputPort['drain']) => OutputPort['drain'];
};

export const createLateNotifiers = (partsOf: () => { readonly engine: Engine; readonly events: Publisher }, notice: OutputPort['notice']): LateNotifiers => {
  let latest: readonly NotifierSpec[] = [];
  let loading: Promise<Notifiers | null> | null = null;
  let notifiers: Notifiers | null = null;

  const load = async (): Promise<Notifiers | null> => {
    const { engine, events } = partsOf();
    const early: { readonly event: PublicEvent; readonly atMs: number }[] = [];
    const unsubscribe = events.onEvent((event) => void early.push({ event, atMs: Date.now() }), [...new Set(latest.flatMap((spec) => spec.events))]);
    try {
      const { startNotifiers } = await import('./notify.ts');
      notifiers = startNotifiers(engine, events, notice);
    } catch (error) {
      notice('error', `cannot load what tells [notify:x] sections: ${String(error)}`);
    }
    unsubscribe();
    notifiers?.follow(latest);
    for (const { event, atMs } of early) notifiers?.hear(event, atMs);
    return notifiers;
  };

  return {
    follow: (specs) => {
      latest = specs;
      if (notifiers !== null) notifiers.follow(specs);
      else if (specs.length > 0) loading ??= load();
    },
    before: (drain) => (untilMs, whenDone) => {
      if (loading === null) return drain(untilMs, whenDone);
      void loading.then((loaded) => {
        if (loaded === null) drain(untilMs, whenDone);
        else loaded.close(untilMs - LAST_WORDS_MS, () => drain(untilMs, whenDone));
      });
    },
  };
};
