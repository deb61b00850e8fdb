/** How long restarts wait and how many there are, where a program says so itself. */
import { test } from 'node:test';
import { PLAIN_SERVICE } from '../simulate/specs.ts';
import { RUN, code, due, dueOf, exited, running, spawned, started } from './one-process.ts';

const restart = (more: Partial<typeof PLAIN_SERVICE.restart>) => ({ service: { ...PLAIN_SERVICE, restart: { ...PLAIN_SERVICE.restart, ...more } } });

test('failed starts in a row wait longer by the factor, up to the longest delay', () => {
  const process = started(restart({ delayMs: 100, factor: 3, mostDelayMs: 500 }));
  process.on(exited(code(1), 10)).expect({ name: 'BACKOFF', deadlineMs: 110 });
  for (const deadlineMs of [310, 510]) {
    const { run } = process.at(Number(process.state().deadlineMs)).on(dueOf(process.state().run)).state();
    process
      .on({ type: 'spawned', run, pid: 42, atMs: 10 })
      .on({ type: 'exited', run, status: code(1), groupEnded: true, atMs: 10 })
      .expect({ deadlineMs });
  }
});

test('a longest delay that is below the delay is no limit', () => {
  started(restart({ delayMs: 1000, mostDelayMs: 500 }))
    .on(exited(code(1), 10))
    .expect({ deadlineMs: 1010 });
});

test('jitter makes a delay longer by a part of it, the same for the same run', () => {
  const deadline = () =>
    started(restart({ delayMs: 1000, jitter: 0.5 }))
      .on(exited(code(1), 10))
      .state().deadlineMs ?? 0;
  const first = deadline();
  if (first <= 1010 || first > 1510 || deadline() !== first) throw new Error(`deadline ${first}`);
});

test('an exit out of RUNNING waits too, where there is a delay', () => {
  const process = running(restart({ delayMs: 2000 })).on(exited(code(1), 1500));
  process.expect({ name: 'BACKOFF', deadlineMs: 3500, failures: 0 });
  process.does('warn: exited: web (exit status 1; not expected)', 'release 7').at(3500).on(due).does('spawn 8');
  running(restart({ delayMs: 2000 }))
    .on(exited(code(1), 1500, false))
    .does('warn: exited: web (exit status 1; not expected)', 'info: stopping what web has left behind', 'signal 15 group of 7')
    .expect({ lingering: true, deadlineMs: 3500, killAtMs: 11_005 })
    .at(3500)
    .on(dueOf(RUN))
    .does()
    .expect({ name: 'BACKOFF', deadlineMs: 11_005, killAtMs: null })
    .on({ type: 'groupEnded', run: RUN })
    .does('release 7', 'spawn 8');
});

test('beyond the budget it is given up; a new period or a start by hand begins anew', () => {
  const budget = { budget: { count: 1, periodMs: 10_000 } };
  const once = () => {
    const process = running(restart(budget))
      .at(1500)
      .on(exited(code(1), 1500))
      .expect({ name: 'STARTING', restarts: 1, budgetSinceMs: 1500 });
    return process
      .on({ type: 'spawned', run: RUN + 1, pid: 43, atMs: 1600 })
      .at(2600)
      .on(dueOf(RUN + 1))
      .expect({ name: 'RUNNING' });
  };
  const again = (atMs: number) => ({ type: 'exited', run: RUN + 1, status: code(1), groupEnded: true, atMs }) as const;
  once().at(3000).on(again(3000)).expect({ name: 'FATAL' }).on({ type: 'startRequested' }).expect({ name: 'STARTING', restarts: 0 });
  once()
    .at(3000)
    .on(again(3000))
    .does(
      'warn: exited: web (exit status 1; not expected)',
      'release 8',
      'error: gave up: web, more than 1 restarts within 10 seconds (restart_budget); a start command tries again',
    );
  once().at(11_500).on(again(11_500)).expect({ name: 'STARTING', restarts: 1, budgetSinceMs: 11_500 });
});

test('within one period they add up', () => {
  const process = running(restart({ budget: { count: 2, periodMs: 10_000 } }))
    .at(1500)
    .on(exited(code(1), 1500));
  process
    .on(spawned(1600, RUN + 1))
    .at(2600)
    .on(dueOf(RUN + 1))
    .at(3000);
  process.on({ type: 'exited', run: RUN + 1, status: code(1), groupEnded: true, atMs: 3000 }).expect({ name: 'STARTING', restarts: 2, budgetSinceMs: 1500 });
});

test('failed starts count, too', () => {
  started(restart({ budget: { count: 0, periodMs: 1000 } }))
    .on(exited(code(1), 10))
    .expect({ name: 'FATAL' });
});
