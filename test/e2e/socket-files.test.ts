/**
 * Sockets in folders that belong to the programs' own user, who puts a link to a file of root's in the place of whatever tsinit makes there:
 * neither a start, a restart, a takeover nor a reload may give that file away.
 */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { configFile, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000, ...forRoot };
const limitWithPython = { timeout: 60_000, skip: forRoot.skip || withPython.skip };
const STRANGER = 65_534;
const main = steady('main', `${fixture('tell_signals')} --exit 15=0`);
const asStranger = `user=${STRANGER}:${STRANGER}`;

/** `own`: a folder of the stranger's; `secret`: a file of root's. */
const scene = (t: TestContext) => {
  const root = temporaryFolder(t);
  const [own, secret] = [join(root, 'own'), join(root, 'secret')];
  mkdirSync(own);
  chownSync(own, STRANGER, STRANGER);
  writeFileSync(secret, 'secret');
  chmodSync(secret, 0o600);
  const isUntouched = (): void => {
    const { uid, gid, mode, size } = statSync(secret);
    assert.deepEqual({ uid, gid, mode: mode & 0o7777, size }, { uid: 0, gid: 0, mode: 0o600, size: 6 });
  };
  return { own, secret, isUntouched };
};

const secondRuns = (text: string): ReadonlySet<string> => new Set(Array.from(text.matchAll(/second (\d+)/g), ([, pid = '']) => pid));

/** Puts the link there, and says so. Once it is there, it only says so and stays. */
const exchange = (path: string, secret: string): string =>
  `sh -c "test -L ${path} && echo second $$ && exec sleep 1000; rm -f ${path} && ln -s ${secret} ${path} && echo exchanged"`;

test('a program exchanges its socket for a link and ends: its restart, a successor and a reload give nothing away', limit, async (t) => {
  const { own, secret, isUntouched } = scene(t);
  const path = join(own, 'app.sock');
  const config = (socket: string): string =>
    `[socket:app]\nlisten=${path}\n${socket}\n${steady('app', exchange(path, secret), `sockets=app\n${asStranger}`)}${main}`;
  const file = configFile(t, config('owner=65534:65533\nmode=0640'));
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stdout.line(/app +\| exchanged/);
  await container.stdout.line(/app +\| second/);
  isUntouched();
  await killSupervisor(container);
  isUntouched();
  writeFileSync(file, config('owner=65534:65534\nmode=0666'));
  container.signal('SIGHUP');
  await until(() => secondRuns(container.stdout.text()).size === 2, 'another run, after the reload'); // a line may come twice after a kill
  isUntouched();
  assert.deepEqual(readdirSync(own), ['app.sock']);
  container.signal('SIGTERM');
  await container.ended;
});

test('the same with the socket of an fcgi-program, which is opened at each start', limit, async (t) => {
  const { own, secret, isUntouched } = scene(t);
  const path = join(own, 'app.sock');
  const config = `[fcgi-program:app]\nsocket=unix://${path}\nsocket_owner=${STRANGER}:${STRANGER}\nsocket_mode=0666\ncommand=${exchange(path, secret)}\n`;
  const container = await supervise(t, `${config}startsecs=0\nautorestart=true\n${asStranger}\n${main}`);
  await container.stdout.line(/exchanged/);
  // Somebody's link is no socket: it is left alone, and the program is not started over it.
  await container.stderr.line(/app: cannot listen on its socket .*: the address is in use/);
  isUntouched();
  assert.ok(lstatSync(path).isSymbolicLink());
  container.signal('SIGTERM');
  await container.ended;
});

/** Exchanges everything that comes up in the folder for a link, as fast as it can. */
const RACER = `import os, sys
folder, secret = sys.argv[1:]
number = 0
print('racing', flush=True)
while True:
  for name in os.listdir(folder):
    path = folder + '/' + name
    if name.startswith('old') or os.path.islink(path): continue
    try:
      os.rename(path, folder + '/old%d' % number)
      os.symlink(secret, path)
      if number < 1: print('exchanged', flush=True)
      number += 1
    except OSError: pass
`;

test('the control socket, fresh and at takeovers, while its folder is being exchanged: nothing is given away', limitWithPython, async (t) => {
  const { own, secret, isUntouched } = scene(t);
  const racer = join(temporaryFolder(t), 'racer.py');
  writeFileSync(racer, RACER);
  const server = `[unix_http_server]\nfile=${join(own, 'control.sock')}\nchmod=0666\nchown=${STRANGER}:${STRANGER}\n`;
  const race = steady('racer', `/usr/bin/python3 ${racer} ${own} ${secret}`, asStranger);
  const container = await supervise(t, `${server}${race}${main}`);
  await container.stdout.line(/racer +\| exchanged/);
  for (let kill = 0; kill < 5; kill++) await killSupervisor(container);
  isUntouched();
  container.signal('SIGTERM');
  await container.ended;
  isUntouched();
});

