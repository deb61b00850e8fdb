/** Ends that nobody asked for, and what follows from them. */
import { describe, test } from 'node:test';
import { RUN, code, due, exited, running, signal, started } from './one-process.ts';

describe('end', () => {
  const table = [
    ['always', 0, 'STARTING'],
    ['always', 3, 'STARTING'],
    ['unexpected', 0, 'EXITED'],
    ['unexpected', 3, 'STARTING'],
    ['never', 0, 'EXITED'],
    ['never', 3, 'EXITED'],
  ] as const;
  for (const [autorestart, exitCode, name] of table) {
    test(`autorestart=${autorestart}, code ${exitCode}: ${name}`, () => {
      running({ autorestart })
        .at(2000)
        .on(exited(code(exitCode), 2000))
        .expect({ name });
    });
  }
  test('says whether it was expected', () => {
    running({ autorestart: 'never' })
      .on(exited(code(0), 2000))
      .does('info: exited: web (exit status 0; expected)', 'release 7')
      .expect({ spawnError: '' });
    running({ autorestart: 'never' })
      .on(exited(code(3), 2000))
      .does('warn: exited: web (exit status 3; not expected)', 'release 7')
      .expect({ spawnError: 'exit status 3' });
    running({ autorestart: 'never' })
      .on(exited(signal(37), 2000))
      .does('warn: exited: web (terminated by SIGRTMIN+3; not expected)', 'release 7');
    running({ autorestart: 'never' })
      .on(exited(signal(32), 2000))
      .does('warn: exited: web (terminated by signal 32; not expected)', 'release 7');
    running({ autorestart: 'never' })
      .on(exited(signal(34), 2000))
      .does('warn: exited: web (terminated by SIGRTMIN; not expected)', 'release 7');
    running({ autorestart: 'never' })
      .on(exited({ ...signal(9), outOfMemory: true }, 2000))
      .does('warn: exited: web (terminated by SIGKILL (out of memory); not expected)', 'release 7');
    running({ autorestart: 'never' })
      .on(exited({ ...code(137), outOfMemory: true }, 2000))
      .does('warn: exited: web (exit status 137 (out of memory); not expected)', 'release 7');
  });
  test('a restart follows at once when nothing is left of the run', () => {
    running()
      .on(exited(code(3), 2000))
      .does('warn: exited: web (exit status 3; not expected)', 'release 7', 'spawn 8')
      .expect({ run: 8 });
  });
  test('a restart asks the rest of the process group to end, and waits for it', () => {
    running()
      .at(2000)
      .on(exited(code(3), 2000, false))
      .does('warn: exited: web (exit status 3; not expected)', 'info: stopping what web has left behind', 'signal 15 group of 7')
      .expect({ name: 'EXITED', lingering: true, deadlineMs: 12_000 })
      .on({ type: 'startRequested' })
      .does()
      .on({ type: 'groupEnded', run: RUN })
      .does('release 7', 'spawn 8')
      .expect({ name: 'STARTING', lingering: false });
  });
  test('a group that does not end in its time is killed, and then delays the restart by a second only', () => {
    running()
      .at(2000)
      .on(exited(code(3), 2000, false))
      .at(11_999)
      .on(due)
      .does()
      .at(12_000)
      .on(due)
      .does('warn: killing what web has left behind with SIGKILL', 'signal 9 group of 7')
      .expect({ killed: true, deadlineMs: 13_000 })
      .at(13_000)
      .on(due)
      .does('release 7', 'spawn 8');
  });
  test('a stop or the shutdown cancels the waiting restart; what is left goes on ending', () => {
    for (const type of ['stopRequested', 'shutdownBegun'] as const) {
      running()
        .at(2000)
        .on(exited(code(3), 2000, false))
        .on({ type })
        .does()
        .expect({ name: 'EXITED', lingering: true, deadlineMs: 12_000, wish: 'down' })
        .on({ type: 'groupEnded', run: RUN })
        .does('release 7')
        .expect({ name: 'EXITED', lingering: false, deadlineMs: null });
    }
    running()
      .on(exited(code(3), 2000, false))
      .at(99_000)
      .on(due, { type: 'shutdownBegun' })
      .expect({ killed: true, deadlineMs: 100_000 });
  });
  test('without killasgroup the group is left alone', () => {
    running({ stopScopes: { signal: 'group', wait: 'process', kill: 'process' } })
      .on(exited(code(3), 2000, false))
      .does('warn: exited: web (exit status 3; not expected)', 'release 7', 'spawn 8');
  });
  test('nothing is restarted once the shutdown has begun', () => {
    running()
      .on({ type: 'shutdownBegun' })
      .on(exited(code(3), 2000))
      .expect({ name: 'EXITED' });
    started()
      .on({ type: 'shutdownBegun' })
      .on(exited(code(3), 6))
      .expect({ name: 'FATAL', failures: 0 });
  });
});
