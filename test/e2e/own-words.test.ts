/** What programs say about themselves, where people see it: status as JSON, why, the page; believed of their own processes alone. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture, isInPath } from '../support/fixtures.ts';
import { watchLines } from '../support/line-watch.ts';
import { remoteControl } from '../support/remote.ts';
import { steady } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const notify = fixture('notify');

const begin = async (t: TestContext, script: string) => {
  const folder = temporaryFolder(t);
  const [path, socket, go] = [join(folder, 'tsinit.conf'), join(folder, 's'), join(folder, 'go')];
  execFileSync('mkfifo', [go]);
  writeFileSync(
    path,
    `[tsinit]\nloglevel=debug\n[unix_http_server]\nfile=${socket}\n${steady('db', `sh -c "${script.replaceAll('GO', `until read x < ${go}; do :; done`)}"`, 'ready_on=notify')}`,
  );
  const container = await startContainer(t, [tsinit, '-c', path]);
  const control = await remoteControl(t, socket);
  const status = async (): Promise<Readonly<Record<string, unknown>>> =>
    (JSON.parse(execFileSync(tsinit, ['ctl', '-c', path, 'status', '--json'], { encoding: 'utf8' })) as Readonly<Record<string, unknown>>[])[0] ?? {};
  return { container, ...control, path, socket, status, goOn: () => writeFileSync(go, 'go\n') };
};

const page = (socketPath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: '/' }, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });

test('status, activity and main process, also after a takeover', limit, async (t) => {
  const script = `${notify} READY=1 'STATUS=3 <clients>' --barrier; GO; sleep 1000 & ${notify} MAINPID=$! RELOADING=1 --barrier; echo main $!; GO; ${notify} READY=1 --barrier; echo reloaded; GO; ${notify} STOPPING=1 --barrier; echo leaving; exec sleep 1000`;
  const { container, ask, status, socket, goOn } = await begin(t, script);
  await container.stdout.line(/^db +\| told$/);
  const first = await status();
  assert.deepEqual([first['ready'], first['status'], first['activity'], first['mainPid']], [true, '3 <clients>', 'none', first['pid']]);
  assert.match(String(await ask('tsinit.why', 'db')), /^db is running with pid \d+, for 0:00:\d+ now; it says: 3 <clients>\.$/u);
  assert.match(await page(socket), /it says: 3 &lt;clients&gt;/u);
  goOn();
  const main = Number((await container.stdout.line(/^db +\| main (\d+)$/))[1]);
  await killSupervisor(container);
  await ask('tsinit.getVersion'); // the successor listens
  const second = await status();
  assert.deepEqual([second['status'], second['activity'], second['mainPid']], ['3 <clients>', 'reloading', main]);
  goOn();
  await container.stdout.line(/^db +\| reloaded$/);
  assert.equal((await status())['activity'], 'none');
  goOn();
  await container.stdout.line(/^db +\| leaving$/);
  assert.equal((await status())['activity'], 'stopping');
});

test('status --watch --json says so when it changes', limit, async (t) => {
  const { container, path, goOn } = await begin(t, `${notify} READY=1 STATUS=one --barrier; GO; ${notify} STATUS=two RELOADING=1; exec sleep 1000`);
  await container.stdout.line(/^db +\| told$/);
  const child = spawn(tsinit, ['ctl', '-c', path, 'status', '--watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void child.kill('SIGKILL'));
  const shown = watchLines('status');
  child.stdout.on('data', shown.push);
  await shown.line(/"ready":true,"status":"one","activity":"none"/);
  goOn();
  await shown.line(/"status":"two","activity":"reloading"/);
});

test('a main process that is none of its own is not believed', limit, async (t) => {
  const { container, status } = await begin(t, `${notify} MAINPID=1 READY=1 --barrier; exec sleep 1000`);
  await container.stdout.line(/^db +\| told$/);
  await container.stderr.line(/db says MAINPID=1, which is no process of it: not believed/);
  const { mainPid, pid } = await status();
  assert.equal(mainPid, pid);
});

test("systemd-notify's own words", { ...limit, skip: !isInPath('systemd-notify') && 'systemd-notify is not installed' }, async (t) => {
  const { container, status } = await begin(t, 'systemd-notify --ready --status=warm --pid=parent; echo said; exec sleep 1000');
  await container.stdout.line(/^db +\| said$/);
  const said = await status();
  assert.deepEqual([said['ready'], said['status'], said['mainPid']], [true, 'warm', said['pid']]);
});
