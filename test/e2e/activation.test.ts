/** Sockets that tsinit holds: handed over, waited for, open over restarts, reloads and the supervisor's death; connections as inputs. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Container, killSupervisor, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { freePort } from '../support/ports.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 90_000 };

/** Serves what systemd would hand it, one line for each connection: who it is, and what it was given. */
const SERVER = `import os, signal, socket, sys
given = f"{os.environ['LISTEN_FDS']} {os.environ['LISTEN_FDNAMES']} {os.environ['LISTEN_PID'] == str(os.getpid())}"
sockets = [socket.socket(fileno=3 + n) for n in range(int(os.environ['LISTEN_FDS']))]
over = False
def end(*_):
  global over
  over = True
signal.signal(signal.SIGTERM, end)
print('serving', flush=True)
import selectors
waiting = selectors.DefaultSelector()
for each in sockets: waiting.register(each, selectors.EVENT_READ)
while not over:
  for key, _ in waiting.select(0.1):
    client, _ = key.fileobj.accept()
    said = client.recv(100)
    client.sendall(f"{os.getpid()} {given}\\n".encode())
    client.close()
    if said == b'end': sys.exit(0)
`;

const writeServer = (t: TestContext): string => {
  const path = join(temporaryFolder(t), 'server.py');
  writeFileSync(path, SERVER);
  return `python3 ${path}`;
};

type Target = { readonly port: number; readonly host?: string } | { readonly path: string };

/** What is answered to a text; rejects where nobody listens. */
const ask = (target: Target, text = 'hello'): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', ...target }, () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += String(data)));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer.trim()));
  });

/** A connection that says nothing yet. */
const hold = (at: number): Socket => connect(at, '127.0.0.1').on('error', () => undefined);

const isCounted = (container: Container, text: RegExp): number => container.stderr.lines.filter((line) => text.test(line)).length;

