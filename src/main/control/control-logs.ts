/** The control port's words about logs: where a stream can be read back, and making logs empty. */
import type { ControlPort } from '../../control/port.ts';
import type { Engine } from '../../engine/engine.ts';
import { logNameOf } from '../../world/show/configuration-view.ts';
import { fullName } from '../../world/plan.ts';
import type { Reign } from '../configuration/reign.ts';

export type LogControl = Pick<ControlPort, 'logName' | 'log' | 'clearLogs' | 'mainLog' | 'clearMainLog'>;

const DONE = { ok: true } as const;

export type LogControlParts = { readonly reign: Reign; readonly engine: Engine };

export const createLogControl = ({ reign, engine }: LogControlParts): LogControl => ({
  logName: (index, channel) => {
    const spec = engine.plan().processes[index];
    return spec === undefined ? null : logNameOf(spec[channel], () => reign.autoPath(fullName(spec), channel));
  },
  log: (index, channel) => {
    const spec = engine.plan().processes[index];
    return spec === undefined ? null : (reign.logs()?.readBack.sourceOf(fullName(spec), channel, spec[channel]) ?? null);
  },
  clearLogs: (index) => {
    const spec = engine.plan().processes[index];
    // supervisord does nothing for one that does not run, and says that it has.
    if (spec === undefined || (engine.world().states[index]?.pid ?? 0) === 0) return DONE;
    const name = fullName(spec);
    const wrong = (['stdout', 'stderr'] as const).flatMap((channel) => reign.logs()?.readBack.clear(name, channel, spec[channel]) ?? []);
    return wrong.length === 0 ? DONE : { ok: false, message: wrong.join('; ') };
  },
  mainLog: () => reign.ownLog()?.source ?? null,
  clearMainLog: () => {
    const message = reign.ownLog()?.clear() ?? null;
    return message === null ? DONE : { ok: false, message };
  },
});
