/** `tsinit run`: programs without a configuration, as PID 1 and below another. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { runAsPid1, runAsSubreaper } from '../support/init.ts';
import { linesOf } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

test('two commands; the first that ends stops the other and gives its code', limit, async (t) => {
  const container = await startContainer(t, [tsinit, 'run', 'web=sh -c "echo up; exec sleep 1000"']);
  await container.stdout.line(/^web +\| up$/);
  await killSupervisor(container);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  for (const run of [runAsPid1, runAsSubreaper]) {
    const { code, stdout, stderr } = run(['run', 'web=sleep 1000', "job=sh -c 'echo done; exit 7'"]);
    assert.equal(code, 7, stderr);
    assert.deepEqual(linesOf(stdout.split('\n'), 'job'), ['done']);
    assert.match(stderr, /exiting with code 7: job has ended/);
  }
});

test('a Procfile of the working directory: shell, port, .env, formation', limit, (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'Procfile'), '# two of it\nweb: echo "$GREETING $PORT"; exit 0\nsilent: /bin/true\n');
  writeFileSync(join(cwd, '.env'), 'GREETING=hello\nPORT=8100\n');
  const { code, stdout, stderr } = runAsPid1(['run', '--exit', 'all', '-m', 'web=2'], { cwd });
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    ['web.1  | hello 8100', 'web.2  | hello 8101'],
  );
});

test('HUP reads the Procfile again', limit, async (t) => {
  const cwd = join(temporaryFolder(t), 'app');
  mkdirSync(cwd);
  const file = join(cwd, 'Procfile');
  const line = (name: string): string => `${name}: echo up; exec sleep 1000\n`;
  writeFileSync(file, line('one'));
  const container = await startContainer(t, [tsinit, 'run', '-f', file]);
  await container.stdout.line(/^one +\| up$/);
  writeFileSync(file, line('one') + line('two'));
  container.signal('SIGHUP');
  await container.stdout.line(/^two +\| up$/);
  assert.equal(linesOf(container.stdout.lines, 'one').length, 1);
});

test('mistakes are told and exit with 2; help is help', limit, () => {
  const bad = runAsPid1(['run', '--prot', '80', 'x=y']);
  assert.deepEqual([bad.code, bad.stderr], [2, "tsinit: run: unknown option '--prot'; did you mean '--port'?; see tsinit run --help\n"]);
  const help = runAsPid1(['run', '--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--formation LIST/);
  assert.equal(runAsPid1(['help', 'run']).stdout, help.stdout);
});
