/** The stop sequence, and what may come in between. */
import { describe, test } from 'node:test';
import { RUN, code, due, exited, processOf, running, signal, spawned } from './one-process.ts';

describe('stop', () => {
  test('stop signal, wait, KILL, and KILL again', () => {
    running()
      .at(2000)
      .on({ type: 'stopRequested' })
      .expect({ name: 'STOPPING', wish: 'down', deadlineMs: 12_000, killed: false })
      .does('debug: killing web (pid 42) process group with signal SIGTERM', 'signal 15 group of 7')
      .at(11_999)
      .on(due)
      .does()
      .at(12_000)
      .on(due)
      .does("warn: killing 'web' (42) with SIGKILL", 'signal 9 group of 7')
      .expect({ killed: true, deadlineMs: 22_000 })
      .at(22_000)
      .on(due)
      .does("warn: killing 'web' (42) with SIGKILL", 'signal 9 group of 7')
      .on(exited(signal(9), 22_001))
      .does('warn: stopped: web (terminated by SIGKILL)', 'release 7')
      .expect({ name: 'STOPPED', pid: 0, stoppedAtMs: 22_001, deadlineMs: null });
  });
  test('goes to the process alone when so configured', () => {
    const alone = { stopScopes: { signal: 'process', wait: 'process', kill: 'process' }, stopSignal: 32 } as const;
    running(alone)
      .on({ type: 'stopRequested' })
      .does('debug: killing web (pid 42) with signal signal 32', 'signal 32 process of 7')
      .at(99_999)
      .on(due)
      .does("warn: killing 'web' (42) with SIGKILL", 'signal 9 process of 7')
      .on(exited(code(0), 99_999, false))
      .does('info: stopped: web (exit status 0)', 'release 7');
  });
  test('lasts until the process group has ended too', () => {
    running()
      .at(2000)
      .on({ type: 'stopRequested' })
      .on(exited(code(0), 2001, false))
      .does('info: stopped: web (exit status 0)')
      .expect({ name: 'STOPPING', lingering: true, pid: 0, deadlineMs: 12_000 })
      .on(exited(code(0), 2001, false))
      .does()
      .at(12_000)
      .on(due)
      .does("warn: killing what is left of the process group of 'web' with SIGKILL", 'signal 9 group of 7')
      .on({ type: 'groupEnded', run: RUN })
      .does('release 7')
      .expect({ name: 'STOPPED', stoppedAtMs: 2001, lingering: false });
  });
  test('stopwaitsecs=0 kills at once but does not spin', () => {
    running({ stopWaitMs: 0 }).at(2000).on({ type: 'stopRequested' }).expect({ deadlineMs: 2000 }).on(due).expect({ deadlineMs: 3000 });
  });
  test('one that comes before the spawn is answered cancels it, and is acted on with the answer', () => {
    const early = () =>
      processOf().on({ type: 'startRequested' }).on({ type: 'stopRequested' }).does('cancel 7').expect({ name: 'STOPPING', deadlineMs: null });
    early()
      .at(9)
      .on(spawned())
      .expect({ deadlineMs: 10_009, pid: 42 })
      .does("info: spawned: 'web' with pid 42", 'debug: killing web (pid 42) process group with signal SIGTERM', 'signal 15 group of 7')
      .on(spawned())
      .does();
    early()
      .on({ type: 'spawnFailed', run: RUN, reason: 'no', exitCode: 126 })
      .expect({ name: 'STOPPED', spawnError: 'no', exit: code(126) })
      .does('info: not started: web: no');
    early()
      .at(50)
      .on(exited(code(0), 50, false))
      .expect({ name: 'STOPPING', lingering: true, deadlineMs: 10_050 });
  });
  test('a start meanwhile makes it a restart, unless a stop or the shutdown follows', () => {
    const restart = () => running().on({ type: 'stopRequested' }).on({ type: 'startRequested' }).expect({ name: 'STOPPING', wish: 'up' });
    restart()
      .on(exited(code(0), 2000))
      .does('info: stopped: web (exit status 0)', 'release 7', 'spawn 8')
      .expect({ name: 'STARTING' });
    restart()
      .on({ type: 'stopRequested' })
      .on(exited(code(0), 2000))
      .expect({ name: 'STOPPED' });
    restart()
      .on({ type: 'shutdownBegun' })
      .on(exited(code(0), 2000))
      .expect({ name: 'STOPPED' });
  });
});
