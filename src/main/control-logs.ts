/** The control port's words about logs: where a stream can be read back, and making logs empty. */
import type { ControlPort } from '../control/port.ts';
import type { Reign } from './reign.ts';

export type LogControl = Pick<ControlPort, 'logName' | 'log' | 'clearLogs' | 'mainLog' | 'clearMainLog'>;

export const createLogControl = (_reign: Reign): LogControl => {
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return { logName: notYet, log: notYet, clearLogs: notYet, mainLog: notYet, clearMainLog: notYet };
};
