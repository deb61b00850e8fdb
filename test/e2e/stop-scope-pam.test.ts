/** What runs below sudo and its kin, whose pam_limits gives them the limits of PID 1 and so takes away the mark that tells where they came from. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Container, killSupervisor, temporaryFolder, tsinit, until } from '../support/container.ts';
import { needs, PYTHON } from '../support/real-programs.ts';
import { supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

const usesLimits = (name: string): string | false => {
  const missing = needs('root', name, 'setsid', 'nsenter', PYTHON, `/etc/pam.d/${name}`);
  if (missing !== false) return missing;
  return !/^session.*pam_limits/m.test(readFileSync(`/etc/pam.d/${name}`, 'utf8')) && `pam_limits is not used by ${name} here`;
};

/** Says when it serves, and holds its socket, as an old server holds its port. */
const SERVER = `
import os, signal, socket, sys
here = socket.socket(socket.AF_UNIX)
try: here.bind("\\0" + sys.argv[1])
except OSError:
    print("taken", flush=True)
    sys.exit(1)
print("serving %d" % os.getpid(), flush=True)
signal.pause()
`;

const control = (folder: string): string =>
  `[unix_http_server]\nfile=${folder}/s\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix://${folder}/s\n`;

const start = async (
  t: TestContext,
  launchers: Readonly<Record<string, string>>,
  options = '',
  lasting = '',
): Promise<{ readonly container: Container; readonly ctl: (...words: readonly string[]) => string }> => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'server.py'), SERVER, { mode: 0o644 });
  const programs = Object.entries(launchers).map(([name, launcher]) => {
    // The socket's name is of this run of the test alone: such names are of the whole network namespace.
    const daemon = `${launcher} sh -c 'setsid ${PYTHON} ${folder}/server.py ${folder}/${name} &${lasting}'`;
    writeFileSync(join(folder, `${name}.sh`), `${daemon}\nexec sleep 1000\n`, { mode: 0o755 });
    return `[program:${name}]\ncommand=sh ${folder}/${name}.sh\nstop_scope=tree\nstartsecs=0\n${options}\n`;
  });
  const container = await supervise(t, `${control(folder)}${programs.join('')}`);
  const file = join(folder, 'ctl.conf');
  writeFileSync(file, control(folder));
  const ctl = (...words: readonly string[]): string => {
    const done = spawnSync('nsenter', ['-t', `${container.pid}`, '--pid', '--mount', tsinit, 'ctl', '-c', file, ...words], { encoding: 'utf8' });
    return `${done.stdout}${done.stderr}`;
  };
  return { container, ctl };
};

const servers = (container: Container, name: string): number =>
  container.processes().filter(({ command, state }) => command.startsWith(PYTHON) && command.endsWith(`/${name}`) && state !== 'Z').length;

for (const [name, launcher] of [
  ['sudo', 'sudo -u nobody'],
  ['runuser', 'runuser -u nobody --'],
] as const) {
  test(`a server that was put into a session of its own behind ${name} ends with its program, and its place is free for the next`, {
    ...limit,
    skip: usesLimits(name),
  }, async (t) => {
    const { container, ctl } = await start(t, { web: launcher });
    await container.stdout.line(/serving \d+/);
    for (const run of [2, 3]) {
      ctl('restart', 'web');
      await container.stdout.line(/serving \d+/, run);
      assert.equal(servers(container, 'web'), 1);
    }
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    assert.doesNotMatch(container.stdout.text(), /taken/);
    assert.doesNotMatch(container.stderr.text(), /left behind/);
  });
}

test('two programs with sudo, and a supervisor that is replaced: a stop reaches what is of its program, and nothing else', {
  ...limit,
  skip: usesLimits('sudo'),
}, async (t) => {
  // One after the other, and sessions that last: what is known of those that begin or end within the same milliseconds is in docs/decisions/0009.
  const { container, ctl } = await start(t, { one: 'sudo -u nobody', two: 'sudo -u nobody' }, 'autostart=false', ' sleep 2');
  for (const name of ['one', 'two']) {
    await until(() => ctl('start', name).includes('started'));
    await container.stdout.line(new RegExp(`^${name} .*serving \\d+`));
  }
  await killSupervisor(container);
  await until(() => ctl('status').includes('RUNNING'));
  ctl('stop', 'one');
  await until(() => servers(container, 'one') === 0);
  assert.equal(servers(container, 'two'), 1);
  ctl('restart', 'two');
  await container.stdout.line(/^two .*serving \d+/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.doesNotMatch(container.stderr.text(), /left behind/);
});
