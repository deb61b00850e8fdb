/** A run shorter than a second is not followed by another within a second of its start. */
import { test } from 'node:test';
import { PLAIN_SERVICE } from '../simulate/specs.ts';
import { RUN, code, dueOf, exited, processOf, spawned } from './one-process.ts';

const start = { type: 'startRequested' } as const;
const unborn = (more = {}) => processOf({ startMs: 0, autorestart: 'always', ...more }).on(start, spawned(5));

test('a short run: EXITED until a second after its start', () => {
  const process = unborn()
    .at(10)
    .on(exited(code(0), 10));
  process.expect({ name: 'EXITED', deadlineMs: 1_005, lingering: true, leftPid: 0 }).does('info: exited: web (exit status 0; expected)');
  process.at(500).on(dueOf(RUN)).does().expect({ name: 'EXITED' });
  process.at(500).on({ type: 'groupEnded', run: RUN }).does().expect({ name: 'EXITED', deadlineMs: 1_005 });
  process.at(1_005).on(dueOf(RUN)).does('release 7', 'spawn 8').expect({ name: 'STARTING' });
});

test('a run of a second, or one whose end is heard late: at once', () => {
  unborn()
    .at(1_005)
    .on(exited(code(0), 1_005))
    .does('info: exited: web (exit status 0; expected)', 'release 7', 'spawn 8');
  unborn()
    .at(1_500)
    .on(exited(code(0), 10))
    .does('info: exited: web (exit status 0; expected)', 'release 7', 'spawn 8');
});

test('restart_delay says otherwise', () => {
  const service = { ...PLAIN_SERVICE, restart: { ...PLAIN_SERVICE.restart, delayMs: 100 } };
  unborn({ service })
    .at(10)
    .on(exited(code(0), 10))
    .expect({ name: 'BACKOFF', deadlineMs: 110 });
});

test('a stop meanwhile: no other run follows', () => {
  const process = unborn()
    .at(10)
    .on(exited(code(0), 10))
    .at(20)
    .on({ type: 'stopRequested' });
  process.does('release 7').expect({ name: 'EXITED', wish: 'down', lingering: false, killed: false, deadlineMs: null });
});
