/** A signal that an operator asks for: to the main process alone, in any state that has one. */
import { test } from 'node:test';
import { code, exited, processOf, running, started } from './one-process.ts';

const usr1 = { type: 'signalRequested', signal: 10 } as const;

test('goes to the main process and changes nothing', () => {
  const does = ['debug: sending web (pid 42) sig SIGUSR1', 'signal 10 process of 7'];
  started()
    .on(usr1)
    .does(...does)
    .expect({ name: 'STARTING' });
  running()
    .on(usr1)
    .does(...does)
    .expect({ name: 'RUNNING' });
  running()
    .on({ type: 'stopRequested' }, usr1)
    .does(...does)
    .expect({ name: 'STOPPING' });
  running().on({ type: 'signalRequested', signal: 32 }).does('debug: sending web (pid 42) sig 32', 'signal 32 process of 7');
});

test('nobody is there: nothing is sent', () => {
  processOf().on(usr1).does();
  processOf().on({ type: 'startRequested' }, usr1).does().expect({ name: 'STARTING', pid: 0 });
  started()
    .on(exited(code(1), 6), usr1)
    .does()
    .expect({ name: 'BACKOFF' });
  running()
    .on({ type: 'stopRequested' }, exited(code(0), 2000, false), usr1)
    .does()
    .expect({ name: 'STOPPING', lingering: true });
});
