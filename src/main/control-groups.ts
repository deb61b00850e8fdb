/** The control port's words about groups: what the files say now, taking a group in, letting one go. */
import type { ControlPort } from '../control/port.ts';
import type { Engine } from '../engine/engine.ts';
import type { Reign } from './reign.ts';

export type GroupControl = Pick<ControlPort, 'reread' | 'addGroup' | 'removeGroup' | 'configurations'>;

export const createGroupControl = (_reign: Reign, _engine: Engine): GroupControl => {
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return { reread: notYet, addGroup: notYet, removeGroup: notYet, configurations: notYet };
};