test('a stranger cannot lead a socket elsewhere: a link on its way is refused, in a sentence', limit, async (t) => {
  const { own, isUntouched } = scene(t);
  const elsewhere = join(own, '..', 'elsewhere');
  mkdirSync(elsewhere);
  const go = steady('link', `sh -c "ln -s ${elsewhere} ${own}/way; echo linked; exec sleep 1000"`, asStranger);
  const file = configFile(t, `${go}${main}`);
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stdout.line(/link +\| linked/);
  writeFileSync(
    file,
    `${go}${main}[unix_http_server]\nfile=${own}/way/control.sock\n[socket:app]\nlisten=${own}/way/app.sock\n${steady('app', 'sleep 1000', 'start_on=socket:app')}`,
  );
  container.signal('SIGHUP');
  await container.stderr.line(/cannot open the control interface .*: a link on its way can be changed by others than root; name a path without it$/);
  await container.stderr.line(/cannot listen on .*app\.sock of \[socket:app\].*: .*\(a link on its way can be changed by others than root\)$/);
  assert.deepEqual(readdirSync(elsewhere), []);
  isUntouched();
  container.signal('SIGTERM');
  await container.ended;
});

/** Takes one connection and keeps it until it is closed. */
const KEEPER = `import socket, time
listening = socket.socket(fileno=3)
kept, _ = listening.accept()
print('kept as', listening.getsockname(), flush=True)
kept.recv(1)
kept.close()
time.sleep(1000)
`;

test(
  "a socket has its owner and mode from the first moment, and its path as name, in a stranger's folder, too; idle_stop sees who is connected",
  limitWithPython,
  async (t) => {
    const { own } = scene(t);
    const [theirs, ours] = [join(own, 'theirs.sock'), join(temporaryFolder(t), 'ours.sock')];
    const script = join(temporaryFolder(t), 'keeper.py');
    writeFileSync(script, KEEPER);
    const program = (name: string, path: string): string =>
      `[socket:${name}]\nlisten=${path}\nowner=65534:65533\nmode=0640\n${steady(name, `/usr/bin/python3 ${script}`, `start_on=socket:${name}\nidle_stop=1`)}`;
    const container = await supervise(t, `${program('theirs', theirs)}${program('ours', ours)}${main}`);
    const rightsOf = (path: string): unknown => {
      const { mode, uid, gid } = lstatSync(path);
      return { mode: mode & 0o7777, uid, gid };
    };
    for (const path of [theirs, ours]) {
      await until(() => existsSync(path));
      assert.deepEqual(rightsOf(path), { mode: 0o640, uid: 65_534, gid: 65_533 });
    }
    const staying = connect(theirs);
    t.after(() => void staying.destroy());
    await container.stdout.line(/theirs +\| kept as .*own.theirs\.sock$/);
    const leaving = connect(ours);
    await container.stdout.line(/ours +\| kept as .*ours\.sock$/);
    leaving.destroy();
    // It is later than the other would have been stopped.
    await container.stderr.line(/stopping ours: nobody has been connected/);
    assert.doesNotMatch(container.stderr.text(), /stopping theirs/);
    container.signal('SIGTERM');
    await container.ended;
  },
);

test('without the right to change its root tsinit gives the same rights, and nothing else away', limit, async (t) => {
  const { own, secret, isUntouched } = scene(t);
  const path = join(own, 'app.sock');
  const socket = `[socket:app]\nlisten=${path}\nowner=65534:65533\nmode=0640\n`;
  const show = steady('show', `sh -c "stat -c %%u:%%g:%%a ${path}; exec sleep 1000"`, 'sockets=app');
  const file = configFile(t, `${socket}${show}${steady('app', exchange(path, secret), `sockets=app\n${asStranger}\ndepends_on=show:started`)}${main}`);
  const container = await startContainer(t, ['/usr/bin/setpriv', '--bounding-set', '-sys_chroot', tsinit, '-c', file]);
  await container.stdout.line(/show +\| 65534:65533:640/);
  await container.stdout.line(/app +\| second/);
  await killSupervisor(container);
  isUntouched();
  assert.deepEqual(readdirSync(own), ['app.sock']);
  container.signal('SIGTERM');
  await container.ended;
});
