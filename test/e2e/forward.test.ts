/** Signals that do not mean a stop reach every program's whole process group, real-time ones included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { linesOf, steady, supervise } from '../support/supervise.ts';

/** HUP and USR2 are for tsinit itself (reload.test.ts, reopen.test.ts); KILL, STOP, CHLD; TSTP, which is about the terminal; the five that stop; 32 to 34 belong to the C
 *  libraries, and a static program cannot even wait for them. */
const other = new Set([1, 12, 9, 19, 17, 20, 15, 2, 3, 37, 30, 32, 33, 34]);

test('every other signal from 1 to 64 is forwarded to the process groups', { timeout: 60_000 }, async (t) => {
  const tell = `${fixture('tell_signals')} --child --exit 15=0`;
  const container = await supervise(t, steady('a', tell, 'stopwaitsecs=1') + steady('b', tell, 'stopwaitsecs=1'));
  for (const name of ['a', 'b']) await container.stdout.line(new RegExp(`${name} +\\| main ready`));
  for (let signal = 1; signal <= 64; signal++) {
    if (other.has(signal)) continue;
    container.signal(signal);
    for (const name of ['a', 'b'])
      for (const member of ['main', 'main-child']) await container.stdout.line(new RegExp(`^${name} +\\| ${member} signal ${signal}$`));
  }
  container.signal('SIGTERM');
  await container.ended;
  for (const name of ['a', 'b'])
    for (let signal = 1; signal <= 64; signal++)
      if (!other.has(signal))
        assert.equal(linesOf(container.stdout.lines, name).filter((line) => line === `main signal ${signal}`).length, 1, `signal ${signal} once`);
});

test('a descendant in a session of its own is not sent forwarded signals', { timeout: 30_000 }, async (t) => {
  const container = await supervise(t, steady('a', `${fixture('tell_signals')} --orphan --exit 15=0`));
  await container.stdout.line(/main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/main signal 10/);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stdout.text(), /main-session signal 10/);
});