test('start_on=socket: nothing runs until somebody connects; TCP and unix, names and the process id as systemd has them', {
  ...limit,
  ...withPython,
}, async (t) => {
  const port = await freePort();
  let other = await freePort();
  while (other === port) other = await freePort();
  const path = join(temporaryFolder(t), 'web.sock');
  const owner = process.getuid?.() === 0 ? [65_534, 65_533] : [0, 0]; // in a user namespace root is the one user there is
  const sockets = `[socket:web]\nlisten=127.0.0.1:${port}, ${path}, ${other}\nmode=0640\nowner=${owner.join(':')}\n[socket:more]\nlisten=@tsinit-test-${process.pid}\n`;
  const container = await supervise(t, `${sockets}${steady('web', writeServer(t), 'start_on=socket:web\nsockets=more')}${once('other', 'echo up')}`);
  await container.stdout.line(/^other +\| up$/);
  assert.equal(isCounted(container, /spawned: 'web'/), 0);
  const [tcp, unix] = await Promise.all([ask({ port }), ask({ path })]);
  assert.match(tcp, /^\d+ 4 more:web:web:web True$/);
  assert.equal(unix, tcp, 'one process serves both');
  assert.equal(await ask({ port: other }), tcp, 'every address');
  const { mode, uid, gid } = statSync(path);
  assert.equal(mode & 0o777, 0o640);
  if (process.getuid?.() === 0) assert.deepEqual([uid, gid], owner);
  await container.stderr.line(/starting web: a connection waits on the socket web \(start_on\)/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('nobody is refused while the program restarts, the supervisor dies, and the configuration is read again', { ...limit, ...withPython }, async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const file = join(folder, 'tsinit.conf');
  const conf = (more: string): string => `[socket:web]\nlisten=127.0.0.1:${port}\n${steady('web', writeServer(t), `sockets=web\n${more}`)}`;
  writeFileSync(file, conf(''));
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stdout.line(/serving/);
  const seen = new Set<string>();
  let isOver = false;
  const client = (async () => {
    while (!isOver) seen.add((await ask({ port })).split(' ')[0] ?? '');
  })();
  await ask({ port }, 'end'); // it ends, and is restarted
  await container.stdout.line(/serving/, 2);
  await killSupervisor(container);
  await ask({ port }, 'end');
  await container.stdout.line(/serving/, 3);
  writeFileSync(file, conf('priority=5'));
  container.signal('SIGHUP');
  await container.stdout.line(/serving/, 4);
  await ask({ port });
  isOver = true;
  await client; // none of its connections was refused
  assert.ok(!seen.has(''), 'none was cut off');
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a successor of the supervisor waits for connections, too; a socket that is gone from the configuration is closed', {
  ...limit,
  ...withPython,
}, async (t) => {
  const port = await freePort();
  const file = join(temporaryFolder(t), 'tsinit.conf');
  const web = `[socket:web]\nlisten=127.0.0.1:${port}\n${steady('web', writeServer(t), 'start_on=socket:web')}`;
  writeFileSync(file, `${web}${once('other', 'echo up')}`);
  const container = await startContainer(t, [tsinit, '-c', file]);
  await container.stdout.line(/^other +\| up$/);
  await killSupervisor(container);
  assert.match(await ask({ port }), /^\d+ 1 web True$/);
  await ask({ port }, 'end');
  writeFileSync(file, once('other', 'echo later'));
  container.signal('SIGHUP');
  await container.stdout.line(/^other +\| later$/);
  await assert.rejects(ask({ port }), /ECONNREFUSED/);
});

test('accept=true: each connection is the input and output of a process of its own, and no more of them than there are processes', limit, async (t) => {
  const port = await freePort();
  const sockets = `[socket:echo]\nlisten=127.0.0.1:${port}\n`;
  const command = `/bin/sh -c 'read x; echo "you said $x"; echo "served $x" >&2'`;
  const options = 'start_on=socket:echo\naccept=true\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d';
  const container = await supervise(t, `${sockets}[program:echo]\ncommand=${command}\n${options}\n${once('other', 'echo up')}`);
  await container.stdout.line(/^other +\| up$/);
  const silent = [hold(port), hold(port)] as const;
  await container.stderr.line(/spawned: 'echo:echo_0'/);
  await container.stderr.line(/spawned: 'echo:echo_1'/);
  const third = ask({ port }, 'three\n'); // waits until one of the others has ended
  silent[0].end('one\n');
  assert.equal(await third, 'you said three');
  await container.stderr.line(/served three/);
  await killSupervisor(container);
  silent[1].end('two\n');
  await container.stderr.line(/served two/);
  assert.equal(await ask({ port }, 'four\n'), 'you said four');
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('an address that is taken is told with section, file and line, and its program does not hang about', limit, async (t) => {
  const port = await freePort();
  const sockets = `[socket:web]\nlisten=192.0.2.1:${port}\n`;
  const container = await supervise(t, `[tsinit]\nexit_policy=any\n${sockets}${steady('web', fixture('tell_signals'), 'start_on=socket:web\nstartretries=0')}`);
  assert.equal(await container.ended, 126, container.stderr.text());
  assert.match(
    container.stderr.text(),
    new RegExp(`cannot listen on 192\\.0\\.2\\.1:${port} of \\[socket:web\\] \\(.*tsinit\\.conf:3\\): this machine has no such address`),
  );
  assert.match(container.stderr.text(), /not started: web: cannot listen on its socket/);
});

test('backlog: who does not fit into the queue is told so', limit, async (t) => {
  const path = join(temporaryFolder(t), 'web.sock');
  const container = await supervise(t, `[socket:web]\nlisten=${path}\nbacklog=1\n${steady('web', `${fixture('tell_signals')} --exit 15=0`, 'sockets=web')}`);
  await container.stdout.line(/main ready/);
  const results: string[] = [];
  for (let count = 0; count < 5; count++) {
    results.push(
      await new Promise((resolve) => {
        const socket = connect(path, () => resolve('connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
        t.after(() => socket.destroy());
      }),
    );
  }
  assert.deepEqual(results, ['connected', 'connected', 'EAGAIN', 'EAGAIN', 'EAGAIN']);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('start_on=signal and start_on=program', limit, async (t) => {
  const config = [
    once('job', 'echo job done', 'start_on=signal:USR1'),
    once('after', 'echo after job', 'start_on=program:job:completed'),
    once('bad', 'sh -c "exit 3"', 'start_on=program:after:completed'),
    once('rescue', 'echo rescued', 'start_on=program:bad:failed'),
    steady('main', `${fixture('tell_signals')} --exit 15=0`),
  ].join('\n');
  const container = await supervise(t, config);
  await container.stdout.line(/main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/^rescue +\| rescued$/);
  await killSupervisor(container);
  container.signal('SIGUSR1');
  await container.stdout.line(/^rescue +\| rescued$/, 2);
  assert.doesNotMatch(container.stdout.text(), /main signal 10/, 'the signal is not passed on');
  assert.match(container.stderr.text(), /starting job: received SIGUSR1 \(start_on\)/);
  assert.match(container.stderr.text(), /starting rescue: bad has failed \(start_on\)/);
  container.signal('SIGTERM');
  assert.notEqual(await container.ended, 70);
});

test('start_on=path: what is there at the start, what appears, what appears meanwhile; a folder that comes later', limit, async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'early'), '');
  const sleeper = `/bin/sh -c 'echo job; while test -e ${folder}/hold; do sleep 0.05; done'`;
  const config = [
    once('early', 'echo early bird', `start_on=path:${folder}/early`),
    once('job', sleeper, `start_on=path:${folder}/spool/*.job`),
    steady('main', 'sleep 1000'),
  ].join('\n');
  const container = await supervise(t, config);
  await container.stdout.line(/^early +\| early bird$/);
  await container.stderr.line(/starting early: .*\/early is there \(start_on\)/);
  assert.doesNotMatch(container.stdout.text(), /job$/m);
  writeFileSync(join(folder, 'hold'), '');
  mkdirSync(join(folder, 'spool'));
  writeFileSync(join(folder, 'spool', 'one.job'), '');
  await container.stdout.line(/^job +\| job$/);
  writeFileSync(join(folder, 'spool', 'two.job'), ''); // while it runs
  writeFileSync(join(folder, 'spool', 'none.txt'), '');
  rmSync(join(folder, 'hold'));
  await container.stdout.line(/^job +\| job$/, 2);
  await container.stderr.line(/exited: job/, 2);
  await killSupervisor(container);
  writeFileSync(join(folder, 'spool', 'three.job'), '');
  await container.stdout.line(/^job +\| job$/, 3);
  await container.stderr.line(/starting job: .*\/three\.job is there/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('watch: a change restarts, also one by renaming, in a folder below, and after the program has failed', limit, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'src', 'a.js'), '1');
  const command = `/bin/sh -c 'echo up; test ! -e broken || exit 3; exec sleep 1000'`;
  const container = await supervise(t, once('web', command, `directory=${folder}\nwatch=src/**/*.js, package.json`) + steady('main', 'sleep 1000'));
  await container.stderr.line(/watching 1 file for web \(watch\)/);
  writeFileSync(join(folder, 'src', 'a.js'), '22');
  await container.stdout.line(/^web +\| up$/, 2);
  await container.stderr.line(/restarting web: .*src\/a\.js has changed \(watch\)/);
  writeFileSync(join(folder, 'src', 'no.txt'), ''); // nobody's
  writeFileSync(join(folder, 'src', 'deep', '.tmp'), 'new');
  renameSync(join(folder, 'src', 'deep', '.tmp'), join(folder, 'src', 'deep', 'b.js'));
  await container.stdout.line(/^web +\| up$/, 3);
  await container.stderr.line(/restarting web: .*deep\/b\.js has appeared \(watch\)/);
  writeFileSync(join(folder, 'broken'), '');
  writeFileSync(join(folder, 'package.json'), '{}');
  await container.stderr.line(/exited: web .*exit status 3/);
  rmSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'src', 'a.js'), '333');
  await container.stderr.line(/starting web: .*a\.js has changed/);
  await container.stdout.line(/^web +\| up$/, 5);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('idle_stop: stopped when nobody has been connected for a while, and started by the next connection', { ...limit, ...withPython }, async (t) => {
  const port = await freePort();
  const config = `[socket:web]\nlisten=127.0.0.1:${port}, ${join(temporaryFolder(t), 'web.sock')}\n${steady('web', writeServer(t), 'start_on=socket:web\nidle_stop=1')}`;
  const container = await supervise(t, `${config}${steady('main', `${fixture('tell_signals')} --exit 15=0`)}`);
  await container.stdout.line(/main ready/);
  const [first] = (await ask({ port })).split(' ');
  await container.stderr.line(/stopping web: nobody has been connected for 1 seconds \(idle_stop\)/);
  await container.stderr.line(/stopped: web/);
  const silent = hold(port); // it says nothing, but it is there
  await container.stderr.line(/spawned: 'web'/, 2);
  await killSupervisor(container);
  silent.end('hello');
  const [second] = (await ask({ port })).split(' ');
  assert.notEqual(second, first);
  await container.stderr.line(/stopped: web/, 2);
  container.signal('SIGTERM');
  assert.notEqual(await container.ended, 70);
});
