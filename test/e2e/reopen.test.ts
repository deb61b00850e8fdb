/** USR2: logs whose files were moved away are opened again under their names; programs hear nothing of it. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { steady, supervise } from '../support/supervise.ts';

test('USR2 opens program logs and our own again', { timeout: 30_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const [log, own] = [join(folder, 'a.log'), join(folder, 'own.log')];
  const program = steady('a', `${fixture('tell_signals')} --name a --exit 15=0`, `stdout_logfile=${log}`);
  const container = await supervise(t, `[tsinit]\nlogfile=${own}\n${program}`);
  await until(() => read(log) === 'a ready\n');
  for (const path of [log, own]) renameSync(path, `${path}.old`);
  container.signal('SIGUSR2');
  await container.stderr.line(/opening log files again: SIGUSR2/);
  await until(() => read(own) !== null || read(log) !== null);
  container.signal('SIGUSR1');
  await until(() => read(log) === 'a signal 10\n');
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(read(`${log}.old`), 'a ready\n');
  assert.equal(read(log), 'a signal 10\na signal 15\n');
  assert.match(read(own) ?? '', /WARN stopping everything: SIGTERM, sent by user 0 from outside of this container\n/);
  assert.match(read(`${own}.old`) ?? '', /INFO spawned: 'a' with pid \d+\n/);
});

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};
