/** What follows a life from its first programs to its end, and has the last word before the exit; and what else the ends of configurations concern. */
import type { Engine } from '../engine/engine.ts';
import type { ConfigurationPort, OutputPort } from '../engine/ports.ts';
import type { Native } from '../kernel/native.ts';
import type { World } from '../world/types.ts';
import type { LateControl } from './control/late-control.ts';
import type { Reign } from './configuration/reign.ts';

/** Called when the first programs have been asked for; what it returns is called with the last world. */
export type Follow = (parts: {
  readonly native: Native;
  readonly engine: Engine;
  readonly reign: Reign;
  readonly environment: Readonly<Record<string, string>>;
  readonly notice: OutputPort['notice'];
}) => (world: World) => void;

export type Beside = { readonly begin: (...parts: Parameters<Follow>) => void; readonly conclude: (world: World) => void };

/** `follow` is loaded already: a life may be over before anything else could be. Null: nobody follows. */
export const createBeside = (follow: Follow | null): Beside => {
  let conclude: Beside['conclude'] = () => {};
  return {
    begin: (parts) => {
      if (follow !== null) conclude = follow(parts);
    },
    conclude: (world) => conclude(world),
  };
};

/** Servers come and go with the configuration, and are gone before the exit. */
export const withLateParts = (port: ConfigurationPort, control: LateControl, { conclude }: Pick<Beside, 'conclude'>): ConfigurationPort => ({
  ...port,
  changed: (plan) => {
    port.changed(plan);
    control.follow(plan.model);
  },
  ending: (world, code) => {
    control.close();
    conclude(world);
    port.ending(world, code);
  },
});
