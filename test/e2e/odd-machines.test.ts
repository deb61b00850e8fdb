/** Machines that are set up oddly: /proc that is not there or hides others, little address space. Direct mode works; supervise mode works or says why not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startContainer, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile } from '../support/supervise.ts';

const LIMIT = { timeout: 120_000 };
const MIB = 2 ** 20;
const tell = `${fixture('tell_signals')} --exit 15=3`;
const config = `[tsinit]\nexit_policy=all\n[program:a]\ncommand=${tell}\nstartsecs=0\nautorestart=false\n`;
const addresses = (soft: number, hard: number): readonly string[] => ['--addresses', `${soft * MIB}:${hard * MIB}`];
const without = /^tsinit: cannot start the embedded Node: \/proc is not mounted: .*; mount \/proc, or use `tsinit -- COMMAND`, which needs nothing$/m;
const narrow =
  /^tsinit: cannot start the embedded Node: the limit of address space is too low, in MiB: 128; raise it to 2000 \(ulimit -v\), or use `tsinit -- COMMAND`/m;

/** What supervise mode says when it cannot; null: it works. */
const machines: readonly (readonly [string, readonly string[], RegExp | null])[] = [
  ['/proc is not mounted', ['--no-proc'], without],
  ['/proc hides the processes of others', ['--hidepid', '2'], null],
  ['/proc refuses the processes of others to somebody', ['--hidepid', '1', '--uid', '65534'], null],
  ['a small address space', addresses(128, 128), narrow],
  ['a small address space that may be raised', addresses(128, 4096), null],
  ['just enough address space', addresses(1900, 1900), null],
];

const isSkipped = (launcher: readonly string[]): string | false => launcher.includes('--uid') && process.getuid?.() !== 0 && 'needs root';

for (const [name, launcher, refusal] of machines) {
  test(`direct mode: ${name}`, { ...LIMIT, skip: isSkipped(launcher) }, async (t) => {
    const container = await startContainer(t, [tsinit, '--', ...tell.split(' ')], { launcher });
    await container.stdout.line(/main ready/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 3, container.stderr.text());
  });

  test(`supervise mode: ${name}`, { ...LIMIT, skip: isSkipped(launcher) }, async (t) => {
    const container = await startContainer(t, [tsinit, '-c', configFile(t, config)], { launcher });
    if (refusal === null) {
      await container.stdout.line(/a +\| main ready/);
      container.signal('SIGTERM');
    }
    assert.equal(await container.ended, refusal === null ? 3 : 125, container.stderr.text());
    if (refusal !== null) assert.match(container.stderr.text(), refusal);
  });
}

test('a program keeps the limit of address space that tsinit was started with', LIMIT, async (t) => {
  const asks = `[program:a]\ncommand=/bin/sh -c 'echo limit $(ulimit -Sv)'\nstartsecs=0\nautorestart=false\n`;
  const container = await startContainer(t, [tsinit, '-c', configFile(t, `[tsinit]\nexit_policy=all\n${asks}`)], { launcher: addresses(128, 4096) });
  await container.ended;
  assert.match(container.stdout.text(), /a +\| limit 131072$/m);
});

test('without /proc the tools that need none work, and the others say it', LIMIT, async (t) => {
  const run = async (...words: readonly string[]): Promise<readonly [number, string]> => {
    const container = await startContainer(t, [tsinit, ...words], { launcher: ['--no-proc'] });
    return [await container.ended, container.stdout.text() + container.stderr.text()];
  };
  const [version, health, doctor] = [await run('--version'), await run('healthcheck'), await run('doctor')];
  assert.equal(version[0], 0);
  assert.deepEqual(health, [1, 'tsinit: unhealthy: no tsinit is to be seen in this container: /proc is not mounted']);
  assert.equal(doctor[0], 125);
  assert.match(doctor[1], without);
});

test('--wait-all finds what a command left behind without /proc, too', LIMIT, async (t) => {
  const command = [tsinit, '--wait-all', '--', '/bin/sh', '-c', `(${fixture('tell_signals')} --exit 15=0 &); exit 4`];
  const container = await startContainer(t, command, { launcher: ['--no-proc'] });
  assert.equal(await container.ended, 4, container.stderr.text());
});

const reserves = /^tsinit: cannot start the embedded Node: it reserves 640 MiB: .*, or use `tsinit -- COMMAND`, which needs nothing$/m;
/** As a shell before tsinit limits it, in KiB. */
const limitedData = (option: string, ...words: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  `ulimit ${option} 102400; exec "$@"`,
  'sh',
  tsinit,
  ...words,
];

test('a hard limit of data is told', LIMIT, async (t) => {
  const container = await startContainer(t, limitedData('-d', '-c', configFile(t, config)));
  assert.equal(await container.ended, 125, container.stderr.text());
  assert.match(container.stderr.text(), reserves);
  assert.match(container.stderr.text(), /the limit of data is lower; raise it \(ulimit -d\)/);
});

test('a limit of data that may be raised is raised for the supervisor, and kept for programs', LIMIT, async (t) => {
  const asks = `[program:a]\ncommand=/bin/sh -c 'echo limit $(ulimit -Sd)'\nstartsecs=0\nautorestart=false\n`;
  const container = await startContainer(t, limitedData('-Sd', '-c', configFile(t, `[tsinit]\nexit_policy=all\n${asks}`)));
  await container.ended;
  assert.match(container.stdout.text(), /a +\| limit 102400$/m);
});

const isStrict = readFileSync('/proc/sys/vm/overcommit_memory', 'latin1').trim() === '2';

test('where only memory that is there is promised', { ...LIMIT, skip: !isStrict && 'vm.overcommit_memory is not 2 here' }, async (t) => {
  const direct = await startContainer(t, [tsinit, '--', '/bin/true']);
  assert.equal(await direct.ended, 0);
  const container = await startContainer(t, [tsinit, '-c', configFile(t, config)]);
  const isUp = container.stdout.line(/main ready/).then(
    () => container.signal('SIGTERM'),
    () => undefined, // it has ended, and said why
  );
  await Promise.race([isUp, container.ended]);
  if ((await container.ended) !== 3) assert.match(container.stderr.text(), reserves);
});
